//! Rows that a migration inserts and deletes.

use limbeck_core::dialect::{BlankRow, Statement, rows};
use limbeck_core::op::{Delete, Insert};

use super::Target;

/// Lowers `insert`.
pub(super) fn insert(op: &Insert, target: Target<'_>) -> Vec<Statement> {
    rows::insert(op, BlankRow::EmptyLists, || target.sql())
}

/// Lowers `delete`.
pub(super) fn delete(op: &Delete, target: Target<'_>) -> Vec<Statement> {
    rows::delete(op, || target.sql())
}
