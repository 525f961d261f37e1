//! Reads the SQL text that SQLite stores of its tables and what belongs to them, and edits it.

mod added;
mod edit;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod generate;
mod grammar;
mod mention;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod oracle;
mod parse;
mod print;
mod project;
mod reading;
mod rowid;
#[cfg(test)]
mod tests;
mod tokenize;
mod tree;
mod untyped;

pub(crate) use added::may_have_been_added;
pub(crate) use edit::edit_table;
pub(crate) use mention::reads_column;
pub(crate) use parse::parse_table;
pub(crate) use project::{is_bare, is_integer, read_index, read_table, read_type, read_view, same};
pub(crate) use reading::{Bare, Reading, Statement, reading};
pub(crate) use rowid::has_descending_key;
pub(crate) use tokenize::{Token, TokenKind, meaningful, tokenize};
pub(crate) use untyped::without_types;

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(pub(crate) String);
