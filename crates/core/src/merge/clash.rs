//! Two operations that meet.

use crate::diagnostic::Place;
use crate::revision::RevisionId;

use super::MergeClass;
use super::judge::Step;

/// Two operations of two branches that meet at an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Clash {
    /// What comes of it.
    pub class: MergeClass,
    /// Where they meet, in words: "column `account.name`".
    pub object: String,
    /// Why it is not well, in words; empty where the schemas say it.
    pub why: String,
    /// The one of the first branch, and the one of the second.
    pub sides: [Side; 2],
}

/// One of two operations that meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Its revision.
    pub revision: RevisionId,
    /// What it does, in words.
    pub does: String,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Side {
    pub(super) fn of(step: &Step) -> Self {
        Self { revision: step.revision.clone(), does: step.describe(), place: step.place() }
    }
}
