//! A history of Limbeck's, run by Diesel's `MigrationHarness`.

mod revision;
mod rows;
mod source;
mod version;

pub use rows::Reads;
pub use source::Migrations;
