//! `MetaData` and the tables that a script reads from the database: their names and columns, for statements.

use std::cell::RefCell;
use std::rc::Rc;

use limbeck_core::name::{Ident, TableName};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::interpreter::{Eval, Interpreter};
use super::item::{Arguments, Column, Item, Table};
use super::value::Value;

/// A `MetaData`.
#[derive(Default)]
pub(super) struct Metadata {
    /// How rules without a name are called.
    pub(super) naming_convention: Option<Value>,
    /// Whether its tables are in a schema of its own where they name none.
    pub(super) has_schema: bool,
    tables: RefCell<Tables>,
}

/// Tables, each by its name with the schema before it, if it has one; in the order in which they came.
#[derive(Default)]
struct Tables {
    all: Vec<(String, Table)>,
    at: FxHashMap<String, usize>,
}

impl Metadata {
    /// Makes one with what `MetaData(…)` is given.
    pub(super) fn new(args: &Arguments) -> Self {
        // The first argument was once a connection.
        let has_schema = args
            .get(0, "schema")
            .is_some_and(|value| !matches!(value, Value::None | Value::Bind | Value::Engine));
        let naming_convention = args.get(2, "naming_convention").cloned();
        Self { naming_convention, has_schema, ..Self::default() }
    }

    /// Returns the table of a name, if it holds it.
    pub(super) fn get(&self, name: &str, schema: Option<&str>) -> Option<Table> {
        let tables = self.tables.borrow();
        tables.at.get(&key(name, schema)).map(|at| tables.all[*at].1.clone())
    }

    /// Adds a table, in the place of one that has its name.
    pub(super) fn add(&self, table: &Table) {
        let key = key(&table.name, table.schema.as_deref());
        let mut tables = self.tables.borrow_mut();
        match tables.at.get(&key).copied() {
            Some(at) => tables.all[at].1 = table.clone(),
            None => {
                let end = tables.all.len();
                tables.at.insert(key.clone(), end);
                tables.all.push((key, table.clone()));
            }
        }
    }

    /// Returns `tables`.
    pub(super) fn tables(&self) -> Value {
        let tables = self.tables.borrow();
        let entry =
            |(key, table): &(String, Table)| (Value::str(key), Value::item(Item::Table(table.clone())));
        Value::dict(tables.all.iter().map(entry).collect())
    }
}

fn key(name: &str, schema: Option<&str>) -> String {
    match schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    }
}

impl Interpreter<'_> {
    /// Calls a method of a `MetaData`.
    pub(super) fn metadata_method(
        &mut self,
        at: TextRange,
        metadata: &Metadata,
        name: &str,
        args: &Arguments,
    ) -> Eval<Value> {
        match name {
            "reflect" => {
                let known =
                    ["bind", "schema", "only", "extend_existing", "views", "resolve_fks", "autoload_replace"];
                self.only(at, name, &args.named, &known)?;
                let schema = self.text_arg(at, args.get(1, "schema"), "schema")?;
                if schema.is_none() && metadata.has_schema {
                    return self.untold(at, "the schema of a `MetaData`");
                }
                if args.get(2, "views").is_some_and(|views| views.truth() != Some(false)) {
                    return self.untold(at, "views that are read from the database");
                }
                let names = match args.get(3, "only") {
                    None | Some(Value::None) => self.tables_there(at, schema.as_deref())?,
                    Some(only) => {
                        let only = only.clone();
                        let mut names = Vec::new();
                        for name in self.iterate(at, &only)? {
                            names.extend(self.text_arg(at, Some(&name), "only")?);
                        }
                        names
                    }
                };
                for name in names {
                    if self.is_version_table(&name, schema.as_deref()) {
                        let column = read("version_num");
                        metadata.add(&Table { columns: vec![column], ..empty(&name, schema.as_deref()) });
                        continue;
                    }
                    let Some(table) = self.read_table(at, &name, schema.as_deref(), &[], metadata)? else {
                        let why = format!("there is no table `{name}`");
                        return self.raise(at, "InvalidRequestError", &why);
                    };
                    metadata.add(&table);
                }
                Ok(Value::None)
            }
            "clear" => {
                *metadata.tables.borrow_mut() = Tables::default();
                Ok(Value::None)
            }
            _ => self.untold(at, format!("`{name}` of `MetaData`")),
        }
    }

    /// Reads a table from the database; what is stated of columns goes before what is read. The tables that it refers to come
    /// into the `MetaData` with it, as in SQLAlchemy.
    pub(super) fn read_table(
        &mut self,
        at: TextRange,
        name: &str,
        schema: Option<&str>,
        stated: &[Value],
        metadata: &Metadata,
    ) -> Eval<Option<Table>> {
        let Some(found) = self.table_there(at, name, schema)? else { return Ok(None) };
        // One after the other, however long the chain of keys is.
        let mut waiting: Vec<TableName> = referred(&found);
        while let Some(next) = waiting.pop() {
            let (name, schema) = (next.name.as_str(), next.schema.as_ref().map(Ident::as_str));
            if next == found.name || metadata.get(name, schema).is_some() {
                continue;
            }
            let Some(other) = self.table_there(at, name, schema)? else {
                return self.no_such_table(at, name, schema);
            };
            let columns = other.columns.iter().map(|column| read(column.name.as_str())).collect();
            metadata.add(&Table { columns, ..empty(name, schema) });
            waiting.extend(referred(&other));
        }
        let named = |column: &Value| match column {
            Value::Item(item) => match &**item {
                Item::Column(column) => Some(column.name.clone()),
                _ => None,
            },
            _ => None,
        };
        let own: Vec<Rc<str>> = stated.iter().filter_map(named).collect();
        let others =
            found.columns.iter().filter(|column| !own.iter().any(|own| **own == *column.name.as_str()));
        let columns = stated.iter().cloned().chain(others.map(|column| read(column.name.as_str()))).collect();
        let schema = schema.filter(|schema| !schema.is_empty()).map(Rc::from);
        Ok(Some(Table { name: Rc::from(name), schema, columns, alias: None }))
    }
}

/// Returns the tables that the keys of a table point at, the first one last.
fn referred(table: &limbeck_core::schema::Table) -> Vec<TableName> {
    let mut names: Vec<TableName> = table.foreign_keys().map(|key| key.references.clone()).collect();
    names.reverse();
    names
}

fn empty(name: &str, schema: Option<&str>) -> Table {
    Table { name: Rc::from(name), schema: schema.map(Rc::from), columns: Vec::new(), alias: None }
}

fn read(column: &str) -> Value {
    Value::item(Item::Column(Column {
        name: Rc::from(column),
        ty: Some(Value::unknown("the type of a column as the database has it")),
        parts: Vec::new(),
        named: Vec::new(),
        table: Rc::default(),
        is_bare: false,
    }))
}
