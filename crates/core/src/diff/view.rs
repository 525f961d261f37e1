//! Which views go and come, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, TableName};
use crate::op::{CreateView, DropView, Object, Operation};
use crate::schema::computed::parents_first;
use crate::schema::words::{Words, folded};
use crate::schema::{Schema, View};

use super::Sides;
use super::part::enums_of;
use super::table::TableChange;

/// What happens to views: before all else, and behind it.
pub(super) struct ViewChanges {
    pub(super) drops: Vec<Operation>,
    pub(super) makes: Vec<Operation>,
}

/// Returns what happens to views.
///
/// One that stays goes and comes back where a column that it may show goes or is stored in another way, or where a view that
/// it may stand on does: PostgreSQL refuses the change otherwise. A view is not read further than for the words in it.
pub(super) fn changes(sides: &Sides, changes: &BTreeMap<TableName, TableChange>) -> ViewChanges {
    let is_other = |name: &&TableName| sides.new.views.get(*name) != sides.old.views.get(*name);
    let mut drops: BTreeSet<&TableName> = sides.from.views.keys().filter(is_other).collect();
    let mut makes: BTreeSet<&TableName> = sides.to.views.keys().filter(is_other).collect();
    let (before, after) = (words_of(sides.from), words_of(sides.to));
    let stays = |name: &&TableName| sides.to.views.contains_key(*name);
    let kept: Vec<&TableName> = sides.from.views.keys().filter(stays).collect();
    let disturbed = disturbed_columns(sides, changes);
    let disturbed = by_word(disturbed.iter(), |(table, _)| table);
    let is_disturbed = |words: &Words| {
        let of = |(_, columns): &(&TableName, Vec<&Ident>)| {
            columns.iter().any(|column| words.takes_all || words.may_name(column.as_str()))
        };
        named(words, &disturbed).into_iter().any(of)
    };
    let more = kept.iter().copied().filter(|name| before.get(*name).is_some_and(is_disturbed));
    for name in more {
        drops.insert(name);
        makes.insert(name);
    }
    let standing = standing_on(&drops, &kept, &before);
    makes.extend(&standing);
    drops.extend(standing);
    let make =
        |view: &View| CreateView { view: view.clone(), if_not_exists: false, or_replace: false }.into();
    ViewChanges {
        drops: drop_all(&drops, sides.from, &before),
        makes: in_order(&makes, &after)
            .into_iter()
            .filter_map(|name| sides.to.views.get(name))
            .map(make)
            .collect(),
    }
}

/// Returns the columns that go or are stored in another way, by table: those of an enum whose values change too, as the type is
/// made anew where one goes, on the way there or back.
fn disturbed_columns<'s>(
    sides: &'s Sides,
    changes: &'s BTreeMap<TableName, TableChange>,
) -> Vec<(&'s TableName, Vec<&'s Ident>)> {
    let is_other = |name: &TableName| {
        let enums = (sides.old.enums.get(name), sides.new.enums.get(name));
        matches!(enums, (Some(old), Some(new)) if old != new)
    };
    let of_enums = sides.from.tables.values().map(|table| {
        let columns = table.columns.iter().filter(|column| enums_of(&column.ty).into_iter().any(is_other));
        (&table.name, columns.map(|column| &column.name).collect::<Vec<_>>())
    });
    let of_tables = changes.values().map(|change| (&change.table, change.disturbed_columns().collect()));
    of_tables.chain(of_enums.filter(|(_, columns)| !columns.is_empty())).collect()
}

/// Returns what takes away the views that may show a table or a column, and those that may stand on them, in order of running:
/// before it gets another name, which some databases do not let them follow, and after which others would not let go of them.
///
/// `follows` says which of those that name it are left to the database all the same.
pub fn drop_views_over(
    objects: &[Object],
    schema: &Schema,
    follows: impl Fn(&TableName) -> bool,
) -> Vec<Operation> {
    let words = words_of(schema);
    let shows = |name: &TableName, words: &Words| {
        let table = |object: &Object| match object {
            Object::Table(table) | Object::Column(table, _) => words.may_name(table.name.as_str()),
            _ => false,
        };
        let mut shown = objects.iter().filter(|object| table(object));
        let names = shown.clone().any(|object| match object {
            Object::Column(_, column) => words.may_name(column.as_str()),
            _ => true,
        });
        if names { !follows(name) } else { words.takes_all && shown.next().is_some() }
    };
    let mut drops: BTreeSet<&TableName> =
        schema.views.keys().filter(|name| words.get(*name).is_some_and(|words| shows(name, words))).collect();
    let all: Vec<&TableName> = schema.views.keys().collect();
    drops.extend(standing_on(&drops, &all, &words));
    drop_all(&drops, schema, &words)
}

fn words_of(schema: &Schema) -> BTreeMap<TableName, Words> {
    schema.views.iter().map(|(name, view)| (name.clone(), Words::of(view.sql.as_str()))).collect()
}

/// Returns those of some views that may stand on one that goes, however far away.
fn standing_on<'v>(
    drops: &BTreeSet<&'v TableName>,
    kept: &[&'v TableName],
    words: &BTreeMap<TableName, Words>,
) -> BTreeSet<&'v TableName> {
    let all = by_word(words.keys(), |name| name);
    let mut standing: BTreeMap<&TableName, Vec<&'v TableName>> = BTreeMap::new();
    for name in kept {
        for other in words.get(*name).into_iter().flat_map(|words| named(words, &all)) {
            standing.entry(other).or_default().push(name);
        }
    }
    let mut found = BTreeSet::new();
    let mut more: Vec<&TableName> = drops.iter().copied().collect();
    while let Some(name) = more.pop() {
        for other in standing.remove(name).unwrap_or_default() {
            found.insert(other);
            if !drops.contains(other) {
                more.push(other);
            }
        }
    }
    found
}

/// Drops views, each before those that it may stand on.
fn drop_all(
    drops: &BTreeSet<&TableName>,
    schema: &Schema,
    words: &BTreeMap<TableName, Words>,
) -> Vec<Operation> {
    let drop = |name: &TableName| {
        let materialized = schema.views.get(name).is_some_and(|view| view.materialized);
        DropView { view: name.clone(), materialized, if_exists: false }.into()
    };
    in_order(drops, words).into_iter().rev().map(drop).collect()
}

/// Puts views behind those that they may stand on.
fn in_order<'v>(views: &BTreeSet<&'v TableName>, words: &BTreeMap<TableName, Words>) -> Vec<&'v TableName> {
    let all = by_word(views.iter().copied(), |name| name);
    let edges = views.iter().map(|name| {
        let others = words.get(*name).map(|words| named(words, &all)).unwrap_or_default();
        (*name, others.into_iter().filter(|other| other != name).collect())
    });
    parents_first(&edges.collect())
}

/// Returns things by the names by which a text may name them.
fn by_word<'t, T>(
    things: impl Iterator<Item = &'t T>,
    name: impl Fn(&T) -> &TableName,
) -> BTreeMap<String, Vec<&'t T>> {
    let mut all: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for thing in things {
        all.entry(folded(name(thing).name.as_str())).or_default().push(thing);
    }
    all
}

/// Returns the things that a text may name.
fn named<'t, T>(words: &Words, things: &BTreeMap<String, Vec<&'t T>>) -> Vec<&'t T> {
    match words.list() {
        Some(list) => list.filter_map(|word| things.get(word)).flatten().copied().collect(),
        None => things.values().flatten().copied().collect(),
    }
}
