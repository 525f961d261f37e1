//! Migration files: reading and printing them in each format.

mod body;

pub use body::{Downgrade, Script};
