//! Revisions that scripts of other tools hold, read by the crate that knows the tool.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::revision::RevisionHeader;

use super::Body;

/// A revision that a script of another tool holds. A file or code of our own with the same id stands for it.
pub trait ForeignRevision: Send + Sync {
    /// Returns its place in the graph. Must be the same at every call; its `path` is that of the script.
    fn header(&self) -> RevisionHeader;

    /// Returns the whole text of the script, as it is now.
    ///
    /// # Errors
    /// [`Code::FileUnreadable`](crate::diagnostic::Code) and its like.
    fn text(&self) -> Result<Arc<str>, Diagnostic>;

    /// Reads what it does. Called once, when it is first needed.
    ///
    /// What could not be told is [`Task::Untold`](super::Task) and no error: the revision can still be stamped, and those
    /// behind it can be run.
    ///
    /// # Errors
    /// What is wrong with the script.
    fn body(&self) -> Result<Body, Diagnostics>;

    /// Points at a value in its header; at the script as a whole when that cannot be found any more.
    fn place(&self, key: &str, value: &str) -> Place;
}
