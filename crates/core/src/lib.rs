//! What Limbeck knows without a database: operations, the schema they add up to, the graph of revisions, and how
//! to run a route through it on any [`Connection`](dialect::Connection).
//!
//! The core reads no terminal, no clock and no environment; those come in as arguments. It holds no driver and no
//! SQL dialect: a [`Dialect`](dialect::Dialect) turns operations into statements.

pub mod action;
#[cfg(any(test, feature = "arbitrary"))]
pub mod arbitrary;
pub mod column_type;
pub mod diagnostic;
pub mod dialect;
pub mod diff;
pub mod fold;
pub mod graph;
pub mod history;
pub mod literal;
pub mod merge;
pub mod migrator;
pub mod name;
pub mod op;
pub mod raw;
pub mod rebuild;
pub mod record;
pub mod revision;
pub mod schema;
pub mod script;
pub mod sql;
pub mod verify;
