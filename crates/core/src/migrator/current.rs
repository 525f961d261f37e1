//! Where a database is: the rows of its version table.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Connection, DatabaseError, Enforcement};
use crate::graph::Heads;
use crate::literal::Literal;

use super::bookkeeping::Bookkeeping;

/// Reads the rows of the version table; `None` when there is no such table.
pub(super) fn read(
    connection: &mut dyn Connection,
    book: &Bookkeeping<'_>,
) -> Result<Option<Heads>, Diagnostic> {
    match connection.has_table(&book.settings.version_table)? {
        true => rows(connection, book).map(Some),
        false => Ok(None),
    }
}

/// Reads the rows of a version table that is there.
///
/// # Errors
/// What the database says; [`Code::UnknownDatabaseRevision`] when a row is given twice or holds no text.
pub(super) fn rows(connection: &mut dyn Connection, book: &Bookkeeping<'_>) -> Result<Heads, Diagnostic> {
    heads(connection.query(&book.select_versions()), book)
}

/// Opens a transaction, and does in it what [`rows`] does.
pub(super) fn begin(
    connection: &mut dyn Connection,
    book: &Bookkeeping<'_>,
    enforcement: Enforcement,
) -> Result<Heads, Diagnostic> {
    heads(connection.begin_with(enforcement, &book.select_versions()), book)
}

fn heads(
    found: Result<Vec<Vec<Literal>>, DatabaseError>,
    book: &Bookkeeping<'_>,
) -> Result<Heads, Diagnostic> {
    let table = &book.settings.version_table;
    let found = found.map_err(|error| {
        let fault = Diagnostic::from(error);
        match fault.code {
            Code::StatementFailed => Diagnostic::new(
                Code::UnknownDatabaseRevision,
                format!("`{table}` is not a version table: {}", fault.message),
            )
            .hint("give another name for it with `version_table`"),
            _ => fault,
        }
    })?;
    let bad = |what: String| {
        Diagnostic::new(Code::UnknownDatabaseRevision, format!("version table `{table}` {what}"))
            .hint("`limbeck stamp --purge REV` writes its rows anew")
    };
    let count = found.len();
    let mut ids = Vec::with_capacity(count);
    for row in found {
        match row.first() {
            Some(Literal::Text(id)) => ids.push(id.to_string()),
            _ => return Err(bad("holds a row that is no revision id".to_owned())),
        }
    }
    let heads: Heads = ids.iter().map(String::as_str).collect();
    if heads.len() < count {
        return Err(bad("holds the same revision twice".to_owned()));
    }
    Ok(heads)
}
