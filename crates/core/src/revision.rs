//! What a revision says of itself, before any of its operations is read.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The id of a revision, as written in its file. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RevisionId(Arc<str>);

impl RevisionId {
    /// Takes an id as written. [`RevisionGraph`](crate::graph::RevisionGraph) refuses ids that targets could not name.
    pub fn new(id: impl Into<Arc<str>>) -> Self {
        Self(id.into())
    }

    /// Returns the id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RevisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for RevisionId {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl std::borrow::Borrow<str> for RevisionId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The header of a revision: its place in the graph and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionHeader {
    /// Its own id.
    pub revision: RevisionId,
    /// The revisions that it follows: none at a base, several at a merge point. In the order written.
    pub down_revision: Vec<RevisionId>,
    /// Ids or branch labels of revisions that must be applied before it, without being its parents.
    pub depends_on: Vec<String>,
    /// The labels that it gives to its branch.
    pub branch_labels: Vec<String>,
    /// What it is for; its first line is the short form. May be empty.
    pub message: String,
    /// When it was made, as written (RFC 3339), if it says.
    pub create_date: Option<String>,
    /// The revisions that it stands for since they were squashed into it: those that a database may still name.
    pub replaces: Vec<RevisionId>,
    /// The file that it was read from; `None` for a revision written in Rust.
    pub path: Option<PathBuf>,
}

impl RevisionHeader {
    /// Makes a header with only an id and parents.
    pub fn new(revision: impl Into<RevisionId>, down_revision: impl IntoIterator<Item = RevisionId>) -> Self {
        Self {
            revision: revision.into(),
            down_revision: down_revision.into_iter().collect(),
            depends_on: Vec::new(),
            branch_labels: Vec::new(),
            message: String::new(),
            create_date: None,
            replaces: Vec::new(),
            path: None,
        }
    }

    /// Returns the first line of the message.
    pub fn summary(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim_end()
    }
}
