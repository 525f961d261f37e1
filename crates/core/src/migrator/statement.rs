//! Runs one statement and holds it to what it must find.

use rustc_hash::FxHashMap;

use crate::diagnostic::Code;
use crate::dialect::{Connection, DatabaseError, Expect, Statement};
use crate::literal::Literal;

/// The rows that statements of one task asked to keep.
pub type Remembered = FxHashMap<&'static str, Vec<Vec<Literal>>>;

/// Runs a statement outside the transaction behind a record, which commits before it.
///
/// # Errors
/// As [`run`]. The record may then be made or not.
pub(super) fn run_behind(
    connection: &mut dyn Connection,
    record: &Statement,
    statement: &Statement,
    remembered: &mut Remembered,
) -> Result<(), DatabaseError> {
    match statement.expect {
        Expect::Anything => connection.execute_behind(&record.sql, &statement.sql),
        _ => {
            connection.execute(&record.sql)?;
            run(connection, statement, remembered)
        }
    }
}

/// Runs a statement, and holds it to what it must find.
///
/// # Errors
/// What the database says, or [`DatabaseError::NotAsExpected`].
pub fn run(
    connection: &mut dyn Connection,
    statement: &Statement,
    remembered: &mut Remembered,
) -> Result<(), DatabaseError> {
    let sql = &statement.sql;
    match &statement.expect {
        Expect::Anything => connection.execute(sql),
        Expect::Success { otherwise, code } => connection.execute(sql).map_err(|error| match error {
            DatabaseError::Statement { reason, .. } => {
                unexpected(sql, &otherwise.replacen("{}", &reason, 1), *code)
            }
            other => other,
        }),
        Expect::NoRows { otherwise, code } | Expect::NoneMissed { otherwise, code } => {
            match connection.query(sql)?.first() {
                None => Ok(()),
                Some(row) => Err(unexpected(sql, &filled(otherwise, row), *code)),
            }
        }
        Expect::Remember(key) => {
            remembered.insert(key, connection.query(sql)?);
            Ok(())
        }
        Expect::AsRemembered { key, otherwise, code } => {
            match remembered.get(key) == Some(&connection.query(sql)?) {
                true => Ok(()),
                false => Err(unexpected(sql, otherwise, *code)),
            }
        }
    }
}

/// Puts the first cell of the row found where `{}` stands.
fn filled(otherwise: &str, row: &[Literal]) -> String {
    match row.first() {
        Some(Literal::Integer(number)) => otherwise.replacen("{}", &number.to_string(), 1),
        Some(Literal::Text(text)) => otherwise.replacen("{}", text, 1),
        _ => otherwise.to_owned(),
    }
}

fn unexpected(sql: &str, otherwise: &str, code: Code) -> DatabaseError {
    DatabaseError::NotAsExpected { sql: DatabaseError::shorten(sql), otherwise: otherwise.to_owned(), code }
}
