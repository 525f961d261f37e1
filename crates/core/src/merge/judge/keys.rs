//! What changes take or make that is not said by its name alone: keys, and what may be there already.

use crate::action::{Action, DropConstraint};
use crate::name::{Ident, TableName};
use crate::op::Operation;
use crate::schema::{Constraint, ConstraintKind, ConstraintRef};

use super::Move;
use super::around::Around;

/// Says whether a change, or a part of it, is no fault where what it makes is there: it may then make nothing.
pub(super) fn passes_over(change: &Move) -> bool {
    match &change.operation {
        Some(Operation::CreateTable(op)) => op.if_not_exists,
        Some(Operation::CreateIndex(op)) => op.if_not_exists,
        Some(Operation::CreateView(op)) => op.if_not_exists,
        Some(Operation::CreateSequence(op)) => op.if_not_exists,
        Some(Operation::CreateEnum(op)) => op.if_not_exists,
        Some(Operation::AlterTable(alter)) => {
            let may_be_there =
                |action: &Action| matches!(action, Action::CreateIndex(create) if create.if_not_exists);
            alter.actions.iter().any(may_be_there)
        }
        _ => false,
    }
}

/// Says whether a change gives an index its name by making a key or by renaming one, rather than as an index.
pub(super) fn makes_as_key(change: &Move, name: &Ident) -> bool {
    match &change.operation {
        Some(Operation::CreateTable(create)) => create.table.indexes.iter().all(|index| index.name != *name),
        Some(Operation::AlterTable(alter)) => alter.actions.iter().all(|action| match action {
            Action::CreateIndex(action) => action.index.name != *name,
            _ => true,
        }),
        _ => false,
    }
}

/// Says whether a change takes away a key with this column from a table, or may: one that was not there before.
pub(super) fn drops_key(change: &Move, table: &TableName, column: &Ident, around: &Around) -> bool {
    let is_key = |named: &ConstraintRef| {
        let found = around.base.tables.get(table);
        match found.and_then(|table| table.constraints.iter().find(|one| named.matches(one))) {
            Some(found) => {
                let is_key = matches!(found.kind(), ConstraintKind::PrimaryKey | ConstraintKind::Unique);
                is_key && found.columns().contains(&column)
            }
            None => !matches!(named, ConstraintRef::Check(_) | ConstraintRef::ForeignKey(_)),
        }
    };
    dropped(change).any(is_key)
}

/// Says whether one change drops by what it is a constraint that the other makes too.
pub(super) fn drops_alike(drops: &Move, creates: &Move) -> bool {
    let made = made(creates);
    let by_name = |named: &&ConstraintRef| matches!(named, ConstraintRef::Name(_));
    dropped(drops).filter(|named| !by_name(named)).any(|named| made.iter().any(|made| named.matches(made)))
}

fn dropped(change: &Move) -> impl Iterator<Item = &ConstraintRef> {
    let actions = match &change.operation {
        Some(Operation::AlterTable(alter)) => alter.actions.as_slice(),
        _ => &[],
    };
    actions.iter().filter_map(|action| match action {
        Action::DropConstraint(DropConstraint { constraint, .. }) => Some(constraint),
        _ => None,
    })
}

fn made(change: &Move) -> Vec<Constraint> {
    match &change.operation {
        Some(Operation::AlterTable(alter)) => alter.actions.iter().filter_map(Action::constraint).collect(),
        _ => Vec::new(),
    }
}
