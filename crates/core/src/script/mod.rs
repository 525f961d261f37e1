//! Migration files: reading and printing them in each format.

mod body;
mod checksum;
mod files;
mod format;
mod header;
mod model;
mod naming;
mod parse;
mod print;
mod printer;
mod read;
mod scan;
mod source;
mod sql_file;
mod sql_header;

pub use body::{Downgrade, Script, Untold};
pub use files::Files;
pub use format::Format;
pub use header::{header_place, parse_header};
pub use model::{parse_model, print_model};
pub use naming::Naming;
pub use parse::parse;
pub use print::type_text;
pub use printer::{print, print_operations, print_with_notes};
pub use scan::{Scan, scan, scan_besides};
pub use source::load;
