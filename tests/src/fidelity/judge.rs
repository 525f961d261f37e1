//! Holds what a change left to what it found.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::schema::ConstraintKind;

use super::allowed::{Allowed, low};
use super::look::{Look, Relation};
use super::loss::{Loss, Measure};
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
    let faults = |look: &Look| look.integrity.iter().filter(|found| *found != "ok").count();
    let new: Vec<&String> =
        after.integrity.difference(&before.integrity).filter(|found| *found != "ok").collect();
    // The same orphan may be told in other words once its row or key has another name.
    if !new.is_empty() && (faults(after) > faults(before) || allowed.is_neutral()) {
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
    let renumbered = own && (allowed.rekeyed || allowed.changes(ConstraintKind::PrimaryKey));
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
    let computed_anew =
        !(allowed.values.is_empty() && allowed.gone.is_empty() && allowed.collated.is_empty());
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
            // A view calls what it computes by the text of it, in which SQLite spells the names that follow.
            None if !is_table && (!allowed.renamed.is_empty() || allowed.respelled) && !is_name(column) => {}
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
        // Another column may have its name by now.
        if own && allowed.gone.contains(&key) {
            continue;
        }
        let now = if own { allowed.now(column) } else { column };
        let touched = own && allowed.concerns(&key);
        match places.get(&low(now)).map(|at| (*at, &is.columns[*at])) {
            None if touched || !is_table => {}
            None => lose(Measure::Columns, format!("{column} is gone")),
            Some((at, (spelled, new))) => {
                if own && new != facts && !touched && !renumbered {
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
                || allowed.rekeyed
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

/// Says whether the name of a column of a view can be one of a column of a table.
fn is_name(column: &str) -> bool {
    !column.contains(['(', '+', '-', '*', '/', '|', ' '])
}
