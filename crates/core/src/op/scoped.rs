//! An operation in a migration: where it applies, in which transaction, and where it was written.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Place;
use crate::dialect::Names;

use super::Operation;

/// An operation as a migration has it.
#[derive(Debug, Clone)]
pub struct ScopedOperation {
    /// The change.
    pub operation: Operation,
    /// Where and how it runs.
    pub scope: Scope,
    /// Where it was written; `None` when it was made by code. Not part of equality.
    pub origin: Option<Origin>,
}

impl PartialEq for ScopedOperation {
    fn eq(&self, other: &Self) -> bool {
        self.operation == other.operation && self.scope == other.scope
    }
}

/// Where and how an operation runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The dialects and flavours that run it, by name; empty is all.
    pub dialects: BTreeSet<String>,
    /// Whether it runs in the revision's transaction.
    pub transaction: Transaction,
}

impl Scope {
    /// Says whether a server runs it: whether its dialect or its flavour is among those named, or none is.
    pub fn includes(&self, names: impl Into<Names>) -> bool {
        let Names { dialect, flavour } = names.into();
        self.dialects.is_empty() || self.dialects.contains(dialect) || self.dialects.contains(flavour)
    }
}

/// Whether something runs in the revision's transaction.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Transaction {
    /// In it.
    #[default]
    Inside,
    /// Outside it, as the databases want it of some statements: what came before is committed first.
    Outside,
}

/// Where an operation was written.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The file.
    pub path: Arc<PathBuf>,
    /// The whole text of the file.
    pub source: Arc<str>,
    /// The byte range of the operation's head: the key that names it, and its object.
    pub span: Range<usize>,
}

impl Origin {
    /// Returns the place for a diagnostic.
    pub fn place(&self) -> Place {
        Place::new(self.path.as_ref(), self.source.clone(), self.span.clone())
    }

    /// Returns the place of a part of a text that stands behind the head of the operation; that of the operation where
    /// the text is not found as it is.
    pub(crate) fn place_of(&self, text: &str, part: &Range<usize>) -> Place {
        let behind = self.source.get(self.span.start..).unwrap_or_default();
        let start = match behind.find(text) {
            Some(at) => Some(self.span.start + at + part.start),
            // Line ends, or what has to be escaped, are written in another way there.
            None => behind.find(&text[part.clone()]).map(|at| self.span.start + at),
        };
        match start {
            Some(start) => {
                let line = text[part.clone()].lines().next().unwrap_or_default();
                Place::new(self.path.as_ref(), self.source.clone(), start..start + line.trim_end().len())
            }
            None => self.place(),
        }
    }
}

impl<T: Into<Operation>> From<T> for ScopedOperation {
    fn from(operation: T) -> Self {
        Self { operation: operation.into(), scope: Scope::default(), origin: None }
    }
}
