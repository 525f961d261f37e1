//! The way from where a database is to a target: steps, and the rows of the version table after each.

use std::fmt;

use super::heads::{Heads, RowChange};
use crate::revision::RevisionId;

/// Which way a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The revision is applied.
    Up,
    /// The revision is undone.
    Down,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        })
    }
}

/// One revision applied or undone; in the route of a stamp, one move of the version table that runs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The revision. In a stamp the one stamped, or the one whose row goes when a branch is stamped to `base`.
    pub revision: RevisionId,
    /// Which way.
    pub direction: Direction,
    /// For a person: where the step comes from. Going up the parents, going down the revision itself.
    pub from: Vec<RevisionId>,
    /// For a person: where the step leads to. Going up the revision itself, going down the parents.
    pub to: Vec<RevisionId>,
    /// What happens to the version table, in order, as in Alembic. At least one change, but for a stamp.
    pub rows: Vec<RowChange>,
}

/// The ordered steps from some heads to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The rows of the version table before the first step.
    pub start: Heads,
    /// The steps in order; none when the database is already there.
    pub steps: Vec<Step>,
}

impl Route {
    /// Is the database already there?
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Returns each step with the heads before and after it.
    ///
    /// They are worked out on the way, so that a long route does not hold a set for each step.
    pub fn walk(&self) -> impl Iterator<Item = Passage<'_>> {
        let mut heads = self.start.clone();
        self.steps.iter().map(move |step| {
            let before = heads.clone();
            step.rows.iter().for_each(|change| heads.apply(change));
            Passage { before, step, after: heads.clone() }
        })
    }

    /// Returns the rows of the version table after the last step.
    pub fn end(&self) -> Heads {
        let mut heads = self.start.clone();
        self.steps.iter().flat_map(|step| &step.rows).for_each(|change| heads.apply(change));
        heads
    }
}

/// A step with the rows of the version table around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage<'a> {
    /// The rows before.
    pub before: Heads,
    /// The step.
    pub step: &'a Step,
    /// The rows after.
    pub after: Heads,
}

impl fmt::Display for Route {
    /// Draws the route, a line a step: `upgrade c: update b to c => a2, c`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}", self.start)?;
        for Passage { step, after, .. } in self.walk() {
            let rows: Vec<String> = step.rows.iter().map(ToString::to_string).collect();
            write!(f, "\n{} {}: {} => {after}", step.direction, step.revision, rows.join(", "))?;
        }
        Ok(())
    }
}
