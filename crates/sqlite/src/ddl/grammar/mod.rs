//! Reads the expressions, queries and statements within DDL by SQLite's own grammar (parse.y of 3.53).

mod call;
mod deep;
mod entry;
mod expression;
mod from;
mod keyword;
mod mention;
mod name;
mod operand;
mod operator;
mod reader;
mod select;
mod statement;
mod type_name;
mod upsert;
mod window;
mod with;

pub(crate) use entry::{Part, length, mentions};
pub(crate) use keyword::{NameKind, is_contextual, name_kind};
pub(crate) use mention::{Mention, Mentions, What};

#[cfg(test)]
mod tests;
