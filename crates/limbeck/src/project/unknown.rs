//! What only the database has: neither the history nor the model knows of it, so that no revision has a say in it.

use std::collections::BTreeSet;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::TableName;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Schema, SchemaError, mention};

use super::check::first_of;

/// Leaves out the operations that would drop what the history has not, with those that lead there, and says which; what is left
/// alone stays in the database. Nothing is left out that is in the way of another operation.
///
/// `before` is what the operations find.
pub(super) fn left_alone(
    operations: Vec<Operation>,
    history: &Schema,
    before: &Schema,
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
    let left: Vec<Operation> = operations.iter().filter(|operation| !is_about(operation)).cloned().collect();
    if unknown.iter().any(|drop| is_in_the_way(drop, &left, before)) || !can_run(&left, before) {
        return (operations, None);
    }
    let message = format!(
        "neither the history nor the model knows of this, and it is left alone: {}",
        first_of(unknown.iter().map(what))
    );
    let warning = Diagnostic::new(Code::CheckFailed, message).hint(
        "`exclude` in `[autogenerate]` leaves it out without a word; to drop it, add a revision that makes it and stamp that",
    );
    (left, Some(warning))
}

/// Says whether operations fit what they find.
fn can_run(operations: &[Operation], before: &Schema) -> bool {
    let mut now = before.clone();
    operations.iter().all(|operation| operation.apply(&mut now).is_ok())
}

/// Says whether something that is left where it is takes the name of what another operation makes, or looks at a table that one
/// changes or drops.
fn is_in_the_way(left: &Operation, operations: &[Operation], before: &Schema) -> bool {
    let name = match left {
        Operation::DropTable(drop) => &drop.table,
        Operation::DropView(drop) => &drop.view,
        Operation::DropEnum(drop) => &drop.name,
        Operation::DropSequence(drop) => &drop.sequence,
        _ => return false,
    };
    let view = before.views.get(name).filter(|_| matches!(left, Operation::DropView(_)));
    let looks_at =
        |table: &TableName| view.is_some_and(|view| mention::mentions(view.sql.as_str(), &table.name));
    operations.iter().any(|operation| match operation {
        Operation::CreateTable(create) => create.table.name == *name,
        Operation::CreateView(create) => create.view.name == *name,
        Operation::CreateEnum(create) => create.definition.name == *name,
        Operation::CreateSequence(create) => create.sequence.name == *name,
        Operation::AlterTable(alter) => looks_at(&alter.table),
        Operation::DropTable(drop) => looks_at(&drop.table),
        _ => false,
    })
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
