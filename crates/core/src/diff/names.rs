//! Which parts go early because something else takes their name.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::name::{Ident, TableName};
use crate::schema::{Constraint, Table};

use super::Sides;
use super::table::TableChange;

/// Who takes each name: the tables, or the name itself for what is in no table.
type Takers<'t> = BTreeMap<(Option<&'t Ident>, &'t Ident), BTreeSet<&'t TableName>>;

/// Marks what must give its name away before the changes of tables, and says whether that holds of tables that go.
///
/// Tables, indexes, keys, sequences and views share one space of names on PostgreSQL, foreign keys have one on MySQL. So any
/// name that something else takes is reason enough.
pub(super) fn give_way(
    changes: &mut BTreeMap<TableName, TableChange>,
    gone: &BTreeMap<&TableName, &Table>,
    made: &BTreeMap<&TableName, &Table>,
    sides: &Sides,
) -> bool {
    let mut early: BTreeSet<(TableName, Ident)> = BTreeSet::new();
    let mut drops_early = false;
    {
        let takers = takers(changes, made, sides);
        let is_taken = |owner: &TableName, name: &Ident| {
            let takers = takers.get(&(owner.schema.as_ref(), name));
            takers.is_some_and(|takers| takers.iter().any(|taker| *taker != owner))
        };
        for (name, table) in gone {
            drops_early |=
                is_taken(name, &name.name) || takers.contains_key(&(name.schema.as_ref(), &name.name));
            drops_early |= parts_of(table).any(|part| is_taken(name, part));
        }
        for (name, change) in &*changes {
            let links = change.unlinks.iter().filter_map(|going| going.part.name.as_ref());
            let indexes = change.unindexes.iter().map(|going| &going.part.name);
            let rules = change.drops.iter().filter_map(|going| going.part.name());
            let going = links.chain(indexes).chain(rules).filter(|part| is_taken(name, part));
            early.extend(going.map(|part| (name.clone(), part.clone())));
        }
    }
    for (name, part) in early {
        let Some(change) = changes.get_mut(&name) else { continue };
        let is_it = |name: Option<&Ident>| name == Some(&part);
        for going in change.unlinks.iter_mut().filter(|going| is_it(going.part.name.as_ref())) {
            going.early = true;
        }
        for going in change.unindexes.iter_mut().filter(|going| is_it(Some(&going.part.name))) {
            going.early = true;
        }
        for going in change.drops.iter_mut().filter(|going| is_it(going.part.name())) {
            going.early = true;
        }
    }
    drops_early
}

/// Returns the sequences that go and whose name something else takes.
pub(super) fn taken_sequences<'t>(
    changes: &BTreeMap<TableName, TableChange>,
    made: &BTreeMap<&TableName, &Table>,
    sides: &Sides<'t>,
) -> BTreeSet<&'t TableName> {
    let is_gone = |name: &&TableName| !sides.new.sequences.contains_key(*name);
    let mut gone: BTreeSet<&TableName> = sides.old.sequences.keys().filter(is_gone).collect();
    if !gone.is_empty() {
        let takers = takers(changes, made, sides);
        gone.retain(|name| takers.contains_key(&(name.schema.as_ref(), &name.name)));
    }
    gone
}

fn takers<'t>(
    changes: &'t BTreeMap<TableName, TableChange>,
    made: &BTreeMap<&'t TableName, &'t Table>,
    sides: &'t Sides<'_>,
) -> Takers<'t> {
    let mut takers = Takers::new();
    let mut take = |owner: &'t TableName, name: &'t Ident| {
        takers.entry((owner.schema.as_ref(), name)).or_default().insert(owner);
    };
    for (name, table) in made {
        take(name, &name.name);
        parts_of(table).for_each(|part| take(name, part));
    }
    for (name, change) in changes {
        for action in &change.adds {
            let part = match action {
                Action::AddPrimaryKey(key) => key.name.as_ref(),
                Action::AddUnique(unique) => unique.name.as_ref(),
                Action::AddCheck(check) => check.name.as_ref(),
                Action::AddExclude(exclude) => exclude.name.as_ref(),
                Action::CreateIndex(add) => Some(&add.index.name),
                _ => None,
            };
            part.into_iter().for_each(|part| take(name, part));
        }
        change.links.iter().filter_map(|key| key.name.as_ref()).for_each(|part| take(name, part));
    }
    let views = sides.to.views.keys().filter(|name| !sides.from.views.contains_key(*name));
    let sequences = sides.to.sequences.keys().filter(|name| !sides.from.sequences.contains_key(*name));
    let enums = sides.to.enums.keys().filter(|name| !sides.from.enums.contains_key(*name));
    views.chain(sequences).chain(enums).for_each(|name| take(name, &name.name));
    takers
}

/// Returns the names of the parts of a table.
fn parts_of(table: &Table) -> impl Iterator<Item = &Ident> {
    let rules = table.constraints.iter().filter_map(Constraint::name);
    rules.chain(table.indexes.iter().map(|index| &index.name))
}
