//! The rows of the version table, and what a step changes in them.

use std::collections::BTreeSet;
use std::fmt;

use crate::revision::RevisionId;

/// Where a database is: the rows of its version table, sorted by id. Empty before the first revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heads(BTreeSet<RevisionId>);

impl Heads {
    /// Is the database before the first revision?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Is there a row with this id?
    pub fn contains(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// Returns the rows, sorted by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &RevisionId> + DoubleEndedIterator {
        self.0.iter()
    }

    /// Makes a change to the rows. A row to be deleted that is not there is no fault here.
    pub fn apply(&mut self, change: &RowChange) {
        match change {
            RowChange::Insert(id) => {
                self.0.insert(id.clone());
            }
            RowChange::Delete(id) => {
                self.0.remove(id);
            }
            RowChange::Update { from, to } => {
                self.0.remove(from);
                self.0.insert(to.clone());
            }
        }
    }
}

impl<I: Into<RevisionId>> FromIterator<I> for Heads {
    fn from_iter<T: IntoIterator<Item = I>>(ids: T) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Heads {
    /// Writes the ids with commas, or `base` when there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("base");
        }
        for (i, id) in self.iter().enumerate() {
            write!(f, "{}{id}", if i == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// One statement on the version table. Each concerns exactly one row, and says so by failing when another number is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowChange {
    /// A row is added.
    Insert(RevisionId),
    /// A row is removed.
    Delete(RevisionId),
    /// A row is set to another id.
    Update {
        /// The id before.
        from: RevisionId,
        /// The id after.
        to: RevisionId,
    },
}

impl fmt::Display for RowChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowChange::Insert(id) => write!(f, "insert {id}"),
            RowChange::Delete(id) => write!(f, "delete {id}"),
            RowChange::Update { from, to } => write!(f, "update {from} to {to}"),
        }
    }
}
