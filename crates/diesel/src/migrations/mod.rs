//! A Diesel `migrations` folder as a history: each of its directories is a revision that follows the one before it.

mod directory;
mod scan;
#[cfg(test)]
mod tests;

pub use directory::Directory;
pub use scan::{Scan, scan};
