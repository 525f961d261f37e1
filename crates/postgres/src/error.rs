//! What PostgreSQL's errors mean to the core.

use std::time::Duration;

use limbeck_core::dialect::DatabaseError;
use postgres::error::{Error, SqlState};

use crate::split;

/// Says what an error of a statement means. `waited` is how long another process was waited for.
pub(crate) fn statement(error: &Error, sql: &str, waited: Duration) -> DatabaseError {
    match error.code() {
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => locked(waited, None),
        Some(code) if is_repeated(code, sql) => {
            DatabaseError::Repeated { sql: DatabaseError::shorten(sql), reason: reason(error) }
        }
        _ => DatabaseError::Statement { sql: DatabaseError::shorten(sql), reason: reason(error) },
    }
}

/// Says whether a lone statement found made what it makes, or gone what it drops.
fn is_repeated(code: &SqlState, sql: &str) -> bool {
    let made = [
        &SqlState::DUPLICATE_TABLE,
        &SqlState::DUPLICATE_OBJECT,
        &SqlState::DUPLICATE_COLUMN,
        &SqlState::DUPLICATE_SCHEMA,
        &SqlState::DUPLICATE_FUNCTION,
    ];
    let gone = [&SqlState::UNDEFINED_TABLE, &SqlState::UNDEFINED_OBJECT, &SqlState::INVALID_SCHEMA_NAME];
    let statements = split::split(sql);
    // Of several it is not known which one it was.
    let [lone] = &statements[..] else { return false };
    let drops = lone.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("DROP"));
    made.contains(&code) || (drops && gone.contains(&code))
}

/// Says that another process holds what is needed.
pub(crate) fn locked(waited: Duration, holder: Option<String>) -> DatabaseError {
    DatabaseError::Locked { waited_ms: u64::try_from(waited.as_millis()).unwrap_or(u64::MAX), holder }
}

/// Says whether the statement was broken off from outside.
pub(crate) fn is_cancelled(error: &Error) -> bool {
    error.code() == Some(&SqlState::QUERY_CANCELED)
}

/// Says what an error on connecting means. `database` holds no password.
pub(crate) fn connecting(error: &Error, database: &str) -> DatabaseError {
    let hint = match error.code() {
        Some(code) if *code == SqlState::UNDEFINED_DATABASE => {
            Some("make the database with `createdb`, or correct the URL".to_owned())
        }
        Some(code)
            if *code == SqlState::INVALID_PASSWORD
                || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION =>
        {
            Some("check the user and the password, which may also stand in `~/.pgpass`".to_owned())
        }
        _ => None,
    };
    DatabaseError::CannotConnect { database: database.to_owned(), reason: reason(error), hint }
}

/// Returns the server's own words, or else all that is known of what went wrong below it.
pub(crate) fn reason(error: &Error) -> String {
    if let Some(said) = error.as_db_error() {
        let detail = said.detail().map(|detail| format!("; {detail}")).unwrap_or_default();
        let hint = said.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        return format!("{}{detail}{hint}", said.message()).replace('\n', " ");
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
