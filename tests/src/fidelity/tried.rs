//! Holds what statements do after a change to what they did before.

use limbeck_core::schema::ConstraintKind;
use rusqlite::ffi;

use super::allowed::{Allowed, low};
use super::loss::{Loss, Measure};
use super::probe::Probe;
use super::reaction::Reaction;

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
            // A row gets a value for a key that it was not given.
            let counted = allowed.gives(ConstraintKind::PrimaryKey);
            let excused = went || counted || may_refuse(kind(is), allowed) || may_allow(kind(was), allowed);
            if !excused {
                losses.push(Loss::new(Measure::Rules, format!("{place}: {}; was {}", told(is), told(was))));
            }
            continue;
        }
        // With another key a table counts in another way, and without a rule nothing is replaced or follows a parent.
        let others = allowed.gives(ConstraintKind::PrimaryKey) || !allowed.takes.is_empty();
        if others || !allowed.collated.is_empty() {
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
            // A key that settled conflicts may have stood before another one.
            allowed.changes(ConstraintKind::Unique)
                || allowed.gives(ConstraintKind::PrimaryKey)
                || !allowed.indexes.is_empty()
                || !allowed.collated.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_TRIGGER) => !allowed.values.is_empty(),
        Some(ffi::SQLITE_MISMATCH) => allowed.changes(ConstraintKind::PrimaryKey),
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            allowed.gives(ConstraintKind::Check) || !allowed.values.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            allowed.gives(ConstraintKind::ForeignKey) || !allowed.collated.is_empty()
        }
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
                || !allowed.values.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_TRIGGER) => !allowed.values.is_empty(),
        Some(ffi::SQLITE_MISMATCH) => allowed.changes(ConstraintKind::PrimaryKey),
        Some(ffi::SQLITE_CONSTRAINT_CHECK) => {
            allowed.takes(ConstraintKind::Check) || !allowed.gone.is_empty() || !allowed.values.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => {
            allowed.takes(ConstraintKind::ForeignKey) || !allowed.collated.is_empty()
        }
        Some(ffi::SQLITE_CONSTRAINT_NOTNULL) => {
            !allowed.rules.is_empty()
                || allowed.changes(ConstraintKind::PrimaryKey)
                || !allowed.gone.is_empty()
        }
        _ => false,
    }
}
