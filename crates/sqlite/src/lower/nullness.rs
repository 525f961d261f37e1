//! Says whether a condition is surely never NULL.
//!
//! A CHECK lets NULL pass, but SQLite's `ADD CHECK` refuses rows for which the condition is NULL (3.53.2,
//! `sqlite3AlterAddConstraint`: `IS NOT TRUE`). So it is sound only for conditions that are never NULL.

use limbeck_core::schema::Table;

use crate::ddl::{self, TokenKind};

/// Operators whose result is NULL only when an operand is. Arithmetic is not among them: a division by 0 is NULL.
const WORDS: [&str; 9] = ["AND", "OR", "NOT", "IN", "BETWEEN", "LIKE", "GLOB", "TRUE", "FALSE"];
const SYMBOLS: [&str; 11] = ["(", ")", ",", "=", "==", "<>", "!=", "<", "<=", ">", ">="];

/// Says whether a condition over a table is surely never NULL: comparisons of literals and columns that are NOT NULL.
pub(super) fn is_never_null(condition: &str, table: &Table) -> bool {
    ddl::meaningful(condition).iter().all(|token| match token.kind {
        TokenKind::Number | TokenKind::Text | TokenKind::Blob => true,
        TokenKind::Symbol => SYMBOLS.contains(&token.text),
        TokenKind::Word if WORDS.iter().any(|word| token.is(word)) => true,
        TokenKind::Word | TokenKind::Quoted => token.name().is_some_and(|name| {
            let mut columns = table.columns.iter();
            columns.any(|column| !column.nullable && column.name.as_str().eq_ignore_ascii_case(&name))
        }),
        _ => false,
    })
}
