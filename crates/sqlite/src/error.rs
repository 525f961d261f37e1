//! What SQLite's errors mean to the core.

use std::time::Duration;

use limbeck_core::dialect::DatabaseError;
use rusqlite::ErrorCode;

/// Says what an error of a statement means. `waited` is how long the database was waited for.
pub(crate) fn statement(error: &rusqlite::Error, sql: &str, waited: Duration) -> DatabaseError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            DatabaseError::Locked { waited_ms, holder: None }
        }
        Some(ErrorCode::OperationInterrupted) => DatabaseError::Interrupted,
        _ => DatabaseError::Statement { sql: DatabaseError::shorten(sql), reason: reason(error) },
    }
}

/// Says what an error on opening a database means.
pub(crate) fn opening(error: &rusqlite::Error, database: &str, waited: Duration) -> DatabaseError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            DatabaseError::NotADatabase { database: database.to_owned(), reason: reason(error) }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => statement(error, "", waited),
        _ => {
            DatabaseError::CannotConnect { database: database.to_owned(), reason: reason(error), hint: None }
        }
    }
}

/// Says whether another connection is in the way.
pub(crate) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// Returns SQLite's own words, without the statement that rusqlite may add.
fn reason(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    }
}
