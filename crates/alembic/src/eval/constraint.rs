//! SQLAlchemy's constraints as the schema model has them.

use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{
    Check, Constraint, Deferrable, ForeignKey, Match, PrimaryKey, ReferentialAction, Unique,
};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::{self, Arguments, Item};
use super::value::Value;

impl Interpreter<'_> {
    /// Converts the foreign key that is written on a column.
    pub(super) fn column_key(&mut self, at: TextRange, column: &Ident, args: &Arguments) -> Eval<ForeignKey> {
        self.only(at, "ForeignKey", &args.named, &KEY_ARGUMENTS)?;
        let target = match args.get(0, "column") {
            Some(Value::Item(item)) => match &**item {
                Item::Column(column) if let Some(text) = referred(column) => text,
                other => return self.untold(at, format!("a foreign key to {}", other.what())),
            },
            value => match self.text_arg(at, value, "column")? {
                Some(text) => text,
                None => return self.untold(at, "a foreign key to nothing"),
            },
        };
        let (references, referred) = self.target(at, &target)?;
        let mut key = ForeignKey::new(vec![column.clone()], references, referred.into_iter().collect());
        self.key_options(at, &mut key, args)?;
        Ok(key)
    }

    /// Says whether a new table is made without a foreign key: with `use_alter`, which SQLAlchemy heeds where tables can be
    /// altered.
    pub(super) fn waits(&mut self, at: TextRange, args: &Arguments) -> Eval<bool> {
        let waits = self.flag_arg(at, args.named("use_alter"), "use_alter")? == Some(true);
        Ok(waits && self.dialect != "sqlite")
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
                            Item::Column(column) if let Some(text) = referred(column) => text,
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
                let mut key = ForeignKey::new(columns, references, referred_columns);
                self.key_options(at, &mut key, args)?;
                Constraint::ForeignKey(key)
            }
            "CheckConstraint" => self.check(at, args)?,
            other => return self.untold(at, format!("`{other}` in a table")),
        })
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

/// Returns a column as a foreign key names it; `None` where its table is not known.
fn referred(column: &item::Column) -> Option<String> {
    let item::Owner { name, schema, alias: None } = column.table.get()? else { return None };
    let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    Some(format!("{schema}{name}.{}", column.name))
}
