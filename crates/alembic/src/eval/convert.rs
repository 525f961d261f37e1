//! SQLAlchemy's columns, constraints and indexes as the schema model has them.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value as Default};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{
    Check, Column, Constraint, Deferrable, ForeignKey, Generated, GeneratedStorage, Identity, Index,
    IndexColumn, IndexKey, Match, PrimaryKey, ReferentialAction, Unique,
};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::{self, Arguments, Item};
use super::types::Made;
use super::value::Value;

/// A column with what is written on it.
pub(super) struct Converted {
    pub(super) column: Column,
    pub(super) constraints: Vec<Constraint>,
    /// `index=True`, and `unique=True` beside it.
    pub(super) index: Option<Index>,
    pub(super) primary_key: bool,
    pub(super) made: Option<Made>,
}

/// What is done with `unique=True` of a column and the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The column is of a new table.
    NewTable,
    /// The column is added to a table.
    Added,
}

impl Interpreter<'_> {
    pub(super) fn ident(&self, at: TextRange, name: &str) -> Eval<Ident> {
        match Ident::new(name) {
            Ok(ident) => Ok(ident),
            Err(error) => self.untold(at, error.to_string()),
        }
    }

    /// Returns a table's name from its parts. A dot in the name is a part of it.
    pub(super) fn table_name(&self, at: TextRange, name: &str, schema: Option<&str>) -> Eval<TableName> {
        // An empty schema is none, as in SQLAlchemy.
        let schema = schema.filter(|schema| !schema.is_empty());
        let schema = schema.map(|schema| self.ident(at, schema)).transpose()?;
        Ok(TableName { schema, name: self.ident(at, name)? })
    }

    /// Returns a text argument; `None` when it is not given or `None`.
    pub(super) fn text_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<String>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(Value::Str(text)) => Ok(Some(text.to_string())),
            Some(Value::Item(item))
                if let Item::Construct(kind, args) = &**item
                    && &**kind == "quoted_name" =>
            {
                self.text_arg(at, args.get(0, "value"), name)
            }
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    pub(super) fn flag_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<bool>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(value @ (Value::Bool(_) | Value::Int(_))) => Ok(value.truth()),
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    fn int_arg(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<i64>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(Value::Int(number)) => Ok(Some(*number)),
            Some(other) => self.untold(at, format!("`{name}` is {}", other.what())),
        }
    }

    /// Stops at an argument that is not known, rather than leave it out.
    pub(super) fn only(
        &self,
        at: TextRange,
        what: &str,
        args: &[(String, Value)],
        known: &[&str],
    ) -> Eval<()> {
        match args.iter().find(|(key, _)| !known.contains(&key.as_str())) {
            Some((key, _)) => self.untold(at, format!("the argument `{key}` of `{what}`")),
            None => Ok(()),
        }
    }

    /// Returns the names of columns, each given as a text or a column.
    pub(super) fn column_names(&mut self, at: TextRange, value: &Value) -> Eval<Vec<Ident>> {
        let items = match value {
            Value::Str(text) => vec![Value::Str(text.clone())],
            other => self.iterate(at, other)?,
        };
        items.iter().map(|item| self.column_name(at, item)).collect()
    }

    fn column_name(&mut self, at: TextRange, value: &Value) -> Eval<Ident> {
        match value {
            Value::Str(text) => self.ident(at, text),
            Value::Item(item) => match &**item {
                Item::Column(column) => self.ident(at, &column.name),
                other => self.untold(at, format!("a column is {}", other.what())),
            },
            other => self.untold(at, format!("a column is {}", other.what())),
        }
    }

    /// Converts a column of a table.
    pub(super) fn column(
        &mut self,
        at: TextRange,
        table: &TableName,
        column: &item::Column,
        place: Place,
    ) -> Eval<Converted> {
        let known = [
            "primary_key",
            "nullable",
            "unique",
            "index",
            "server_default",
            "default",
            "onupdate",
            "server_onupdate",
            "autoincrement",
            "comment",
            "info",
            "doc",
            "quote",
            "key",
            "insert_default",
            "type_",
        ];
        self.only(at, "Column", &column.named, &known)?;
        if column.get("key").is_some_and(|key| key.as_str() != Some(&column.name)) {
            return self.untold(at, "a column with another `key`");
        }
        let name = self.ident(at, &column.name)?;
        let mut constraints = Vec::new();
        let mut references_type = None;
        let made;
        let mut converted = Column::new(name.clone(), ColumnType::Integer);
        for part in &column.parts {
            let Value::Item(part) = part else {
                return self.untold(at, format!("{} in a column", part.what()));
            };
            match &**part {
                Item::Construct(kind, args) => match &**kind {
                    "ForeignKey" => {
                        let key = self.column_key(at, &name, args)?;
                        references_type = Some(());
                        constraints.push(Constraint::ForeignKey(key));
                    }
                    "CheckConstraint" => constraints.push(self.check(at, args)?),
                    "Computed" => converted.generated = Some(self.generated(at, args)?),
                    "Identity" => converted.identity = Some(self.identity(at, args)?),
                    // Python-side defaults leave no trace in the table.
                    "Default" | "ColumnDefault" | "FetchedValue" => {}
                    "DefaultClause" => converted.default = self.default(at, args.get(0, "arg"))?,
                    other => return self.untold(at, format!("`{other}` in a column")),
                },
                other => return self.untold(at, format!("{} in a column", other.what())),
            }
        }
        match &column.ty {
            Some(ty) => {
                let typed = self.typed(at, ty)?;
                converted.ty = typed.ty;
                if let Some(collation) = &typed.collation {
                    converted.collation = Some(self.ident(at, collation)?);
                }
                made = typed.made;
                if let Some((check, values)) = &typed.check {
                    constraints.push(self.in_check(at, &name, check.as_deref(), values)?);
                }
            }
            None if references_type.is_some() => {
                return self.untold(at, "a column that has the type of the one that it references");
            }
            None => return self.untold(at, "a column without a type"),
        }
        let primary_key = self.flag_arg(at, column.get("primary_key"), "primary_key")? == Some(true);
        let nullable = self.flag_arg(at, column.get("nullable"), "nullable")?;
        converted.nullable = nullable.unwrap_or(!primary_key) && !primary_key;
        if column.get("server_default").is_some() {
            let value = column.get("server_default").cloned();
            match &value {
                Some(Value::Item(item)) => match &**item {
                    Item::Construct(kind, args) if &**kind == "Identity" => {
                        converted.identity = Some(self.identity(at, args)?);
                    }
                    Item::Construct(kind, args) if &**kind == "Computed" => {
                        converted.generated = Some(self.generated(at, args)?);
                    }
                    Item::Construct(kind, _) if &**kind == "FetchedValue" => {}
                    _ => converted.default = self.default(at, value.as_ref())?,
                },
                _ => converted.default = self.default(at, value.as_ref())?,
            }
        }
        converted.comment = self.text_arg(at, column.get("comment"), "comment")?;
        converted.autoincrement = match column.get("autoincrement") {
            Some(Value::Bool(truth)) => Some(*truth),
            None | Some(Value::Str(_) | Value::None) => None,
            Some(other) => return self.untold(at, format!("`autoincrement` is {}", other.what())),
        };
        // SQLite's own AUTOINCREMENT is another option in SQLAlchemy; a `True` there asks for nothing more.
        if self.dialect == "sqlite" && converted.autoincrement == Some(true) {
            converted.autoincrement = None;
        }
        let unique = self.flag_arg(at, column.get("unique"), "unique")? == Some(true);
        let indexed = self.flag_arg(at, column.get("index"), "index")? == Some(true);
        let index = match indexed {
            true => {
                let label = format!("ix_{}_{}", table.name, name);
                let mut index = Index::new(self.ident(at, &label)?, vec![IndexColumn::column(name.clone())]);
                index.unique = unique;
                Some(index)
            }
            false if unique => {
                constraints.push(Constraint::Unique(Unique {
                    name: None,
                    columns: vec![name],
                    nulls_not_distinct: false,
                    deferrable: None,
                }));
                None
            }
            false => None,
        };
        let _ = place;
        Ok(Converted { column: converted, constraints, index, primary_key, made })
    }

    /// Converts a server default: a text is a literal, an expression stands as it is.
    pub(super) fn default(&mut self, at: TextRange, value: Option<&Value>) -> Eval<Option<Default>> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(Value::Str(text)) => Ok(Some(Default::Literal(Literal::text(&**text)))),
            Some(Value::Instance(member)) => {
                let value = member.fields.borrow().get("value").cloned();
                match value {
                    Some(Value::Str(text)) => Ok(Some(Default::Literal(Literal::text(&*text)))),
                    _ => self.untold(at, "a default that is no text"),
                }
            }
            Some(Value::Item(_)) => {
                let value = value.expect("it was just matched");
                let sql = self.ddl_text(at, value)?;
                Ok(Some(Default::Sql(RawSql::new(sql))))
            }
            Some(other) => self.untold(at, format!("the default is {}", other.what())),
        }
    }

    pub(super) fn generated(&mut self, at: TextRange, args: &Arguments) -> Eval<Generated> {
        let Some(sql) = args.get(0, "sqltext").cloned() else {
            return self.untold(at, "`Computed` of nothing");
        };
        let persisted = self.flag_arg(at, args.get(1, "persisted"), "persisted")?;
        let storage = match (persisted, self.dialect) {
            (Some(true), _) => GeneratedStorage::Stored,
            // PostgreSQL before 18 has stored columns only, and SQLAlchemy writes STORED there.
            (None, "postgresql") => GeneratedStorage::Stored,
            _ => GeneratedStorage::Virtual,
        };
        Ok(Generated { sql: RawSql::new(self.ddl_text(at, &sql)?), storage })
    }

    pub(super) fn identity(&mut self, at: TextRange, args: &Arguments) -> Eval<Identity> {
        self.only(
            at,
            "Identity",
            &args.named,
            &["always", "on_null", "start", "increment", "minvalue", "maxvalue", "cycle", "cache"],
        )?;
        let flag = |name: &str| args.named(name).and_then(Value::truth) == Some(true);
        Ok(Identity {
            always: args.positional.first().and_then(Value::truth).unwrap_or_else(|| flag("always")),
            start: self.int_arg(at, args.get(2, "start"), "start")?,
            increment: self.int_arg(at, args.get(3, "increment"), "increment")?,
            min: self.int_arg(at, args.named("minvalue"), "minvalue")?,
            max: self.int_arg(at, args.named("maxvalue"), "maxvalue")?,
            cache: self.int_arg(at, args.named("cache"), "cache")?,
            cycle: flag("cycle"),
        })
    }

    fn column_key(&mut self, at: TextRange, column: &Ident, args: &Arguments) -> Eval<ForeignKey> {
        self.only(at, "ForeignKey", &args.named, &KEY_ARGUMENTS)?;
        let target = match args.get(0, "column") {
            Some(Value::Item(item)) => match &**item {
                Item::Column(item::Column { name, table: Some(table), .. }) => format!("{table}.{name}"),
                other => return self.untold(at, format!("a foreign key to {}", other.what())),
            },
            value => match self.text_arg(at, value, "column")? {
                Some(text) => text,
                None => return self.untold(at, "a foreign key to nothing"),
            },
        };
        let (references, referred) = self.target(at, &target)?;
        let mut key = ForeignKey {
            name: None,
            columns: vec![column.clone()],
            references,
            referred_columns: referred.into_iter().collect(),
            on_delete: None,
            on_update: None,
            match_type: None,
            deferrable: None,
            not_valid: false,
        };
        self.key_options(at, &mut key, args)?;
        Ok(key)
    }

    /// Reads `table.column` or `schema.table.column`.
    fn target(&mut self, at: TextRange, text: &str) -> Eval<(TableName, Option<Ident>)> {
        let parts: Vec<&str> = text.split('.').collect();
        Ok(match parts[..] {
            [table] => (self.table_name(at, table, None)?, None),
            [table, column] => (self.table_name(at, table, None)?, Some(self.ident(at, column)?)),
            [schema, table, column] => {
                (self.table_name(at, table, Some(schema))?, Some(self.ident(at, column)?))
            }
            _ => return self.untold(at, format!("a foreign key to `{text}`")),
        })
    }

    /// Reads what a foreign key says of its name, its actions and its time.
    pub(super) fn key_options(&mut self, at: TextRange, key: &mut ForeignKey, args: &Arguments) -> Eval<()> {
        if let Some(name) = self.text_arg(at, args.named("name"), "name")? {
            key.name = Some(self.ident(at, &name)?);
        }
        key.on_delete = self.action(at, args.named("ondelete"), "ondelete")?;
        key.on_update = self.action(at, args.named("onupdate"), "onupdate")?;
        key.match_type =
            match self.text_arg(at, args.named("match"), "match")?.map(|text| text.to_lowercase()) {
                None => None,
                Some(text) => match text.as_str() {
                    "simple" => Some(Match::Simple),
                    "full" => Some(Match::Full),
                    "partial" => Some(Match::Partial),
                    _ => return self.untold(at, format!("`match` is `{text}`")),
                },
            };
        key.deferrable = self.deferrable(at, args)?;
        key.not_valid = self.flag_arg(at, args.named("postgresql_not_valid"), "postgresql_not_valid")?
            == Some(true)
            && self.dialect == "postgresql";
        Ok(())
    }

    fn action(&self, at: TextRange, value: Option<&Value>, name: &str) -> Eval<Option<ReferentialAction>> {
        let Some(text) = self.text_arg(at, value, name)? else { return Ok(None) };
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        match words.join(" ").as_str() {
            "cascade" => Ok(Some(ReferentialAction::Cascade)),
            "restrict" => Ok(Some(ReferentialAction::Restrict)),
            "no action" => Ok(Some(ReferentialAction::NoAction)),
            "set null" => Ok(Some(ReferentialAction::SetNull)),
            "set default" => Ok(Some(ReferentialAction::SetDefault)),
            "" => Ok(None),
            _ => self.untold(at, format!("`{name}` is `{text}`")),
        }
    }

    pub(super) fn deferrable(&self, at: TextRange, args: &Arguments) -> Eval<Option<Deferrable>> {
        let flag = self.flag_arg(at, args.named("deferrable"), "deferrable")?;
        let initially =
            self.text_arg(at, args.named("initially"), "initially")?.map(|text| text.to_uppercase());
        match (flag, initially.as_deref()) {
            (Some(false), None) => Ok(Some(Deferrable::Not)),
            (None, None) => Ok(None),
            (_, Some("DEFERRED")) => Ok(Some(Deferrable::Deferred)),
            (Some(true), None) | (_, Some("IMMEDIATE")) => Ok(Some(Deferrable::Immediate)),
            _ => self.untold(at, "`initially` is neither `DEFERRED` nor `IMMEDIATE`"),
        }
    }

    pub(super) fn check(&mut self, at: TextRange, args: &Arguments) -> Eval<Constraint> {
        self.only(at, "CheckConstraint", &args.named, &["sqltext", "name", "info", "postgresql_not_valid"])?;
        let Some(sql) = args.get(0, "sqltext").cloned() else { return self.untold(at, "a check of nothing") };
        let name = self.text_arg(at, args.get(1, "name"), "name")?;
        Ok(Constraint::Check(Check {
            name: name.map(|name| self.ident(at, &name)).transpose()?,
            sql: RawSql::new(self.condition_text(at, &sql)?),
            not_valid: args.flag("postgresql_not_valid") && self.dialect == "postgresql",
        }))
    }

    /// Makes the check of a boolean or an enum.
    fn in_check(
        &mut self,
        at: TextRange,
        column: &Ident,
        name: Option<&str>,
        values: &[Value],
    ) -> Eval<Constraint> {
        let values: Vec<String> =
            values.iter().map(|value| super::sql::literal(value, self.dialect)).collect();
        let column = super::sql::quoted(column.as_str(), self.dialect);
        Ok(Constraint::Check(Check {
            name: name.map(|name| self.ident(at, name)).transpose()?,
            sql: RawSql::new(format!("{column} IN ({})", values.join(", "))),
            not_valid: false,
        }))
    }

    /// Converts a constraint of a table, given as an object.
    pub(super) fn constraint(&mut self, at: TextRange, kind: &str, args: &Arguments) -> Eval<Constraint> {
        let name = |this: &Self| -> Eval<Option<Ident>> {
            let name = this.text_arg(at, args.named("name"), "name")?;
            name.map(|name| this.ident(at, &name)).transpose()
        };
        Ok(match kind {
            "PrimaryKeyConstraint" => {
                self.only(at, kind, &args.named, &["name", "info", "mssql_clustered", "sqlite_on_conflict"])?;
                let columns = self.column_names(at, &Value::list(args.positional.clone()))?;
                Constraint::PrimaryKey(PrimaryKey { name: name(self)?, columns })
            }
            "UniqueConstraint" => {
                let known = ["name", "deferrable", "initially", "info", "postgresql_nulls_not_distinct"];
                self.only(at, kind, &args.named, &known)?;
                let columns = self.column_names(at, &Value::list(args.positional.clone()))?;
                Constraint::Unique(Unique {
                    name: name(self)?,
                    columns,
                    nulls_not_distinct: args.flag("postgresql_nulls_not_distinct")
                        && self.dialect == "postgresql",
                    deferrable: self.deferrable(at, args)?,
                })
            }
            "ForeignKeyConstraint" => {
                self.only(at, kind, &args.named, &KEY_ARGUMENTS)?;
                let (Some(columns), Some(targets)) =
                    (args.get(0, "columns").cloned(), args.get(1, "refcolumns").cloned())
                else {
                    return self.untold(at, "a foreign key to nothing");
                };
                let columns = self.column_names(at, &columns)?;
                let targets = self.iterate(at, &targets)?;
                let mut references: Option<TableName> = None;
                let mut referred_columns = Vec::new();
                for target in targets {
                    let text = match &target {
                        Value::Item(item) => match &**item {
                            Item::Column(item::Column { name, table: Some(table), .. }) => {
                                format!("{table}.{name}")
                            }
                            other => return self.untold(at, format!("a foreign key to {}", other.what())),
                        },
                        other => self.text_arg(at, Some(other), "refcolumns")?.unwrap_or_default(),
                    };
                    let (table, column) = self.target(at, &text)?;
                    if references.as_ref().is_some_and(|other| *other != table) {
                        return self.untold(at, "a foreign key to several tables");
                    }
                    references = Some(table);
                    referred_columns.extend(column);
                }
                let Some(references) = references else { return self.untold(at, "a foreign key to nothing") };
                let mut key = ForeignKey {
                    name: None,
                    columns,
                    references,
                    referred_columns,
                    on_delete: None,
                    on_update: None,
                    match_type: None,
                    deferrable: None,
                    not_valid: false,
                };
                self.key_options(at, &mut key, args)?;
                Constraint::ForeignKey(key)
            }
            "CheckConstraint" => self.check(at, args)?,
            other => return self.untold(at, format!("`{other}` in a table")),
        })
    }

    /// Converts the keys of an index: names, and expressions with their direction.
    pub(super) fn index_keys(
        &mut self,
        at: TextRange,
        columns: &Value,
        args: &Arguments,
    ) -> Eval<Vec<IndexColumn>> {
        let columns = self.iterate(at, columns)?;
        let mut keys = Vec::with_capacity(columns.len());
        for column in &columns {
            keys.push(self.index_key(at, column)?);
        }
        self.per_column(at, args, "postgresql_ops", "postgresql", &mut keys, |this, key, value| {
            match this.text_arg(at, Some(value), "postgresql_ops")? {
                Some(text) => key.op_class = Some(RawSql::new(text)),
                None => key.op_class = None,
            }
            Ok(())
        })?;
        self.per_column(at, args, "mysql_length", "mysql", &mut keys, |this, key, value| match value {
            Value::Int(length) => {
                key.length = u32::try_from(*length).ok();
                Ok(())
            }
            other => this.untold(at, format!("`mysql_length` is {}", other.what())),
        })?;
        Ok(keys)
    }

    fn per_column(
        &mut self,
        at: TextRange,
        args: &Arguments,
        name: &str,
        dialect: &str,
        keys: &mut [IndexColumn],
        set: impl Fn(&Self, &mut IndexColumn, &Value) -> Eval<()>,
    ) -> Eval<()> {
        let Some(value) = args.named(name).filter(|value| !matches!(value, Value::None)) else {
            return Ok(());
        };
        if self.dialect != dialect {
            return Ok(());
        }
        for key in keys {
            let own = match (value, &key.key) {
                (Value::Dict(_), IndexKey::Column(column)) => value.get(&Value::str(column.as_str())),
                (Value::Dict(_), IndexKey::Sql(_)) => {
                    return self.untold(at, format!("`{name}` of an expression"));
                }
                (one, _) => Some(one.clone()),
            };
            if let Some(own) = own {
                set(self, key, &own)?;
            }
        }
        Ok(())
    }
}

/// What a foreign key takes besides its columns.
const KEY_ARGUMENTS: [&str; 14] = [
    "columns",
    "refcolumns",
    "column",
    "name",
    "ondelete",
    "onupdate",
    "deferrable",
    "initially",
    "match",
    "use_alter",
    "link_to_name",
    "info",
    "postgresql_not_valid",
    "source_schema",
];
