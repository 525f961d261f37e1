//! Rows that a migration inserts and deletes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{BlankRow, Statement, rows};
use limbeck_core::op::{Delete, Insert};

use super::{named, sql};

/// Lowers `insert`.
pub(super) fn insert(op: &Insert) -> Result<Vec<Statement>, Diagnostic> {
    named(&op.table)?;
    Ok(rows::insert(op, BlankRow::DefaultValues, sql))
}

/// Lowers `delete`.
pub(super) fn delete(op: &Delete) -> Result<Vec<Statement>, Diagnostic> {
    named(&op.table)?;
    Ok(rows::delete(op, sql))
}
