//! Holds what a change left to what it found.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::schema::ConstraintKind;
use rusqlite::ffi;

use super::allowed::{Allowed, low};
use super::look::{Look, Relation};
use super::loss::{Loss, Measure};
use super::probe::Probe;
use super::reaction::Reaction;
use super::text::{same_but_for_names, table_text};

/// Compares two looks. Returns what was lost, in no order; nothing is as it should be.
pub(super) fn judge(before: &Look, after: &Look, allowed: &Allowed) -> Vec<Loss> {
    let mut losses = objects(before, after, allowed);
    for (name, was) in &before.relations {
        // What SQLite keeps for itself follows from the rest, but for what ANALYZE and AUTOINCREMENT left.
        let measure = match name.as_str() {
            "sqlite_sequence" => Some(Measure::Sequence),
            _ if name.starts_with("sqlite_") => Some(Measure::Statistics),
            _ => None,
        };
        let Some(is) = after.relations.get(name) else { continue };
        match measure {
            Some(measure) => own_rows(name, was, is, allowed, measure, &mut losses),
            None => relation(name, was, is, allowed, &mut losses),
        }
    }
    // A plan may be another one where the rules, or the rows that are asked for, are.
    let same_keys = allowed.takes.is_empty() && allowed.gives.is_empty() && allowed.indexes.is_empty();
    if same_keys && allowed.renamed.is_empty() {
        for (query, plan) in &before.plans {
            let about = |column: &String| low(query).contains(column.as_str());
            let concerned = allowed.gone.iter().chain(&allowed.values).chain(&allowed.rules).any(about);
            let now = after.plans.get(query).filter(|now| numberless(now) != numberless(plan));
            if !concerned && let Some(now) = now {
                losses.push(Loss::new(Measure::Plans, format!("{query}: `{now}`, was `{plan}`")));
            }
        }
    }
    let new: Vec<&String> =
        after.integrity.difference(&before.integrity).filter(|found| *found != "ok").collect();
    // The same orphan may be told in other words once its row or key has another name.
    if !new.is_empty() && (after.integrity.len() > before.integrity.len() || allowed.is_neutral()) {
        losses.push(Loss::new(Measure::Integrity, format!("{new:?}")));
    }
    if before.header != after.header {
        losses.push(Loss::new(Measure::Header, format!("{:?}, was {:?}", after.header, before.header)));
    }
    losses
}

/// Leaves out the numbers of the indexes that SQLite makes for keys.
fn numberless(plan: &str) -> String {
    let mut parts = plan.split("sqlite_autoindex_");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        all + "sqlite_autoindex_" + part.trim_start_matches(|c: char| !c.is_whitespace())
    })
}

fn objects(before: &Look, after: &Look, allowed: &Allowed) -> Vec<Loss> {
    let mut losses = Vec::new();
    for ((kind, name), was) in &before.objects {
        let found = after.objects.get(&(kind.clone(), name.clone()));
        let may_go = kind == "index" && allowed.indexes.contains(&low(name));
        match found {
            None if may_go => {}
            None => losses.push(Loss::new(Measure::Objects, format!("{kind} `{name}` is gone"))),
            Some(is) if kind == "table" && low(name) == allowed.table => {
                losses.extend(table_text(was, is, allowed));
            }
            Some(is) if same_but_for_names(was, is, allowed) || may_go => {}
            Some(is) => losses.push(Loss::new(Measure::Text, format!("{kind} `{name}`: {is}, was {was}"))),
        }
    }
    for (kind, name) in after.objects.keys() {
        let asked = kind == "index" && allowed.indexes.contains(&low(name));
        let there = before.objects.contains_key(&(kind.clone(), name.clone()));
        if !there && !asked && name != "sqlite_sequence" {
            losses.push(Loss::new(Measure::Objects, format!("{kind} `{name}` is left over")));
        }
    }
    losses
}

/// Compares the rows of a table of SQLite's own, whose order means nothing.
fn own_rows(
    name: &str,
    was: &Relation,
    is: &Relation,
    allowed: &Allowed,
    measure: Measure,
    losses: &mut Vec<Loss>,
) {
    let rows = |relation: &Relation| {
        let columns: Vec<&Vec<String>> = relation.rows.values.values().collect();
        let count = columns.first().map_or(0, |column| column.len());
        let row = |i: usize| columns.iter().map(|column| column[i].as_str()).collect::<Vec<_>>().join(", ");
        (0..count).map(row).collect::<BTreeSet<_>>()
    };
    // The count goes with the key that counts, and statistics with their index.
    let goes = |row: &&String| {
        let about = |name: &String| low(row.as_str()).contains(&format!("'{name}'"));
        about(&allowed.table) && (allowed.takes(ConstraintKind::PrimaryKey) || !allowed.values.is_empty())
            || allowed.indexes.iter().any(about)
            || (row.contains("sqlite_autoindex") && (allowed.respelled || !allowed.takes.is_empty()))
    };
    let (old, new) = (rows(was), rows(is));
    let lost: Vec<&String> = old.difference(&new).filter(|row| !goes(row)).collect();
    let extra: Vec<&String> = new.difference(&old).filter(|row| !goes(row)).collect();
    if !lost.is_empty() || !extra.is_empty() {
        losses.push(Loss::new(measure, format!("{name}: {extra:?}, was {lost:?}")));
    }
}

fn relation(name: &str, was: &Relation, is: &Relation, allowed: &Allowed, losses: &mut Vec<Loss>) {
    let own = low(name) == allowed.table;
    let mut lose = |measure, what: String| losses.push(Loss::new(measure, format!("`{name}` {what}")));
    if was.options != is.options {
        lose(Measure::Options, format!("is `{}`, was `{}`", is.options, was.options));
    }
    // An integer that becomes the key is the rowid from then on.
    let renumbered = own && allowed.changes(ConstraintKind::PrimaryKey);
    if let (Some(old), Some(new)) = (&was.rows.rowids, &is.rows.rowids)
        && old != new
        && !renumbered
    {
        lose(Measure::Rowids, format!("{:?}, was {:?}", is.rows.rowids, was.rows.rowids));
    }
    // A view shows a column of the table under the same name, or under one that follows it.
    let is_table = was.is_table();
    let names = |column: &String| was.key.iter().any(|key| low(key).contains(column.as_str()));
    let key_changes = own && allowed.gone.iter().chain(&allowed.values).chain(&allowed.rules).any(names);
    let reordered = renumbered || (was.is_without_rowid() && key_changes);
    let sorted = |values: &Vec<String>| {
        let mut values = values.clone();
        values.sort();
        values
    };
    let new: BTreeMap<String, &Vec<String>> =
        is.rows.values.iter().map(|(column, values)| (low(column), values)).collect();
    let computed_anew = !allowed.values.is_empty() || !allowed.gone.is_empty();
    for (column, old) in &was.rows.values {
        let key = low(column);
        if (own && allowed.gone.contains(&key)) || ((own || !is_table) && allowed.values.contains(&key)) {
            continue;
        }
        let find = |name: &str| new.get(&low(name)).copied();
        let now = match own || !is_table {
            true => find(allowed.now(column)).or_else(|| find(column)),
            false => find(column),
        };
        match now {
            // What a view computes of values that are converted or gone is another thing.
            _ if !is_table && computed_anew => {}
            Some(new) if new == old => {}
            // Rows stand in the order of the key, and those of a view in none.
            Some(new) if (reordered || !is_table) && sorted(new) == sorted(old) => {}
            Some(new) => lose(Measure::Values, format!("{column}: {new:?}, was {old:?}")),
            None => lose(Measure::Columns, format!("{column} is gone")),
        }
    }
    let mut order = Vec::new();
    let places: BTreeMap<String, usize> =
        is.columns.iter().enumerate().map(|(at, (column, _))| (low(column), at)).collect();
    for (column, facts) in &was.columns {
        let key = low(column);
        let now = if own { allowed.now(column) } else { column };
        let touched = own && (allowed.gone.contains(&key) || allowed.concerns(&key));
        match places.get(&low(now)).map(|at| (*at, &is.columns[*at])) {
            None if touched || !is_table => {}
            None => lose(Measure::Columns, format!("{column} is gone")),
            Some((at, (spelled, new))) => {
                if own && new != facts && !touched {
                    lose(Measure::Columns, format!("{column}: {new}, was {facts}"));
                }
                if is_table && now == column && spelled != column {
                    lose(Measure::Columns, format!("{column} is spelled {spelled}"));
                }
                order.push(at);
            }
        }
    }
    if is_table && !order.is_sorted() {
        lose(Measure::Columns, format!("stand in another order: {:?}", is.columns));
    }
    keys(was, is, allowed, own, &mut lose);
}

fn keys(was: &Relation, is: &Relation, allowed: &Allowed, own: bool, lose: &mut dyn FnMut(Measure, String)) {
    let follow = |key: &String| {
        let mut key = low(key);
        for (i, from) in allowed.renamed.keys().enumerate() {
            key = key.replace(&format!("<{}.{from}>", allowed.table), &format!("<{i}>"));
        }
        key
    };
    let lead = |key: &String| {
        let mut key = low(key);
        for (i, to) in allowed.renamed.values().enumerate() {
            key = key.replace(&format!("<{}.{to}>", allowed.table), &format!("<{i}>"));
        }
        key
    };
    let now: Vec<String> = is.keys.iter().map(lead).collect();
    for key in was.keys.iter().map(follow) {
        let excused = own
            && (!allowed.takes.is_empty()
                // SQLite has one index for a primary key and a unique constraint over the same columns.
                || allowed.gives(ConstraintKind::PrimaryKey)
                || allowed.rules.iter().chain(&allowed.gone).any(|column| key.contains(&format!("{column}>"))));
        if !now.contains(&key) && !excused {
            lose(Measure::Keys, format!("{key}; has {now:?}"));
        }
    }
    // An INTEGER PRIMARY KEY of another type needs an index.
    let more = allowed.gives.len() + allowed.values.len();
    if is.keys.len() > was.keys.len() + more {
        lose(Measure::Keys, format!("has {:?}, had {:?}", is.keys, was.keys));
    }
}

/// Compares what statements did before and do now, in the same order.
pub(super) fn judge_reactions(
    probes: &[Probe],
    before: &[Reaction],
    after: &[Reaction],
    own: &str,
    allowed: &Allowed,
) -> Vec<Loss> {
    let mut losses = Vec::new();
    for ((probe, was), is) in probes.iter().zip(before).zip(after) {
        let concerned = |name: &String| {
            allowed.gone.contains(name) || allowed.values.contains(name) || allowed.rules.contains(name)
        };
        if !probe.applies(allowed)
            || probe.touches.iter().any(concerned)
            || (probe.fixed && !follows(is, allowed))
        {
            continue;
        }
        let place = probe.after(allowed);
        let told = |reaction: &Reaction| {
            reaction.refused.as_ref().map_or_else(|| "done".to_owned(), |(_, words)| words.clone())
        };
        let kind = |reaction: &Reaction| reaction.refused.as_ref().map(code);
        if kind(was) != kind(is) {
            // A rule that goes no longer stands before another one that refuses now.
            let dangling =
                ["no such table", "foreign key mismatch"].iter().any(|words| told(was).contains(words));
            let went = dangling && allowed.takes(ConstraintKind::ForeignKey);
            if !may_refuse(kind(is), allowed) && !may_allow(kind(was), allowed) && !went {
                losses.push(Loss::new(Measure::Rules, format!("{place}: {}; was {}", told(is), told(was))));
            }
            continue;
        }
        // Without its key a table counts in another way, and without a foreign key nothing follows the parent.
        if allowed.changes(ConstraintKind::PrimaryKey) || allowed.takes(ConstraintKind::ForeignKey) {
            continue;
        }
        for ((table, column), hash) in &was.effect {
            let is_own = low(table) == low(own);
            if is_own && (allowed.gone.contains(column) || allowed.values.contains(column)) {
                continue;
            }
            // What triggers make of values that are converted is another thing.
            if !(allowed.values.is_empty() || is_own) {
                continue;
            }
            let find = |column: &str| is.effect.get(&(table.clone(), column.to_owned()));
            let now = if is_own { find(allowed.now(column)).or_else(|| find(column)) } else { find(column) };
            if now != Some(hash) {
                losses.push(Loss::new(Measure::Effects, format!("{place}: another {table}.{column}")));
            }
        }
    }
    losses
}

/// Returns the code of a refusal. A foreign key that refuses at once has the code of a trigger.
fn code((code, words): &(i32, String)) -> i32 {
    match *code {
        _ if words.starts_with("FOREIGN KEY") => ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        // Which of several keys refuses first is nobody's business.
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => ffi::SQLITE_CONSTRAINT_UNIQUE,
        other => other,
    }
}

/// Says whether a statement that an author wrote in the old names still speaks of the same.
fn follows(is: &Reaction, allowed: &Allowed) -> bool {
    let is_about_form = is.refused.as_ref().is_some_and(|(code, words)| {
        *code == ffi::SQLITE_ERROR && (words.contains("values were supplied") || words.contains("values for"))
    });
    allowed.gone.is_empty()
        && allowed.renamed.is_empty()
        && allowed.values.is_empty()
        && allowed.rules.is_empty()
        && !is_about_form
}

/// Says whether something that comes with the change may refuse with this code.
fn may_refuse(code: Option<i32>, allowed: &Allowed) -> bool {
    match code {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => {
            allowed.gives(ConstraintKind::Unique)
                || allowed.gives(ConstraintKind::PrimaryKey)
                || !allowed.indexes.is_empty()
                || !allowed.collated.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_TRIGGER) => !allowed.values.is_empty(),
        Some(ffi::SQLITE_MISMATCH) => allowed.changes(ConstraintKind::PrimaryKey),
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            allowed.gives(ConstraintKind::Check) || !allowed.values.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => allowed.gives(ConstraintKind::ForeignKey),
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            // The columns of a key that is gone still refuse NULL.
            let key = ConstraintKind::PrimaryKey;
            !allowed.rules.is_empty() || allowed.gives(key) || allowed.takes(key)
        }
        _ => false,
    }
}

/// Says whether something that goes with the change may have refused with this code.
fn may_allow(code: Option<i32>, allowed: &Allowed) -> bool {
    match code {
        Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => {
            allowed.takes(ConstraintKind::Unique)
                || allowed.takes(ConstraintKind::PrimaryKey)
                || !allowed.indexes.is_empty()
                || !allowed.collated.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_TRIGGER) => !allowed.values.is_empty(),
        Some(ffi::SQLITE_MISMATCH) => allowed.changes(ConstraintKind::PrimaryKey),
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            allowed.takes(ConstraintKind::Check) || !allowed.gone.is_empty() || !allowed.values.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => allowed.takes(ConstraintKind::ForeignKey),
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            !allowed.rules.is_empty()
                || allowed.changes(ConstraintKind::PrimaryKey)
                || !allowed.gone.is_empty()
        }
        _ => false,
    }
}
