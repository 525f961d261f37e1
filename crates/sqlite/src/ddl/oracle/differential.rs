//! Where the reader and SQLite differ over a text.

use rusqlite::Connection;

use super::{Verdict, agrees, covered, verdict};
use crate::ddl::parse::parse;
use crate::ddl::{Unreadable, meaningful};

thread_local! {
    /// A database with what the texts may refer to. Each text is tried in a transaction, which is undone.
    static WORLD: Connection = world();
}

fn world() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t1 (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c);
             CREATE TABLE t2 (a, b, c, d, e);
             CREATE VIEW v1 AS SELECT a, b, c FROM t1;",
        )
        .unwrap();
    connection
}

/// Returns in words how the reader and SQLite differ over a text; `None` where they agree.
///
/// A text that SQLite takes is run, and what it stored of it is read and compared with what its pragmas say.
///
/// # Panics
/// A tree does not print as its text, or a model is not what the pragmas say.
pub(crate) fn differs(sql: &str) -> Option<String> {
    let read = parse(sql);
    if let Ok(tree) = &read {
        covered(tree, sql);
    }
    // To SQLite, the text ends there.
    if sql.contains('\0') {
        return None;
    }
    WORLD.with(|connection| {
        // It is undone when it is dropped, also where something panics.
        let _undone = connection.unchecked_transaction().unwrap();
        compare(connection, read.err(), sql)
    })
}

/// Compares what SQLite says of a text with why it could not be read, if it could not.
fn compare(connection: &Connection, unread: Option<Unreadable>, sql: &str) -> Option<String> {
    match (unread, verdict(connection, sql)) {
        (None, Verdict::Syntax(why)) => Some(format!("read what SQLite does not take: {why}")),
        (Some(Unreadable(why)), Verdict::Taken) if is_definition(sql) => {
            Some(format!("cannot read what SQLite takes: {why}"))
        }
        (_, Verdict::Taken) if begins_with_create(sql) => stored(connection, sql),
        _ => None,
    }
}

fn begins_with_create(sql: &str) -> bool {
    meaningful(sql).first().is_some_and(|token| token.is("CREATE"))
}

/// Says whether a text that SQLite takes has a tree. A table made from a query has none: what SQLite stores of it is
/// another text.
fn is_definition(sql: &str) -> bool {
    let tokens = meaningful(sql);
    let mut head = tokens.iter().take_while(|token| !token.is("("));
    let from_query = tokens.iter().take(3).any(|token| token.is("TABLE")) && head.any(|token| token.is("AS"));
    begins_with_create(sql) && !from_query
}

/// Runs a text and compares what SQLite stored.
fn stored(connection: &Connection, sql: &str) -> Option<String> {
    // What cannot be run, such as a virtual table of no known module, stores nothing.
    connection.execute_batch(sql).ok()?;
    let texts = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL UNION ALL \
                 SELECT sql FROM sqlite_temp_schema WHERE sql IS NOT NULL";
    let mut statement = connection.prepare(texts).unwrap();
    let texts: Vec<String> =
        statement.query_map([], |row| row.get(0)).unwrap().map(|sql| sql.unwrap()).collect();
    for text in texts {
        match parse(&text) {
            Ok(tree) => covered(&tree, &text),
            Err(Unreadable(why)) => return Some(format!("cannot read what SQLite stored, `{text}`: {why}")),
        }
    }
    agrees(connection);
    None
}
