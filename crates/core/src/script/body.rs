//! What a revision does, once its file is read whole.

use crate::op::{Operation, ScopedOperation};

/// The operations of a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What the upgrade does, in order.
    pub upgrade: Vec<ScopedOperation>,
    /// What the downgrade does.
    pub downgrade: Downgrade,
}

impl Script {
    /// Makes one of operations that every dialect runs, in their order. How it is undone is derived.
    pub fn of(operations: Vec<Operation>) -> Self {
        let upgrade = operations.into_iter().map(ScopedOperation::from).collect();
        Self { upgrade, downgrade: Downgrade::Derived }
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
