//! Reads a schema back from `information_schema`, in a number of queries that does not grow with the tables.

mod column;
mod key;
mod names;
mod table;

use std::collections::BTreeMap;

use limbeck_core::dialect::{Connection, DatabaseError};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{IndexNames, Schema};

use crate::connection::MysqlConnection;
pub(crate) use column::{read_literal, read_type, read_values};
use names::Wanted;
pub(crate) use table::view_texts;

/// What is read of a database.
pub(crate) struct Found {
    pub(crate) schema: Schema,
    /// The columns that hold a check of their own, which the model does not hold (MariaDB).
    pub(crate) inner_checks: Vec<Ident>,
}

/// Reads the schema, or some tables of it. Without a choice, it is all of the connection's own database, and the names
/// of the others.
///
/// # Errors
/// What the server says.
pub(crate) fn reflect(
    connection: &mut MysqlConnection,
    only: Option<&[TableName]>,
) -> Result<Schema, DatabaseError> {
    let mut schema = Schema { index_names: IndexNames::OfTable, ..Schema::new() };
    for wanted in Wanted::each(only) {
        let found = of_database(connection, &wanted)?;
        schema.tables.extend(found.schema.tables);
        schema.views.extend(found.schema.views);
        schema.sequences.extend(found.schema.sequences);
    }
    if only.is_none() {
        schema.schemas = table::schemas(connection)?;
    }
    Ok(schema)
}

/// Reads some tables of one database, and says what the model does not hold of them.
///
/// # Errors
/// What the server says.
pub(crate) fn reflect_with_inner_checks(
    connection: &mut MysqlConnection,
    only: &[TableName],
) -> Result<Found, DatabaseError> {
    let mut all = Found { schema: Schema::new(), inner_checks: Vec::new() };
    for wanted in Wanted::each(Some(only)) {
        let found = of_database(connection, &wanted)?;
        all.schema.tables.extend(found.schema.tables);
        all.inner_checks.extend(found.inner_checks);
    }
    Ok(all)
}

fn of_database(connection: &mut MysqlConnection, wanted: &Wanted) -> Result<Found, DatabaseError> {
    let mut tables = table::read(connection, wanted)?;
    let server = connection.server().clone();
    if !tables.tables.is_empty() {
        column::read(connection, wanted, &mut tables.tables)?;
        key::indexes(connection, wanted, &mut tables.tables)?;
        key::foreign_keys(connection, wanted, &mut tables.tables)?;
    }
    let inner_checks = match crate::server::has(&server, crate::server::Feature::Checks) {
        true if !tables.tables.is_empty() => key::checks(connection, wanted, &mut tables.tables)?,
        _ => Vec::new(),
    };
    let mut schema = Schema::new();
    let by_name: BTreeMap<TableName, _> =
        tables.tables.into_values().map(|table| (table.name.clone(), table)).collect();
    schema.tables = by_name;
    schema.views = tables.views;
    schema.sequences = tables.sequences;
    Ok(Found { schema, inner_checks })
}
