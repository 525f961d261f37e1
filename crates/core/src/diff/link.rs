//! Which foreign keys go before the keys that they point at change, and come back when that is done.

use std::collections::BTreeMap;

use crate::name::{Ident, TableName};
use crate::schema::{ForeignKey, Schema, Table};

use super::Sides;
use super::table::{Going, TableChange};

impl Sides<'_> {
    /// Lets foreign keys that stay go and come back where a column of theirs, or the key that they point at, changes: no
    /// database lets a key go that is pointed at, and some no column of a foreign key change its type.
    pub(super) fn break_links(&self, changes: &mut BTreeMap<TableName, TableChange>) {
        let broken = |table: &TableName, key: &ForeignKey, changes: &BTreeMap<TableName, TableChange>| {
            let there = changes.get(&key.references);
            let here = changes.get(table);
            there.is_some_and(|change| change.disturbs(&referred(key, self.from)))
                || here.is_some_and(|change| change.retypes(&key.columns))
        };
        for (name, table) in &self.from.tables {
            if !self.to.tables.contains_key(name)
                || !table.foreign_keys().any(|key| broken(name, key, changes))
            {
                continue;
            }
            let Some(mut change) = changes.remove(name).or_else(|| self.compared(name)) else { continue };
            let (gone, kept): (Vec<_>, Vec<_>) =
                std::mem::take(&mut change.kept).into_iter().partition(|(old, _)| {
                    let own = old.references == *name && change.disturbs(&referred(old, self.from));
                    own || change.retypes(&old.columns) || broken(name, old, changes)
                });
            change.kept = kept;
            for (old, new) in gone {
                change.unlinks.push(Going::new(old));
                change.links.push(new);
            }
            if !change.is_nothing() {
                changes.insert(name.clone(), change);
            }
        }
    }
}

/// Says whether tables that go point at what changes.
pub(super) fn are_in_the_way(
    gone: &BTreeMap<&TableName, &Table>,
    changes: &BTreeMap<TableName, TableChange>,
    from: &Schema,
) -> bool {
    let mut keys = gone.values().flat_map(|table| table.foreign_keys());
    keys.any(|key| changes.get(&key.references).is_some_and(|change| change.disturbs(&referred(key, from))))
}

/// Says whether a foreign key that comes points at a table that goes, as SQLite lets it.
pub(super) fn outlive(
    gone: &BTreeMap<&TableName, &Table>,
    made: &BTreeMap<&TableName, &Table>,
    changes: &BTreeMap<TableName, TableChange>,
) -> bool {
    let made = made.values().flat_map(|table| table.foreign_keys());
    let mut keys = made.chain(changes.values().flat_map(|change| &change.links));
    keys.any(|key| gone.contains_key(&key.references))
}

/// Marks the foreign keys that must go before another table is changed or dropped.
pub(super) fn separate(
    changes: &mut BTreeMap<TableName, TableChange>,
    gone: &BTreeMap<&TableName, &Table>,
    drops_early: bool,
    from: &Schema,
) {
    let mut early: Vec<(TableName, usize)> = Vec::new();
    for (name, change) in &*changes {
        for (at, going) in change.unlinks.iter().enumerate() {
            let other = &going.part.references;
            let waits = other != name
                && (changes.get(other).is_some_and(|change| change.disturbs(&referred(&going.part, from)))
                    || drops_early && gone.contains_key(other));
            if waits {
                early.push((name.clone(), at));
            }
        }
    }
    for (name, at) in early {
        if let Some(change) = changes.get_mut(&name) {
            change.unlinks[at].early = true;
        }
    }
    // A key that goes early takes those of the table itself with it.
    for change in changes.values_mut() {
        let key_goes =
            change.drops.iter().any(|going| going.early) || change.unindexes.iter().any(|going| going.early);
        if key_goes {
            let own = change.table.clone();
            change
                .unlinks
                .iter_mut()
                .filter(|going| going.part.references == own)
                .for_each(|going| going.early = true);
        }
    }
}

/// Returns the columns that a foreign key points at.
fn referred(key: &ForeignKey, around: &Schema) -> Vec<Ident> {
    if !key.referred_columns.is_empty() {
        return key.referred_columns.clone();
    }
    let primary = around.tables.get(&key.references).and_then(Table::primary_key);
    primary.map(|primary| primary.columns.clone()).unwrap_or_default()
}
