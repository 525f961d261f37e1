//! Finds the constraints that an operation calls by a name which the database does not know them by.
//!
//! A constraint without a name is called by the name that the project's naming convention, or the operation that made
//! it, would give it. Such a name is turned into the shape of the constraint that is there. And where the database gives a name
//! to what has none, a shape may fit that one and another, whose name the history knows.

use std::borrow::Cow;

use crate::action::{Action, DropConstraint, RenameConstraint};
use crate::name::Ident;
use crate::op::{AlterTable, Operation};
use crate::schema::{Constraint, ConstraintRef, Schema, Table};
use crate::script::Naming;

/// Returns the operation with its constraints called so that they are found in `found`, which is what the database
/// holds; `folded` is what the history made of it. What is not found under any name stays as it is.
pub(super) fn addressed<'o>(
    operation: &'o Operation,
    found: &Schema,
    folded: &Schema,
    naming: &Naming,
) -> Cow<'o, Operation> {
    let Operation::AlterTable(alter) = operation else { return Cow::Borrowed(operation) };
    let Some(table) = found.tables.get(&alter.table) else { return Cow::Borrowed(operation) };
    let known = |action: &Action| match called(action) {
        Some(which) => table.constraint_position(which).is_ok(),
        None => true,
    };
    if alter.actions.iter().all(known) {
        return Cow::Borrowed(operation);
    }
    let (mut table, mut made) = (table.clone(), folded.tables.get(&alter.table).cloned());
    let mut actions = Vec::with_capacity(alter.actions.len());
    for action in &alter.actions {
        let shape = called(action).and_then(|which| shape(which, &table, made.as_ref(), naming));
        let action = shape.map_or_else(|| action.clone(), |shape| calling(action, shape));
        // Where one does not fit, lowering says so.
        let _ = action.apply(&mut table, found);
        if let Some(made) = &mut made {
            let _ = action.apply(made, folded);
        }
        actions.push(action);
    }
    Cow::Owned(AlterTable { actions, ..alter.clone() }.into())
}

fn called(action: &Action) -> Option<&ConstraintRef> {
    match action {
        Action::DropConstraint(DropConstraint { constraint, .. })
        | Action::RenameConstraint(RenameConstraint { constraint, .. }) => Some(constraint),
        _ => None,
    }
}

fn calling(action: &Action, constraint: ConstraintRef) -> Action {
    match action {
        Action::DropConstraint(drop) => Action::DropConstraint(DropConstraint { constraint, ..drop.clone() }),
        Action::RenameConstraint(rename) => {
            Action::RenameConstraint(RenameConstraint { constraint, ..rename.clone() })
        }
        other => other.clone(),
    }
}

/// Returns the shape of the nameless constraint that is meant by a name; `None` if there is one of that name, or none
/// that it could be.
fn shape(
    which: &ConstraintRef,
    table: &Table,
    made: Option<&Table>,
    naming: &Naming,
) -> Option<ConstraintRef> {
    let ConstraintRef::Name(name) = which else { return given_name(which, table, made?) };
    if table.constraint_position(which).is_ok() {
        return None;
    }
    let named = made.and_then(|made| made.constraints.iter().find(|made| made.name() == Some(name)));
    let wanted = named.and_then(|constraint| ConstraintRef::to(&constraint.nameless()));
    let mut by_convention = table.clone();
    naming.name_table(&mut by_convention);
    let nameless = table.constraints.iter().zip(&by_convention.constraints);
    let mut nameless = nameless.filter(|(there, _)| there.name().is_none());
    let meant = nameless.find(|(there, conventional)| {
        wanted.as_ref().is_some_and(|shape| shape.matches(there)) || conventional.name() == Some(name)
    });
    meant.and_then(|(there, _)| ConstraintRef::to(there))
}

/// Returns the name that the database gave to the nameless constraint of a shape, where that fits others too, all of whose names
/// the history knows.
fn given_name(which: &ConstraintRef, table: &Table, made: &Table) -> Option<ConstraintRef> {
    let meant = &made.constraints[made.constraint_position(which).ok()?];
    if meant.name().is_some() || table.constraint_position(which).is_ok() {
        return None;
    }
    let known = |name: &Ident| made.constraints.iter().any(|one| one.name() == Some(name));
    let fitting = table.constraints.iter().filter(|one| which.matches(one));
    let mut given = fitting.filter_map(Constraint::name).filter(|name| !known(name));
    let name = given.next()?;
    Some(ConstraintRef::Name(name.clone()))
}
