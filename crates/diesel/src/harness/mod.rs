//! A history of Limbeck's, run by Diesel's `MigrationHarness`.

mod revision;
mod source;
mod version;

pub use source::Migrations;
