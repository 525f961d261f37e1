//! The ways into the grammar: an expression, a query, the body of a trigger.

use super::super::{Token, Unreadable};
use super::Mentions;
use super::deep::read;
use super::reader::Reader;

/// Reads an expression, as it stands in a CHECK, a DEFAULT, a generated column, an index, a `WHEN`.
///
/// Spaces and comments among the tokens are passed over.
///
/// # Errors
/// The tokens are not one expression by SQLite's grammar, or are nested deeper than SQLite's parser goes.
pub(crate) fn expression<'a>(tokens: &[Token<'a>]) -> Result<Mentions<'a>, Unreadable> {
    read(tokens, Reader::expression)
}

/// Reads a query, as it stands behind `AS` in a view or a table.
///
/// # Errors
/// As [`expression`].
pub(crate) fn select<'a>(tokens: &[Token<'a>]) -> Result<Mentions<'a>, Unreadable> {
    read(tokens, Reader::select)
}

/// Reads what stands between `BEGIN` and `END` of a trigger: statements, each with a `;` behind it.
///
/// # Errors
/// As [`expression`].
pub(crate) fn trigger_body<'a>(tokens: &[Token<'a>]) -> Result<Mentions<'a>, Unreadable> {
    read(tokens, Reader::trigger_body)
}
