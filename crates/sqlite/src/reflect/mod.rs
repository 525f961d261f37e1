//! Reads a schema back, as a projection of the texts that SQLite stores.

mod stored;

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Schema, View};
use rustc_hash::FxHashMap;

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
    let mut indexes: FxHashMap<String, Vec<&StoredObject>> = FxHashMap::default();
    for index in objects.iter().filter(|object| object.kind == "index") {
        indexes.entry(index.owner.to_ascii_lowercase()).or_default().push(index);
    }
    for object in objects.iter().filter(|object| object.kind == "table" && !object.is_virtual()) {
        let own = indexes.remove(&object.name.to_ascii_lowercase()).unwrap_or_default();
        let read = read_stored(object, own.into_iter()).map_err(|error| object.unreadable(&error))?;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use limbeck_core::dialect::{ConnectOptions, Connection, DatabaseUrl};
    use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

    use super::*;

    #[test]
    fn many_tables_are_read_by_as_many_queries_as_few() {
        let url = DatabaseUrl::parse("sqlite::memory:").unwrap();
        let mut connection = SqliteConnection::open(&url, &ConnectOptions::default()).unwrap();
        let make = |connection: &mut SqliteConnection, tables: std::ops::Range<usize>| {
            for i in tables {
                connection
                    .execute(&format!("CREATE TABLE t{i} (a INT); CREATE INDEX i{i} ON t{i} (a)"))
                    .unwrap();
            }
        };
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        // A statement that is kept would be prepared once and run many times.
        connection.inner.set_prepared_statement_cache_capacity(0);
        connection
            .inner
            .authorizer(Some(move |context: AuthContext<'_>| {
                if matches!(context.action, AuthAction::Select) {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
                Authorization::Allow
            }))
            .unwrap();
        let queries = |connection: &mut SqliteConnection, only: Option<&[TableName]>| {
            let before = asked.load(Ordering::Relaxed);
            let schema = reflect(connection, only).unwrap();
            assert!(schema.tables.values().all(|table| table.indexes.len() == 1));
            asked.load(Ordering::Relaxed) - before
        };
        let names = |count: usize| -> Vec<TableName> {
            (0..count).map(|i| TableName::parse(&format!("t{i}")).unwrap()).collect()
        };
        make(&mut connection, 0..2);
        let few = [queries(&mut connection, None), queries(&mut connection, Some(&names(2)))];
        make(&mut connection, 2..40);
        let many = [queries(&mut connection, None), queries(&mut connection, Some(&names(40)))];
        assert!(few[0] > 0 && few[1] > 0);
        assert_eq!(few, many);
    }
}
