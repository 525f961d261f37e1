//! Diesel projects for Limbeck: `schema.rs` is read and written, without Diesel.

pub mod schema_rs;
