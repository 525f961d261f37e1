//! What Limbeck knows without a database: operations, the schema they add up to, the graph of revisions, and how
//! to run a route through it on any [`Connection`](connection::Connection).
//!
//! The core reads no terminal, no clock and no environment; those come in as arguments. It holds no driver and no
//! SQL dialect: a [`Dialect`](dialect::Dialect) turns operations into statements.

pub mod diagnostic;
pub mod graph;
pub mod revision;
