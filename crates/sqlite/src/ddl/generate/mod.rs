//! Makes random definitions by SQLite's grammar, for tests and for fuzzing.

mod column;
mod definition;
mod expression;
mod object;
mod query;
mod statement;
mod table;
mod word;
mod writer;

pub(crate) use definition::definition;
