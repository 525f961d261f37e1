//! What SQLite says of a text: taken, a fault of syntax, or refused for another reason.

use rusqlite::{Connection, Error};

/// What SQLite says of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ddl) enum Verdict {
    /// It is one statement that can be run.
    Taken,
    /// It is no statement by SQLite's grammar, for this reason, or more than one.
    Syntax(String),
    /// Something else is wrong, such as a table that is not there. SQLite may have stopped before the end of the
    /// text, so what stands behind may be anything.
    Refused,
}

/// How messages of faults begin and end that SQLite's parser finds (parse.y and tokenize.c of 3.53).
const SYNTAX: [(&str, &str); 10] = [
    ("near \"", ": syntax error"),
    ("incomplete input", ""),
    ("unrecognized token: ", ""),
    ("unknown join type: ", ""),
    ("a JOIN clause is required before ", ""),
    ("ORDER BY clause should come after ", " not before"),
    ("LIMIT clause should come after ", " not before"),
    ("unknown table option: ", ""),
    ("cannot use RETURNING in a trigger", ""),
    ("the ", "clause is not allowed on UPDATE or DELETE statements within triggers"),
];

/// Returns what SQLite says of a text. It is not run.
pub(in crate::ddl) fn verdict(connection: &Connection, sql: &str) -> Verdict {
    let message = match connection.prepare(sql).map(drop) {
        Ok(()) => return Verdict::Taken,
        Err(Error::MultipleStatement) => return Verdict::Syntax("more than one statement".to_owned()),
        Err(Error::SqlInputError { msg, .. }) => msg,
        Err(Error::SqliteFailure(_, message)) => message.unwrap_or_default(),
        Err(_) => return Verdict::Refused,
    };
    let is_syntax = SYNTAX.iter().any(|(begin, end)| message.starts_with(begin) && message.ends_with(end));
    if is_syntax { Verdict::Syntax(message) } else { Verdict::Refused }
}
