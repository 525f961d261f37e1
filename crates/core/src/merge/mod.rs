//! Whether two branches can be joined: what each touches since their common ancestor, and what comes of both orders.
//!
//! Databases in the field may have run either branch first, so both orders must be valid and lead to the same schema.

mod clash;
mod class;
mod judge;
mod reconcile;
mod report;
#[cfg(test)]
mod tests;
mod touch;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Names;
use crate::fold::Fold;
use crate::graph::Heads;
use crate::history::{History, Task};
use crate::revision::RevisionId;
use crate::schema::Schema;

pub use clash::{Clash, Side};
pub use class::MergeClass;
pub use judge::{Branch, Judgement, Step, judge};
pub use reconcile::reconcile;

/// Two branches, and what comes of joining them.
#[derive(Debug, Clone)]
pub struct PairOfBranches {
    /// The heads, in order of id.
    pub heads: [RevisionId; 2],
    /// How many revisions each has since the common ancestor.
    pub revisions: [usize; 2],
    /// What comes of joining them.
    pub judgement: Judgement,
}

impl PairOfBranches {
    /// Says what clashes, and how it can be settled; nothing for branches that may be joined.
    pub fn report(&self) -> Vec<Diagnostic> {
        report::report(self)
    }
}

/// Judges every pair of some heads on one kind of server. In order of id.
///
/// `normal` gives a schema in the one spelling in which two with the same meaning are equal, as for
/// [`diff`](crate::diff::diff).
///
/// # Errors
/// Files that cannot be read; operations that do not fit even when their branch is alone.
pub fn judge_heads(
    history: &History,
    heads: &[RevisionId],
    names: impl Into<Names>,
    normal: impl Fn(&Schema) -> Schema,
) -> Result<Vec<PairOfBranches>, Diagnostics> {
    let names = names.into();
    let mut heads = heads.to_vec();
    heads.sort();
    heads.dedup();
    let mut pairs = Vec::new();
    for (at, one) in heads.iter().enumerate() {
        for other in &heads[at + 1..] {
            pairs.push(judge_pair(history, one, other, names, &normal)?);
        }
    }
    Ok(pairs)
}

fn judge_pair(
    history: &History,
    one: &RevisionId,
    other: &RevisionId,
    names: Names,
    normal: &dyn Fn(&Schema) -> Schema,
) -> Result<PairOfBranches, Diagnostics> {
    let graph = history.graph();
    let applied = |head: &RevisionId| -> Result<Vec<RevisionId>, Diagnostics> {
        let headers = graph.applied(&Heads::from_iter([head.as_str()])).map_err(Diagnostic::from)?;
        Ok(headers.into_iter().map(|header| header.revision.clone()).collect())
    };
    let (of_one, of_other) = (applied(one)?, applied(other)?);
    let set = |ids: &[RevisionId]| ids.iter().cloned().collect::<rustc_hash::FxHashSet<RevisionId>>();
    let (set_one, set_other) = (set(&of_one), set(&of_other));
    let (common, own): (Vec<_>, Vec<_>) = of_one.into_iter().partition(|id| set_other.contains(id));
    let theirs: Vec<RevisionId> = of_other.into_iter().filter(|id| !set_one.contains(id)).collect();
    let mut base = Fold::new(names);
    for (revision, body) in common.iter().zip(history.bodies(&common)?) {
        base.apply_revision(revision, &body.upgrade)?;
    }
    let branch = |revisions: &[RevisionId]| -> Result<Branch, Diagnostics> {
        let mut steps = Vec::new();
        for (revision, body) in revisions.iter().zip(history.bodies(revisions)?) {
            steps.extend(body.upgrade.iter().map(|task| match task {
                Task::Operation(scoped) => Step::operation(revision, scoped),
                Task::Work(work) => Step::work(revision, work.name()),
                Task::Untold(untold) => Step::untold(revision, untold),
            }));
        }
        Ok(Branch { steps })
    };
    let (first, second) = (branch(&own)?, branch(&theirs)?);
    Ok(PairOfBranches {
        heads: [one.clone(), other.clone()],
        revisions: [own.len(), theirs.len()],
        judgement: judge(&base, &first, &second, names, normal)?,
    })
}
