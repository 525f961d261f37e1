//! What only the database has: neither the history nor the model knows of it, so that no revision has a say in it.

use std::collections::BTreeSet;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::TableName;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Schema, SchemaError};

use super::check::first_of;

/// Leaves out the operations that would drop what the history has not, with those that lead there, and says which; what is left
/// alone stays in the database.
pub(super) fn left_alone(
    operations: Vec<Operation>,
    history: &Schema,
) -> (Vec<Operation>, Option<Diagnostic>) {
    let is_unknown = |operation: &&Operation| is_drop(operation) && lacks(operation, history);
    let unknown: Vec<Operation> = operations.iter().filter(is_unknown).cloned().collect();
    if unknown.is_empty() {
        return (operations, None);
    }
    let tables: BTreeSet<&TableName> = unknown.iter().filter_map(table).collect();
    let is_about = |operation: &Operation| match operation {
        Operation::AlterTable(alter) => tables.contains(&alter.table),
        other => is_unknown(&other),
    };
    let left = operations.into_iter().filter(|operation| !is_about(operation)).collect();
    let message = format!(
        "neither the history nor the model knows of this, and it is left alone: {}",
        first_of(unknown.iter().map(what))
    );
    let warning = Diagnostic::new(Code::CheckFailed, message).hint(
        "`exclude` in `[autogenerate]` leaves it out without a word; to drop it, add a revision that makes it and stamp that",
    );
    (left, Some(warning))
}

/// Returns what an operation drops, as in "table `t`".
fn what(drop: &Operation) -> String {
    let told = drop.describe();
    told.strip_prefix("drop ").map(str::to_owned).unwrap_or(told)
}

fn table(operation: &Operation) -> Option<&TableName> {
    match operation {
        Operation::DropTable(drop) => Some(&drop.table),
        _ => None,
    }
}

/// Says whether the history has not what an operation drops, and no statement in it could have made that unseen.
fn lacks(operation: &Operation, history: &Schema) -> bool {
    let dropped = match operation {
        Operation::DropTable(drop) => history.table(&drop.table).map(|_| ()),
        // There are few of these.
        other => other.apply(&mut history.clone()),
    };
    matches!(dropped, Err(SchemaError::NotFound { .. }))
}

fn is_drop(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::DropTable(_)
            | Operation::DropView(_)
            | Operation::DropEnum(_)
            | Operation::DropSequence(_)
            | Operation::DropSchema(_)
    )
}
