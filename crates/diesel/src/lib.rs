//! Diesel projects for Limbeck: `schema.rs` is read and written, and a `migrations` folder is read as a history, without Diesel.
//! With the feature `harness`, Diesel's `MigrationHarness` runs a history of Limbeck's.

#[cfg(feature = "harness")]
pub mod harness;
pub mod migrations;
pub mod schema_rs;
