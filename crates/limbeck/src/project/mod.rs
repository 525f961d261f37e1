//! A project on disk: its configuration and its migrations, read and written.

mod edit;
mod heads_file;
mod init;
mod merge;
mod moment;
mod open;
mod revision;
mod schema_script;
mod slug;
#[cfg(test)]
mod tests;
mod write;

pub use init::{Initialized, init};
pub use merge::{NewMerge, merge_id};
pub use moment::Moment;
pub use open::Project;
pub use revision::NewFile;
pub use schema_script::schema_script;
pub use slug::slug;
