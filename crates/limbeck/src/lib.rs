//! Database migrations with branches, merge points and a schema that is known at every revision.
//!
//! A back end is chosen by a feature; `sqlite` is there by default. The main job is three values and a call: a
//! [`History`](core::history::History) of revisions, from files, from the program or from Rust code; a connection;
//! and a [`Migrator`](core::migrator::Migrator).
//!
//! ```
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use limbeck::prelude::*;
//!
//! struct AddAccount;
//!
//! impl RustRevision for AddAccount {
//!     fn header(&self) -> RevisionHeader {
//!         RevisionHeader::new("1975ea83b712", [])
//!     }
//!
//!     fn upgrade(&self, ops: &mut Operations) {
//!         ops.create_table("account", |t| {
//!             t.column("id", ColumnType::Integer).primary_key();
//!             t.column("email", ColumnType::String { length: Some(320) }).not_null();
//!         });
//!     }
//! }
//!
//! let history = History::builder().revision(AddAccount).build()?;
//! let mut connection = limbeck::connect("sqlite::memory:")?;
//! let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
//! let outcome = migrator.upgrade(&Target::heads())?;
//! assert_eq!(outcome.heads.to_string(), "1975ea83b712");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! Files go in with [`HistoryBuilder::directories`](core::history::HistoryBuilder::directories), or with
//! [`embed_migrations!`] into the program itself. The programs in `examples` show each way.

pub mod config;
pub mod folders;
pub mod prelude;
pub mod project;
#[cfg(feature = "testing")]
pub mod testing;

mod clock;
mod connect;
mod scratch;

pub use clock::SystemClock;
pub use connect::{DIALECTS, connect, connect_with, dialect_named, dialect_of, server};
pub use limbeck_core as core;
pub use limbeck_core::history::{EmbeddedFile, EmbeddedMigrations};
pub use limbeck_macros::embed_migrations;
pub use scratch::ScratchDatabase;

use std::sync::Arc;

/// Returns the settings of a project that says nothing, with the machine's clock.
pub fn settings() -> limbeck_core::migrator::Settings {
    limbeck_core::migrator::Settings::new(Arc::new(SystemClock::new()))
}
