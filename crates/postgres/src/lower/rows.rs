//! Rows that a migration inserts and deletes.

use limbeck_core::dialect::{BlankRow, Statement, rows};
use limbeck_core::op::{Delete, Insert};

use super::sql;

/// Lowers `insert`.
pub(super) fn insert(op: &Insert) -> Vec<Statement> {
    rows::insert(op, BlankRow::DefaultValues, sql)
}

/// Lowers `delete`.
pub(super) fn delete(op: &Delete) -> Vec<Statement> {
    rows::delete(op, sql)
}
