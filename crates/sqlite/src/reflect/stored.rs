//! What `sqlite_schema` holds, and a table put together from its own row and those of its indexes.

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Table;
use rusqlite::{Params, Row, params_from_iter};

use crate::connection::SqliteConnection;
use crate::ddl::{self, Unreadable};

/// A row of `sqlite_schema` (sqlite.org/schematab.html).
#[derive(Debug, Clone)]
pub(crate) struct StoredObject {
    /// `table`, `index`, `view` or `trigger`.
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The table or view that it belongs to; its own name where it is one.
    pub(crate) owner: String,
    /// The text that made it.
    pub(crate) sql: String,
}

impl StoredObject {
    pub(crate) fn is_virtual(&self) -> bool {
        let tokens = ddl::meaningful(&self.sql);
        tokens.get(1).is_some_and(|token| token.is("VIRTUAL"))
    }

    pub(crate) fn belongs_to(&self, table: &str) -> bool {
        self.owner.eq_ignore_ascii_case(table)
    }

    pub(crate) fn unreadable(&self, why: &Unreadable) -> DatabaseError {
        DatabaseError::NotAsExpected {
            sql: DatabaseError::shorten(&self.sql),
            otherwise: format!("cannot read the stored definition of {} `{}`: {why}", self.kind, self.name),
            code: Code::WouldLose,
        }
    }
}

/// Puts a table together.
///
/// # Errors
/// The text of the table or of an index cannot be read.
pub(crate) fn read_stored<'a>(
    object: &StoredObject,
    indexes: impl Iterator<Item = &'a StoredObject>,
) -> Result<Table, Unreadable> {
    let mut table = ddl::read_table(&object.sql)?;
    if let Ok(name) = Ident::new(&object.name) {
        table.name = TableName::unqualified(name);
    }
    for index in indexes {
        let index = ddl::read_index(&index.sql, &table)?;
        table.indexes.push(index);
    }
    Ok(table)
}

const COLUMNS: &str = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL";

/// Returns all rows but SQLite's own, in order of making.
pub(crate) fn all(connection: &SqliteConnection) -> Result<Vec<StoredObject>, DatabaseError> {
    select(connection, &format!("{COLUMNS} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"), [])
}

/// How many names are asked for at once; SQLite takes 32,766 parameters (sqlite.org/limits.html).
const AT_ONCE: usize = 30_000;

/// Returns the rows of some tables and of what belongs to them.
pub(super) fn of_tables(
    connection: &SqliteConnection,
    names: &[TableName],
) -> Result<Vec<StoredObject>, DatabaseError> {
    let mut found = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!(
            "{COLUMNS} AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name COLLATE NOCASE IN ({marks}) ORDER BY rowid"
        );
        let names = params_from_iter(names.iter().map(|name| name.name.as_str()));
        found.extend(select(connection, &sql, names)?);
    }
    Ok(found)
}

/// Returns the rows of a table, and those whose texts mention it.
pub(crate) fn around(
    connection: &SqliteConnection,
    table: &Ident,
) -> Result<Vec<StoredObject>, DatabaseError> {
    // A quote in the name may be doubled in a text, so the longest part without one is looked for.
    let parts = table.as_str().split(['"', '\'', '`', ']']);
    let part = parts.max_by_key(|part| part.len()).unwrap_or_default();
    let sql = format!(
        "{COLUMNS} AND (tbl_name = ?1 COLLATE NOCASE OR instr(lower(sql), lower(?2)) > 0) ORDER BY rowid"
    );
    select(connection, &sql, [table.as_str(), part])
}

fn select(
    connection: &SqliteConnection,
    sql: &str,
    parameters: impl Params,
) -> Result<Vec<StoredObject>, DatabaseError> {
    let object = |row: &Row<'_>| {
        Ok(StoredObject { kind: row.get(0)?, name: row.get(1)?, owner: row.get(2)?, sql: row.get(3)? })
    };
    let read = || {
        let mut statement = connection.inner.prepare_cached(sql)?;
        let rows = statement.query_map(parameters, object)?;
        rows.collect::<rusqlite::Result<Vec<_>>>()
    };
    read().map_err(|error| connection.failure(&error, sql))
}
