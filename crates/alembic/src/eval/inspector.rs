//! `sa.inspect(bind)`: what a script may ask about tables, answered as SQLAlchemy answers on each dialect.
//!
//! What a dialect makes up, such as the names of rules that have none, is not known; what depends on it is untold.

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, ForeignKey, Index, IndexKey, Table};
use ruff_text_size::TextRange;

use super::interpreter::{Eval, Interpreter};
use super::item::Arguments;
use super::value::Value;

/// The methods that tell of one table.
const OF_A_TABLE: [&str; 6] = [
    "get_columns",
    "get_indexes",
    "get_unique_constraints",
    "get_foreign_keys",
    "get_pk_constraint",
    "get_check_constraints",
];

impl Interpreter<'_> {
    /// Calls a method of an inspector.
    pub(super) fn inspect(&mut self, at: TextRange, name: &str, args: &Arguments) -> Eval<Value> {
        match name {
            "clear_cache" => Ok(Value::None),
            "has_table" => {
                self.only(at, name, &args.named, &["table_name", "schema"])?;
                self.has_table(at, args, 0)
            }
            "get_table_names" => {
                let schema = self.schema_arg(at, args, 0)?;
                let names = self.tables_there(at, schema.as_deref())?;
                Ok(Value::list(names.into_iter().map(Value::str).collect()))
            }
            "get_view_names" => {
                let schema = self.schema_arg(at, args, 0)?;
                if schema.is_some() {
                    return self.untold(at, "which views are in a schema that is named");
                }
                let views = self.whole_schema(at)?.views.keys().filter(|view| view.schema.is_none());
                let names: Vec<Value> = views.map(|view| Value::str(view.name.as_str())).collect();
                Ok(Value::list(names))
            }
            "get_enums"
                if self.dialect == "postgresql" && args.positional.is_empty() && args.named.is_empty() =>
            {
                let enums = self.whole_schema(at)?.enums.iter().filter(|(name, _)| name.schema.is_none());
                let one = |(name, definition): (
                    &limbeck_core::name::TableName,
                    &limbeck_core::schema::NamedEnum,
                )| {
                    let labels = definition.values.iter().map(Value::str).collect();
                    record([
                        ("name", Value::str(name.name.as_str())),
                        ("labels", Value::list(labels)),
                        ("schema", Value::unknown("the schema of an enum")),
                        ("visible", Value::Bool(true)),
                    ])
                };
                let enums: Vec<Value> = enums.map(one).collect();
                Ok(Value::list(enums))
            }
            _ if OF_A_TABLE.contains(&name) => {
                self.only(at, name, &args.named, &["table_name", "schema"])?;
                let table = self.text_arg(at, args.get(0, "table_name"), "table_name")?.unwrap_or_default();
                let schema = self.schema_arg(at, args, 1)?;
                match self.table_there(at, &table, schema.as_deref())? {
                    Some(table) => self.of_table(at, name, &table),
                    None => self.no_such_table(at, &table, schema.as_deref()),
                }
            }
            _ => self.untold(at, format!("`{name}` of what the database holds")),
        }
    }

    /// Answers `has_table`, whose arguments begin at a position.
    pub(super) fn has_table(&mut self, at: TextRange, args: &Arguments, position: usize) -> Eval<Value> {
        let Some(table) = self.text_arg(at, args.get(position, "table_name"), "table_name")? else {
            return self.untold(at, "`has_table` of nothing");
        };
        let schema = self.schema_arg(at, args, position + 1)?;
        self.relation_there(at, &table, schema.as_deref()).map(Value::Bool)
    }

    fn schema_arg(&self, at: TextRange, args: &Arguments, position: usize) -> Eval<Option<String>> {
        self.text_arg(at, args.get(position, "schema"), "schema")
    }

    fn of_table(&self, at: TextRange, name: &str, table: &Table) -> Eval<Value> {
        let uniques = || {
            table.constraints.iter().filter_map(|constraint| match constraint {
                Constraint::Unique(unique) => Some((unique.name.as_ref(), &unique.columns)),
                _ => None,
            })
        };
        Ok(Value::list(match name {
            "get_columns" => table.columns.iter().map(|column| self.column_there(column, table)).collect(),
            "get_indexes" => {
                let mut indexes: Vec<Value> = self.shown(table).map(index_there).collect();
                if self.dialect != "sqlite" {
                    let made = uniques().map(|(name, columns)| self.index_of(name, columns, true));
                    indexes.extend(made);
                    indexes.extend(self.other_indexes(table));
                }
                indexes
            }
            "get_unique_constraints" => {
                let mut all: Vec<Value> = uniques()
                    .map(|(name, columns)| {
                        record([
                            ("name", self.given_name(name)),
                            ("column_names", names(columns)),
                            ("comment", Value::unknown("a comment")),
                            ("duplicates_index", Value::unknown("the index of a constraint")),
                            ("dialect_options", Value::unknown("options of a constraint")),
                        ])
                    })
                    .collect();
                if self.dialect == "mysql" {
                    all.extend(table.indexes.iter().filter(|index| index.unique).map(index_there));
                }
                all
            }
            "get_foreign_keys" => table.foreign_keys().map(|key| self.key_there(key)).collect(),
            "get_check_constraints" => {
                // MariaDB adds a check to a column of JSON.
                if self.dialect == "mysql" {
                    return self.untold(at, "the checks of a table on MySQL");
                }
                let checks = table.constraints.iter().filter_map(|constraint| match constraint {
                    Constraint::Check(check) => Some(record([
                        ("name", self.given_name(check.name.as_ref())),
                        ("sqltext", Value::unknown("the text of a check as the database has it")),
                        ("comment", Value::unknown("a comment")),
                        ("dialect_options", Value::unknown("options of a check")),
                    ])),
                    _ => None,
                });
                checks.collect()
            }
            _ => {
                let key = table.primary_key();
                let name = match (key, self.dialect) {
                    (None, _) | (_, "mysql") => Value::None,
                    (Some(key), _) => self.given_name(key.name.as_ref()),
                };
                return Ok(record([
                    ("constrained_columns", names(key.map(|key| &key.columns[..]).unwrap_or_default())),
                    ("name", name),
                    ("comment", Value::unknown("a comment")),
                    ("dialect_options", Value::unknown("options of a key")),
                ]));
            }
        }))
    }

    fn column_there(&self, column: &Column, table: &Table) -> Value {
        let own = |what: &str| Value::unknown(format!("{what} of a column as the database has it"));
        let counts = table.primary_key().is_some_and(|key| key.columns.contains(&column.name));
        let plain = column.default.is_none() && column.identity.is_none() && column.generated.is_none();
        record([
            ("name", Value::str(column.name.as_str())),
            ("type", own("the type")),
            ("nullable", Value::Bool(column.nullable)),
            ("default", if plain && !counts { Value::None } else { own("the default") }),
            ("comment", column.comment.as_ref().map_or(Value::None, Value::str)),
            ("autoincrement", own("the counting")),
            ("primary_key", own("the place in the key")),
            ("computed", own("the expression")),
            ("identity", own("the identity")),
        ])
    }

    /// Returns the indexes that SQLAlchemy tells of: on SQLite none with an expression.
    fn shown<'t>(&self, table: &'t Table) -> impl Iterator<Item = &'t Index> + use<'t> {
        let all = self.dialect != "sqlite";
        table.indexes.iter().filter(move |index| {
            all || index.columns.iter().all(|key| matches!(key.key, IndexKey::Column(_)))
        })
    }

    /// Returns the name of a rule: SQLite has none for one that was given none, the others make one up.
    fn given_name(&self, name: Option<&Ident>) -> Value {
        match name {
            Some(name) => Value::str(name.as_str()),
            None if self.dialect == "sqlite" => Value::None,
            None => Value::unknown("a name that the database has made up"),
        }
    }

    fn index_of(&self, name: Option<&Ident>, columns: &[Ident], unique: bool) -> Value {
        index(self.given_name(name), names(columns), unique)
    }

    /// Returns the indexes that a database makes for rules beside unique ones.
    fn other_indexes(&self, table: &Table) -> Vec<Value> {
        let of = |constraint: &Constraint| match (constraint, self.dialect) {
            (Constraint::Exclude(exclude), "postgresql") => {
                let columns = Value::unknown("the columns of an exclusion");
                Some(index(self.given_name(exclude.name.as_ref()), columns, false))
            }
            // MySQL makes one for a foreign key, unless another index begins with its columns.
            (Constraint::ForeignKey(key), "mysql") if !is_covered(key, table) => {
                Some(self.index_of(key.name.as_ref(), &key.columns, false))
            }
            _ => None,
        };
        table.constraints.iter().filter_map(of).collect()
    }

    fn key_there(&self, key: &ForeignKey) -> Value {
        let referred = match key.referred_columns.is_empty() {
            true => Value::unknown("the columns that a foreign key does not name"),
            false => names(&key.referred_columns),
        };
        let schema = key.references.schema.as_ref();
        record([
            ("name", self.given_name(key.name.as_ref())),
            ("constrained_columns", names(&key.columns)),
            ("referred_schema", schema.map_or(Value::None, |schema| Value::str(schema.as_str()))),
            ("referred_table", Value::str(key.references.name.as_str())),
            ("referred_columns", referred),
            ("options", Value::unknown("the options of a foreign key")),
            ("comment", Value::unknown("a comment")),
        ])
    }
}

fn record<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::dict(entries.into_iter().map(|(key, value)| (Value::str(key), value)).collect())
}

fn names(columns: &[Ident]) -> Value {
    Value::list(columns.iter().map(|column| Value::str(column.as_str())).collect())
}

fn index(name: Value, columns: Value, unique: bool) -> Value {
    record([
        ("name", name),
        ("column_names", columns),
        ("unique", Value::Bool(unique)),
        ("expressions", Value::unknown("the expressions of an index")),
        ("include_columns", Value::unknown("what an index includes")),
        ("duplicates_constraint", Value::unknown("the constraint of an index")),
        ("dialect_options", Value::unknown("the options of an index")),
        ("type", Value::unknown("the type of an index")),
    ])
}

fn index_there(one: &Index) -> Value {
    let keys = one.columns.iter().map(|key| match &key.key {
        IndexKey::Column(column) => Value::str(column.as_str()),
        IndexKey::Sql(_) => Value::None,
    });
    index(Value::str(one.name.as_str()), Value::list(keys.collect()), one.unique)
}

/// Says whether an index or key of a table begins with the columns of a foreign key.
fn is_covered(key: &ForeignKey, table: &Table) -> bool {
    let of_rules = table.constraints.iter().filter_map(|constraint| match constraint {
        Constraint::Unique(unique) => Some(&unique.columns[..]),
        Constraint::PrimaryKey(primary) => Some(&primary.columns[..]),
        _ => None,
    });
    let rules = of_rules.map(|columns| columns.iter().map(Some).collect::<Vec<_>>());
    let indexes = table.indexes.iter().map(|index| {
        let column = |key: &limbeck_core::schema::IndexColumn| match &key.key {
            IndexKey::Column(column) => Some(column.clone()),
            IndexKey::Sql(_) => None,
        };
        index.columns.iter().map(column).collect::<Vec<_>>()
    });
    let wanted: Vec<Option<&Ident>> = key.columns.iter().map(Some).collect();
    let begins = |columns: &[Option<&Ident>]| columns.starts_with(&wanted);
    rules.into_iter().any(|columns| begins(&columns))
        || indexes.into_iter().any(|columns| begins(&columns.iter().map(Option::as_ref).collect::<Vec<_>>()))
}
