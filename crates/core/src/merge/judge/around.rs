//! What there is before two branches and behind each of them.

use std::collections::BTreeSet;

use crate::name::{Ident, TableName};
use crate::op::{Object, Operation};
use crate::schema::{Constraint, ConstraintKind, Index, Schema};

use super::super::touch::How;
use super::Move;
use super::meet::same_table;

/// What there is before two branches, and what each by itself leads to.
pub(super) struct Around<'s> {
    pub(super) base: &'s Schema,
    pub(super) ends: [&'s Schema; 2],
    /// The tables that each would make if they were not there.
    pub(super) spares: [Vec<&'s TableName>; 2],
}

/// Returns the tables that a branch finds made, and would make if they were not there.
pub(super) fn spares(moves: &[Move]) -> Vec<&TableName> {
    let idle = moves.iter().filter(|change| change.is_idle);
    idle.filter_map(|change| match &change.operation {
        Some(Operation::CreateTable(create)) => Some(&create.table.name),
        _ => None,
    })
    .collect()
}

/// Says whether the columns of a table that a change points at are a key of it.
pub(super) fn is_key(schema: &Schema, table: &TableName, change: &Move) -> bool {
    let points = change.touches.iter().filter(|touch| touch.how == How::Points);
    let columns: BTreeSet<&Ident> = points
        .filter_map(|touch| match &touch.object {
            Object::Column(owner, column) if same_table(owner, table) => Some(column),
            _ => None,
        })
        .collect();
    let Some(table) = schema.tables.get(table) else { return false };
    let is_of_keys =
        |one: &&Constraint| matches!(one.kind(), ConstraintKind::PrimaryKey | ConstraintKind::Unique);
    let keys = table.constraints.iter().filter(is_of_keys).map(Constraint::columns);
    let indexes = table.indexes.iter().filter(|index| index.unique).map(Index::named_columns);
    keys.chain(indexes).any(|key| key.into_iter().collect::<BTreeSet<&Ident>>() == columns)
}

/// Says whether there is a column.
pub(super) fn has_column(schema: &Schema, object: &Object) -> bool {
    match object {
        Object::Column(table, column) => {
            schema.tables.get(table).is_some_and(|table| table.column(column).is_some())
        }
        _ => false,
    }
}

/// Says whether there is no relation or type of the name of one, of the same kind. A key counts as an index.
pub(super) fn is_gone(object: &Object, schema: &Schema) -> bool {
    match object {
        Object::Table(name) => !schema.tables.contains_key(name),
        Object::View(name) => !schema.views.contains_key(name),
        Object::Sequence(name) => !schema.sequences.contains_key(name),
        Object::Type(name) => schema.known_enum(name).is_none(),
        Object::Index(name) => !schema.tables.values().any(|table| {
            table.indexes.iter().any(|index| index.name == *name)
                || table.constraints.iter().any(|one| one.name() == Some(name))
        }),
        _ => false,
    }
}
