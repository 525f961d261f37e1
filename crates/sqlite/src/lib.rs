//! SQLite for Limbeck: turns operations into SQLite's SQL, runs it, and reads schemas back from the stored text.
//!
//! # What SQLite has not
//!
//! Where the loss would change what the database does, an operation is refused before anything runs: schemas,
//! sequences, exclusion constraints, identity columns, arrays, materialized views, `NOT VALID`,
//! `NULLS NOT DISTINCT`, deferrable unique constraints, other index methods. Comments, `CONCURRENTLY` and `INCLUDE`
//! only inform or speed up, and are passed over. A named enum makes nothing: its columns are `VARCHAR`s of the
//! length of the longest value, as SQLAlchemy has them, and `alter_enum` changes the rows concerned, and that length.
//!
//! # What a project may set
//!
//! `[sqlite] schema_edit = "never"` in `limbeck.toml`, or `schema_edit` in
//! [`DialectOptions`](limbeck_core::dialect::DialectOptions), makes every change that `ALTER TABLE` cannot make a
//! move-and-copy; see [`SchemaEdit`]. The default is `"auto"`.

mod connection;
mod ddl;
mod dialect;
mod error;
mod facts;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod guard;
mod lock;
mod lower;
mod normal;
mod open;
mod options;
mod reflect;
mod rehearsal;
mod server;
mod survey;
mod url;

pub use connection::SqliteConnection;
pub use dialect::{SQLITE, Sqlite};
pub use normal::normal_form;
pub use options::SchemaEdit;
