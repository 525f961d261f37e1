//! What a schema looks like in a `schema.rs`: which tables, and of which SQL types the columns are.

mod mysql;
mod postgres;
mod sqlite;

use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, Table};

use super::backend::Backend;
use super::provided::canonical;

/// A table as `print-schema` shows it.
pub(super) struct ShownTable<'s> {
    pub(super) name: &'s TableName,
    /// The columns of the primary key, at least one.
    pub(super) key: Vec<Ident>,
    /// The columns, in order.
    pub(super) columns: Vec<ShownColumn>,
}

/// A column as `print-schema` shows it.
pub(super) struct ShownColumn {
    pub(super) name: Ident,
    pub(super) nullable: bool,
    /// `None` for a type that Diesel has no word for.
    pub(super) ty: Option<ShownType>,
    /// The type, as a person is told of it.
    pub(super) spelled: ColumnType,
}

/// An SQL type as `print-schema` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShownType {
    /// What it is called in the database, in small letters where Diesel has it so.
    pub(super) sql: String,
    /// The schema that it is in, where that is not the usual one.
    pub(super) schema: Option<String>,
    /// Its name in Rust.
    pub(super) rust: String,
    pub(super) array: bool,
    pub(super) unsigned: bool,
    pub(super) max_length: Option<u32>,
}

impl ShownType {
    fn new(sql: &str, rust: impl Into<String>) -> Self {
        let (sql, rust) = (sql.to_owned(), rust.into());
        Self { sql, schema: None, rust, array: false, unsigned: false, max_length: None }
    }

    fn of_length(self, max_length: Option<u32>) -> Self {
        Self { max_length, ..self }
    }

    /// Says whether Diesel provides it; else the file has to define it.
    pub(super) fn is_provided(&self, backend: Backend) -> bool {
        canonical(&self.rust, backend).is_some()
    }
}

/// Says whether a table is one that `print-schema` shows: those of Diesel's own are not.
pub(super) fn is_shown(name: &TableName) -> bool {
    !name.name.as_str().starts_with("__")
}

/// Returns what is shown of a table, in the columns' own order; `None` for one without a primary key, which Diesel cannot have.
///
/// `normal` is the same schema in the dialect's normal form.
pub(super) fn shown<'s>(
    table: &'s Table,
    schema: &Schema,
    normal: &Schema,
    server: &ServerInfo,
) -> Option<ShownTable<'s>> {
    let backend = Backend::of(server);
    let mut columns: Vec<ShownColumn> = Vec::with_capacity(table.columns.len() + 1);
    let normal = normal.tables.get(&table.name);
    for column in &table.columns {
        let stored = normal.and_then(|table| table.column(&column.name)).unwrap_or(column);
        let ty = match backend {
            Backend::Sqlite => sqlite::shown(&stored.ty),
            Backend::Postgres => postgres::shown(&stored.ty),
            Backend::Mysql => mysql::shown(&stored.ty, schema, server),
        };
        let spelled = stored.ty.clone();
        columns.push(ShownColumn { name: column.name.clone(), nullable: stored.nullable, ty, spelled });
    }
    let mut key: Vec<Ident> = match table.primary_key() {
        Some(key) => key.columns.clone(),
        None if backend == Backend::Sqlite => {
            let alias = sqlite::rowid(table)?;
            columns.insert(
                0,
                ShownColumn {
                    name: alias.clone(),
                    nullable: false,
                    ty: Some(ShownType::new("integer", "Integer")),
                    spelled: ColumnType::Integer,
                },
            );
            vec![alias]
        }
        None => return None,
    };
    if backend == Backend::Sqlite {
        // Diesel's command line reads them as `table_info` lists them.
        key.sort_by_key(|name| columns.iter().position(|column| column.name == *name));
    }
    Some(ShownTable { name: &table.name, key, columns })
}
