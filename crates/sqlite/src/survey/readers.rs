//! Finds what reads a table by the names of columns.

use std::collections::BTreeMap;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Reader;

use crate::connection::SqliteConnection;
use crate::ddl::{self, Reading};
use crate::reflect::StoredObject;

/// Returns the views, triggers and virtual tables among the objects that depend on a table, in their order. What SQLite
/// itself can no longer read is left out.
///
/// # Errors
/// What SQLite says.
pub(super) fn readers(
    connection: &SqliteConnection,
    objects: &[StoredObject],
    table: &TableName,
) -> Result<Vec<Reader>, Diagnostic> {
    let mut known = BTreeMap::new();
    let mut readers = Vec::new();
    for object in objects {
        let kind = match object.kind.as_str() {
            "view" | "trigger" => object.kind.as_str(),
            "table" if object.is_virtual() => "virtual table",
            _ => continue,
        };
        let Ok(reading) = ddl::reading(&object.sql) else { continue };
        let mut relations = Vec::new();
        if let Reading::Statements(statements) = reading {
            let mut names: Vec<String> = statements.iter().flat_map(ddl::Statement::relations).collect();
            names.sort();
            names.dedup();
            for name in names.iter().filter_map(|name| Ident::new(name).ok()) {
                if !ddl::same(&name, &table.name) {
                    let columns = columns(connection, &name, &mut known)?;
                    relations.extend((!columns.is_empty()).then_some((name, columns)));
                }
            }
        }
        let words = format!("{kind} `{}`", object.name);
        let view = Ident::new(&object.name).ok().filter(|_| object.kind == "view");
        readers.push(Reader { object: words, view, sql: RawSql::new(object.sql.as_str()), relations });
    }
    Ok(readers)
}

/// Returns the columns of a table or view; none when it is not there or does not work.
fn columns(
    connection: &SqliteConnection,
    relation: &Ident,
    known: &mut BTreeMap<Ident, Vec<Ident>>,
) -> Result<Vec<Ident>, Diagnostic> {
    if let Some(columns) = known.get(relation) {
        return Ok(columns.clone());
    }
    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1";
    let statement = connection.inner.prepare_cached(sql);
    let mut statement = statement.map_err(|error| Diagnostic::from(connection.failure(&error, sql)))?;
    // A view that was broken before has no columns to tell.
    let names = statement.query_map([relation.as_str()], |row| row.get::<_, String>(0));
    let names = names.and_then(|names| names.collect::<rusqlite::Result<Vec<_>>>()).unwrap_or_default();
    let columns: Vec<Ident> = names.iter().filter_map(|name| Ident::new(name).ok()).collect();
    known.insert(relation.clone(), columns.clone());
    Ok(columns)
}
