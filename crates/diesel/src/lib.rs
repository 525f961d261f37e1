//! Diesel projects for Limbeck: `schema.rs` is read and written, and a `migrations` folder is read as a history, without Diesel.

pub mod migrations;
pub mod schema_rs;
