//! What a program with migrations usually needs.
//!
//! ```
//! use limbeck::prelude::*;
//! ```

pub use limbeck_core::column_type::ColumnType;
pub use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
pub use limbeck_core::dialect::Connection;
pub use limbeck_core::graph::{Heads, Target};
pub use limbeck_core::history::{History, RustRevision, Undoing};
pub use limbeck_core::literal::Literal;
pub use limbeck_core::migrator::{Migrator, Outcome, Settings, TransactionMode};
pub use limbeck_core::record::Operations;
pub use limbeck_core::revision::{RevisionHeader, RevisionId};
pub use limbeck_core::schema::ReferentialAction;

pub use crate::{connect, embed_migrations, settings};
