//! SQLAlchemy's columns as the schema model has them.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value as Default};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{
    Check, Column, Constraint, Generated, GeneratedStorage, Identity, Index, IndexColumn, Unique,
};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::{self, Arguments, Item};
use super::shorten::shortened;
use super::types::Made;
use super::value::Value;

/// A column with what is written on it.
pub(super) struct Converted {
    pub(super) column: Column,
    pub(super) constraints: Vec<Constraint>,
    /// Foreign keys that a new table is made without.
    pub(super) later: Vec<Constraint>,
    /// `index=True`, and `unique=True` beside it.
    pub(super) index: Option<Index>,
    pub(super) primary_key: bool,
    pub(super) made: Option<Made>,
}

impl Interpreter<'_> {
    /// Converts a column of a table.
    pub(super) fn column(
        &mut self,
        at: TextRange,
        table: &TableName,
        column: &item::Column,
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
        let (mut constraints, mut later) = (Vec::new(), Vec::new());
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
                        match self.waits(at, args)? {
                            true => later.push(Constraint::ForeignKey(key)),
                            false => constraints.push(Constraint::ForeignKey(key)),
                        }
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
                let label = match self.convention {
                    Some(convention) => convention.index(table, &name),
                    None => Some(self.ident(at, &format!("ix_{}_{}", table.name, name))?),
                };
                let Some(label) = label else {
                    return self.untold(at, "`naming_convention` names an index in a way that is not known");
                };
                let mut index =
                    Index::new(shortened(&label, self.dialect), vec![IndexColumn::column(name.clone())]);
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
        Ok(Converted { column: converted, constraints, later, index, primary_key, made })
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
            Some(value @ Value::Item(_)) => Ok(Some(Default::Sql(RawSql::new(self.ddl_text(at, value)?)))),
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
}
