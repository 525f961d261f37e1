//! Does Limbeck make the SQL that Alembic makes? `cargo xtask conformance ddl` runs this.
//!
//! A generator draws what is there and a change, once. The change is given to Limbeck as an operation, and to real Alembic
//! as Python, in offline mode. The texts must be the same but for white space, quotes and grouping; where they are not,
//! both are run on the real server, whose catalogs must then be the same; else the difference must be a listed one.

mod case;
mod catalog;
mod differences;
mod generate;
mod oracle;
mod python;
#[path = "../../../xtask/src/conformance/rng.rs"]
mod rng;
mod server;
mod text;
mod verdict;

pub use case::Case;
pub use differences::names as listed_differences;
pub use generate::case;
pub use oracle::Oracle;
pub use server::Server;
pub use verdict::{Judge, Verdict};
