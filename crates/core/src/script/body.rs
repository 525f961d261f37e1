//! What a revision does, once its file is read whole.

use crate::graph::Direction;
use crate::op::{Operation, Origin, Scope, ScopedOperation};

/// The operations of a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What the upgrade does, in order.
    pub upgrade: Vec<ScopedOperation>,
    /// What the downgrade does.
    pub downgrade: Downgrade,
    /// What the file says is not told: it comes before the operations of its direction, and keeps them from being run.
    pub untold: Vec<Untold>,
}

/// Where a file says that what a revision does is not told, as where a script of another tool could not be read.
#[derive(Debug, Clone)]
pub struct Untold {
    /// Which direction it concerns.
    pub direction: Direction,
    /// Where it would run.
    pub scope: Scope,
    /// Why it is not told.
    pub reason: String,
    /// Where it was written; `None` when it was made by code. Not part of equality.
    pub origin: Option<Origin>,
}

impl PartialEq for Untold {
    fn eq(&self, other: &Self) -> bool {
        (self.direction, &self.scope, &self.reason) == (other.direction, &other.scope, &other.reason)
    }
}

impl Script {
    /// Makes one of which all is told.
    pub fn new(upgrade: Vec<ScopedOperation>, downgrade: Downgrade) -> Self {
        Self { upgrade, downgrade, untold: Vec::new() }
    }

    /// Makes one of operations that every dialect runs, in their order. How it is undone is derived.
    pub fn of(operations: Vec<Operation>) -> Self {
        let upgrade = operations.into_iter().map(ScopedOperation::from).collect();
        Self::new(upgrade, Downgrade::Derived)
    }
}

/// How a revision is undone.
#[derive(Debug, Clone, PartialEq)]
pub enum Downgrade {
    /// By what is derived from the upgrade and the schema before it.
    Derived,
    /// By these operations, in order.
    Given(Vec<ScopedOperation>),
    /// Not at all, for the reason given, if one is.
    Irreversible(Option<String>),
}
