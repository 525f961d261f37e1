//! Is told what a run does.

use std::time::Duration;

use crate::dialect::{Progress, Statement};
use crate::graph::{Direction, Heads, Step};
use crate::revision::{RevisionHeader, RevisionId};

/// Is told what a run does, while it does it. All methods do nothing as provided.
pub trait Observer: Send + Sync {
    /// Says what is to be counted, so that it can be shown how much is left.
    fn counting(&self) -> Counting {
        Counting::default()
    }

    /// A step is about to begin.
    fn step_started(&self, event: &StepEvent<'_>) {
        let _ = event;
    }

    /// A statement of the current step is about to run.
    fn statement_started(&self, event: &StatementEvent<'_>) {
        let _ = event;
    }

    /// The running statement has got this far. Called now and then, from the thread of the run.
    fn progress(&self, progress: Progress) {
        let _ = progress;
    }

    /// A step is done and, with one transaction a revision, committed.
    fn step_finished(&self, report: &StepReport) {
        let _ = report;
    }
}

/// A step that is about to begin.
#[derive(Debug, Clone, Copy)]
pub struct StepEvent<'a> {
    /// The step.
    pub step: &'a Step,
    /// The header of its revision; `None` in a stamp to `base`.
    pub header: Option<&'a RevisionHeader>,
    /// Which step of the route it is, counted from 1.
    pub number: usize,
    /// How many steps the route has.
    pub of: usize,
}

/// A statement that is about to run.
#[derive(Debug, Clone, Copy)]
pub struct StatementEvent<'a> {
    /// The statement.
    pub statement: &'a Statement,
    /// Which statement of the step it is, counted from 1; those that keep the version table do not count.
    pub number: usize,
    /// How many statements the step has, as far as that is known.
    pub of: usize,
    /// How many rows it copies, where it does and the observer asks for it.
    pub rows: Option<u64>,
}

/// Whether the rows that a statement copies are counted before it runs, which takes a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Counting {
    /// They are.
    #[default]
    Rows,
    /// They are not.
    Nothing,
}

/// A step that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// The revision.
    pub revision: RevisionId,
    /// Which way it went.
    pub direction: Direction,
    /// Where it came from: going up the parents, going down the revision itself.
    pub from: Vec<RevisionId>,
    /// Where it led: going up the revision itself, going down the parents.
    pub to: Vec<RevisionId>,
    /// The rows of the version table after it.
    pub heads: Heads,
    /// How long it took.
    pub took: Duration,
}
