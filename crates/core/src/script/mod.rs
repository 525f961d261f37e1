//! Migration files: reading and printing them in each format.

mod body;
mod format;
mod header;
mod naming;
mod parse;
mod read;
mod scan;
mod source;
mod sql_file;
mod sql_header;

pub use body::{Downgrade, Script};
pub use format::Format;
pub use header::{header_place, parse_header};
pub use naming::Naming;
pub use parse::parse;
pub use scan::{Scan, scan};
pub use source::load;
