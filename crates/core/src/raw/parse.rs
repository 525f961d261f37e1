//! Parses statements, whatever the size of the caller's stack: the parser's trees are as deep as an expression has terms, and
//! are printed and taken down level by level.

use std::thread;

use sqlparser::ast::Statement;
use sqlparser::parser::Parser;

use super::grammar::Grammar;

/// The most bytes of a statement that is parsed on the caller's stack: some hundred levels.
const SHORT: usize = 512;

/// Room for each byte of a longer one: two bytes may be a level, with the big frames of a build without optimization. Only what
/// is used is really taken.
const ROOM: usize = 16 << 10;

/// The most room. A build with optimization takes a tenth of the above.
const MOST: usize = 1 << 30;

/// Parses a text, and returns what is read of its statements.
///
/// # Errors
/// Why it is no SQL.
pub(super) fn parsed<T: Send>(
    sql: &str,
    grammar: Grammar,
    read: impl FnOnce(&[Statement]) -> T + Send,
) -> Result<T, String> {
    let parse = || {
        let parsed = Parser::parse_sql(grammar.dialect(), sql).map_err(|error| error.to_string())?;
        Ok(read(&parsed))
    };
    if sql.len() <= SHORT {
        return parse();
    }
    thread::scope(|scope| {
        let room = sql.len().saturating_mul(ROOM).min(MOST);
        let worker = thread::Builder::new().stack_size(room).spawn_scoped(scope, parse);
        let worker = worker.map_err(|error| format!("no room to read what is so long: {error}"))?;
        worker.join().expect("reading does not panic")
    })
}
