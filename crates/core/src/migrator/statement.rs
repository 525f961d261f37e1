//! Runs one statement and holds it to what it must find.

use rustc_hash::FxHashMap;

use crate::diagnostic::Code;
use crate::dialect::{Connection, DatabaseError, Expect, Statement};
use crate::literal::Literal;

/// The rows that statements of one task asked to keep.
pub(super) type Remembered = FxHashMap<&'static str, Vec<Vec<Literal>>>;

/// Runs a statement.
///
/// # Errors
/// What the database says, or [`DatabaseError::NotAsExpected`].
pub(super) fn run(
    connection: &mut dyn Connection,
    statement: &Statement,
    remembered: &mut Remembered,
) -> Result<(), DatabaseError> {
    let sql = &statement.sql;
    match &statement.expect {
        Expect::Anything => connection.execute(sql),
        Expect::NoRows { otherwise, code } => match connection.query(sql)?.is_empty() {
            true => Ok(()),
            false => Err(unexpected(sql, otherwise, *code)),
        },
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

fn unexpected(sql: &str, otherwise: &str, code: Code) -> DatabaseError {
    DatabaseError::NotAsExpected { sql: DatabaseError::shorten(sql), otherwise: otherwise.to_owned(), code }
}
