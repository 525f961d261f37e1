//! Makes a differing case as small as it gets while it still differs.

use super::case::Case;
use super::compare::{self, Verdict};
use super::oracle::Oracle;
use crate::Failure;

/// Returns a smallest case that still differs, and how.
///
/// Takes away one command, revision, edge or label at a time, for as long as that helps.
///
/// # Errors
/// Only when the oracle cannot be asked.
pub(super) fn shrink(mut case: Case, oracle: &mut Oracle) -> Result<(Case, String), Failure> {
    let mut why = String::new();
    if let Verdict::Differs(how) = compare::case(&case, oracle)? {
        why = how;
    }
    'again: loop {
        for smaller in smaller(&case) {
            if let Verdict::Differs(how) = compare::case(&smaller, oracle)? {
                (case, why) = (smaller, how);
                continue 'again;
            }
        }
        return Ok((case, why));
    }
}

/// Returns the cases with one thing less, the largest things first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    // A history with no revisions is never drawn, and would differ in ways of its own.
    for i in (0..case.revisions.len()).filter(|_| case.revisions.len() > 1) {
        all.push(without(case, i));
    }
    for i in 0..case.commands.len() {
        let mut less = case.clone();
        less.commands.remove(i);
        all.push(less);
    }
    for (i, revision) in case.revisions.iter().enumerate() {
        for (at, list) in [&revision.down, &revision.depends, &revision.labels].into_iter().enumerate() {
            for j in 0..list.len() {
                let mut less = case.clone();
                let revision = &mut less.revisions[i];
                [&mut revision.down, &mut revision.depends, &mut revision.labels][at].remove(j);
                all.push(less);
            }
        }
    }
    all
}

/// Takes out a revision; what followed it follows what it followed.
fn without(case: &Case, i: usize) -> Case {
    let mut less = case.clone();
    let gone = less.revisions.remove(i);
    for revision in &mut less.revisions {
        if let Some(at) = revision.down.iter().position(|id| *id == gone.id) {
            revision.down.remove(at);
            let own = revision.id.clone();
            let new: Vec<String> =
                gone.down.iter().filter(|id| **id != own && !revision.down.contains(id)).cloned().collect();
            revision.down.extend(new);
        }
        revision.depends.retain(|name| *name != gone.id && !gone.labels.contains(name));
    }
    less
}
