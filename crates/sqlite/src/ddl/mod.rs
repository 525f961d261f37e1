//! Reads the SQL text that SQLite stores of its tables and indexes.

mod clause;
mod column;
mod create_index;
mod create_table;
mod cursor;
mod default;
#[allow(dead_code, unused_imports, reason = "the tree of DDL reads by it, which comes next")]
mod grammar;
mod tokenize;
mod types;

pub(crate) use create_index::{read_index, read_view};
pub(crate) use create_table::{TableText, read_table, same};
pub(crate) use default::is_bare;
pub(crate) use tokenize::{Token, TokenKind, meaningful, tokenize};

/// Why a text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(pub(crate) String);
