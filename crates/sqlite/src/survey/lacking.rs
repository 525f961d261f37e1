//! Finds out which columns old rows may lack.
//!
//! A row from before `ALTER TABLE … ADD COLUMN` ends where the columns ended then, and SQLite reads the rest from the
//! defaults in the stored text (sqlite.org/lang_altertable.html#alter_table_add_column). So another default in the text
//! would change the values of such rows.

use limbeck_core::action::Action;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::Ident;
use limbeck_core::op::AlterTable;

use crate::connection::SqliteConnection;
use crate::reflect::StoredObject;
use crate::{ddl, lower};

/// Returns the columns that old rows may lack, of those whose default is to change.
///
/// # Errors
/// What SQLite says.
pub(super) fn lacking(
    connection: &SqliteConnection,
    table: &StoredObject,
    op: &AlterTable,
) -> Result<Vec<Ident>, Diagnostic> {
    let changes = |action: &Action| matches!(action, Action::AlterColumn(alter) if alter.default.is_change());
    if !op.actions.iter().any(changes) {
        return Ok(Vec::new());
    }
    let Ok(tree) = ddl::parse_table(&table.sql) else { return Ok(Vec::new()) };
    let names = tree.columns().filter_map(|column| Ident::new(&column.name.text).ok());
    let found: Vec<Ident> =
        names.filter(|name| ddl::may_have_been_added(&tree, &table.sql, name.as_str())).collect();
    if found.is_empty() || !has_rows(connection, table)? || nothing_was_altered(connection)? {
        return Ok(Vec::new());
    }
    Ok(found)
}

/// What is known of the rows of a database of which another one is a copy without rows.
#[derive(Debug)]
pub(crate) struct RowFacts {
    /// The tables without rows.
    empty: Vec<String>,
    /// How far the version of its schema is ahead of that of the copy.
    versions_ahead: i64,
}

impl RowFacts {
    /// Looks at the database while the copy is as it was made.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn of(
        database: &SqliteConnection,
        copy: &SqliteConnection,
        objects: &[StoredObject],
    ) -> rusqlite::Result<Self> {
        let version = |connection: &SqliteConnection| {
            connection.inner.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0))
        };
        let tables = objects.iter().filter(|object| object.kind == "table" && !object.is_virtual());
        let mut empty = Vec::new();
        for table in tables {
            if !some_row(database, &table.name)? {
                empty.push(table.name.clone());
            }
        }
        Ok(Self { empty, versions_ahead: version(database)? - version(copy)? })
    }
}

fn has_rows(connection: &SqliteConnection, table: &StoredObject) -> Result<bool, Diagnostic> {
    if let Some(facts) = &connection.rehearses {
        return Ok(!facts.empty.iter().any(|name| name.eq_ignore_ascii_case(&table.name)));
    }
    some_row(connection, &table.name).map_err(|error| connection.failure(&error, &table.sql).into())
}

fn some_row(connection: &SqliteConnection, table: &str) -> rusqlite::Result<bool> {
    let Ok(name) = Ident::new(table) else { return Ok(true) };
    connection
        .inner
        .prepare(&lower::sql().kw("SELECT 1 FROM").ident(&name).kw("LIMIT 1").finish())?
        .exists([])
}

/// Says whether the schema has changed no oftener than its objects were made, so that nothing was ever altered.
///
/// Every statement that changes the schema counts its version up by one at least
/// (sqlite.org/fileformat2.html#schema_cookie). Objects that SQLite makes by itself are left out.
fn nothing_was_altered(connection: &SqliteConnection) -> Result<bool, Diagnostic> {
    let sql = "SELECT (SELECT schema_version FROM pragma_schema_version) + ?1 <= count(*) FROM sqlite_schema \
               WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%')";
    let ahead = connection.rehearses.as_ref().map_or(0, |facts| facts.versions_ahead);
    let found = connection.inner.query_row(sql, [ahead], |row| row.get::<_, bool>(0));
    found.map_err(|error| connection.failure(&error, sql).into())
}
