//! The scripts of an Alembic project: their headers, and what they do.

mod header;
pub(crate) mod literal;
mod revision;
mod scan;

pub use header::parse_header;
pub(crate) use header::syntax;
pub use revision::{Script, Sources};
pub use scan::{Scan, scan};
