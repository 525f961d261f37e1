//! In which order tables come and go, so that what a foreign key points at is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::name::TableName;
use crate::op::{CreateTable, DropTable, Operation};
use crate::schema::computed::parents_first;
use crate::schema::{Constraint, ForeignKey, Table};

use super::table::{TableChange, alter, drop_constraint};

/// Makes and changes tables so that each comes behind those that its new foreign keys point at; the keys that cannot be met
/// so, because they point in a circle, come behind all of them.
pub(super) fn changes(
    made: &BTreeMap<&TableName, &Table>,
    changes: &mut BTreeMap<TableName, TableChange>,
    all: &mut Vec<Operation>,
) {
    let mut edges: BTreeMap<&TableName, Vec<&TableName>> = BTreeMap::new();
    for (name, table) in made {
        edges.insert(name, table.foreign_keys().map(|key| &key.references).collect());
    }
    for (name, change) in &*changes {
        edges.insert(name, change.links.iter().map(|key| &key.references).collect());
    }
    let order: Vec<TableName> = parents_first(&edges).into_iter().cloned().collect();
    let nodes: BTreeSet<TableName> = edges.keys().map(|name| (*name).clone()).collect();
    let mut done: BTreeSet<TableName> = BTreeSet::new();
    let mut later = Vec::new();
    for name in order {
        let waits = |key: &ForeignKey| {
            key.references != name && nodes.contains(&key.references) && !done.contains(&key.references)
        };
        let waiting = if let Some(table) = made.get(&name) {
            let mut table = (*table).clone();
            let is_waiting = |one: &Constraint| matches!(one, Constraint::ForeignKey(key) if waits(key));
            let (waiting, now): (Vec<_>, Vec<_>) = table.constraints.drain(..).partition(is_waiting);
            table.constraints = now;
            all.push(CreateTable { table, if_not_exists: false }.into());
            waiting.into_iter().map(Action::add_constraint).collect()
        } else if let Some(change) = changes.get_mut(&name) {
            let links = std::mem::take(&mut change.links);
            let (waiting, now): (Vec<_>, Vec<_>) = links.into_iter().partition(waits);
            all.extend(change.rest(now));
            waiting.into_iter().map(Action::AddForeignKey).collect()
        } else {
            Vec::new()
        };
        later.extend(alter(&name, waiting));
        done.insert(name);
    }
    all.append(&mut later);
}

/// Drops tables so that each goes before those that its foreign keys point at; where they point in a circle, keys go first.
pub(super) fn drops(gone: &BTreeMap<&TableName, &Table>) -> Vec<Operation> {
    let edges: BTreeMap<&TableName, Vec<&TableName>> = gone
        .iter()
        .map(|(name, table)| (*name, table.foreign_keys().map(|key| &key.references).collect()))
        .collect();
    let order = parents_first(&edges);
    let place: BTreeMap<&TableName, usize> = order.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut all = Vec::new();
    // The last goes first, so that a key that points behind its table is in the way.
    for name in order.iter().rev() {
        let in_the_way = |constraint: &&Constraint| match constraint {
            Constraint::ForeignKey(key) => {
                place.get(&key.references).is_some_and(|other| *other > place[*name])
            }
            _ => false,
        };
        let keys = gone[*name].constraints.iter().filter(in_the_way);
        all.extend(alter(name, keys.filter_map(drop_constraint).collect()));
    }
    let drop = |name: &&TableName| Operation::from(DropTable { table: (*name).clone(), if_exists: false });
    all.extend(order.iter().rev().map(drop));
    all
}
