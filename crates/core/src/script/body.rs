//! What a revision does, once its file is read whole.

use crate::op::ScopedOperation;

/// The operations of a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// What the upgrade does, in order.
    pub upgrade: Vec<ScopedOperation>,
    /// What the downgrade does.
    pub downgrade: Downgrade,
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
