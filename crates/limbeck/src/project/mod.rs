//! A project on disk: its configuration and its migrations, read and written.

mod against;
mod check;
mod diagram;
mod edit;
mod heads_file;
mod init;
mod join;
mod merge;
mod moment;
mod open;
mod rebase;
mod revision;
mod schema_script;
mod side;
mod slug;
mod squash;
#[cfg(test)]
mod tests;
mod write;

pub use diagram::{dot, mermaid};
pub use init::{Initialized, init};
pub use join::{Joined, Server};
pub use merge::{NewMerge, merge_id};
pub use moment::Moment;
pub use open::Project;
pub use revision::NewFile;
pub use schema_script::{operations_script, schema_script};
pub use side::Side;
pub use slug::slug;
pub use squash::Squashed;
