//! Folders of SQL files that other tools run in one line, read in place: each migration is a revision that follows the one
//! before it.
//!
//! Diesel's directories are read by `limbeck-diesel`, which reads them the same way.

mod alone;
mod detect;
mod layout;
mod migration;
mod scan;
mod sections;
#[cfg(test)]
mod tests;

pub use layout::Layout;
pub(crate) use scan::scan;
