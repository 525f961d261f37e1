//! A history of Limbeck's, run by Diesel's `MigrationHarness`.

mod migrator;
mod revision;
mod rows;
mod source;
mod version;

pub use migrator::{Fault, Migrator};
pub use rows::Reads;
pub use source::Migrations;
