//! What SQLite says of a text: taken, a fault of syntax, or refused for another reason.

use rusqlite::Connection;

/// What SQLite says of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ddl) enum Verdict {
    /// It is one statement that can be run.
    Taken,
    /// It is no statement by SQLite's grammar, or more than one.
    Syntax,
    /// Something else is wrong, such as a table that is not there. SQLite may have stopped before the end of the
    /// text, so what stands behind may be anything.
    Refused,
}

/// Messages of faults that SQLite's parser finds (parse.y and tokenize.c of 3.53).
const SYNTAX: [&str; 10] = [
    ": syntax error",
    "incomplete input",
    "unrecognized token",
    "unknown join type",
    "a JOIN clause is required before",
    "clause should come after",
    "unknown table option",
    "cannot use RETURNING in a trigger",
    "clause is not allowed on UPDATE or DELETE statements within triggers",
    "Multiple statements",
];

/// Returns what SQLite says of a text. It is not run.
pub(in crate::ddl) fn verdict(connection: &Connection, sql: &str) -> Verdict {
    let Err(error) = connection.prepare(sql).map(drop) else {
        return Verdict::Taken;
    };
    if matches!(error, rusqlite::Error::MultipleStatement) {
        return Verdict::Syntax;
    }
    let message = error.to_string();
    if SYNTAX.iter().any(|fault| message.contains(fault)) { Verdict::Syntax } else { Verdict::Refused }
}
