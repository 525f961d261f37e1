//! Reads a schema back, as a projection of the texts that SQLite stores.

mod stored;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, View};

use crate::connection::SqliteConnection;
use crate::ddl;
pub(crate) use stored::{StoredObject, all, around, read_stored};

/// Reads the schema, or some tables of it.
///
/// Left out are SQLite's own tables, virtual tables, and views that name their columns, which the model does not hold.
///
/// # Errors
/// What SQLite says, and texts that cannot be read.
pub(crate) fn reflect(
    connection: &SqliteConnection,
    only: Option<&[TableName]>,
) -> Result<Schema, DatabaseError> {
    let objects = match only {
        None => stored::all(connection)?,
        Some(names) => stored::of_tables(connection, names)?,
    };
    let mut schema = Schema::new();
    for object in objects.iter().filter(|object| object.kind == "table" && !object.is_virtual()) {
        let indexes = objects.iter().filter(|other| other.kind == "index" && other.belongs_to(&object.name));
        let read = read_stored(object, indexes).map_err(|error| object.unreadable(&error))?;
        schema.tables.insert(read.name.clone(), read);
    }
    for object in objects.iter().filter(|object| object.kind == "view" && only.is_none()) {
        let query = ddl::read_view(&object.sql).map_err(|error| object.unreadable(&error))?;
        if let (Some(sql), Ok(name)) = (query, Ident::new(&object.name)) {
            let name = TableName::unqualified(name);
            schema.views.insert(name.clone(), View { name, sql, materialized: false });
        }
    }
    Ok(schema)
}
