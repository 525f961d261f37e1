//! All revisions of a project, whatever they are written in: one graph, and bodies that are read when they are needed.

mod body;
mod checksum;
mod foreign;
mod guarded;
mod revisions;
mod rust_revision;
mod source;
#[cfg(test)]
mod tests;

pub use body::{Body, Task, Undo, Untold, Work, WorkError};
pub use foreign::ForeignRevision;
pub use guarded::Guarded;
use revisions::name;
pub use revisions::{History, HistoryBuilder};
pub use rust_revision::{RustRevision, Undoing};
pub use source::{EmbeddedFile, EmbeddedMigrations};
