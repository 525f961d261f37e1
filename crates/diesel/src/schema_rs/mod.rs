//! Diesel's `schema.rs`: what it declares, laid over a schema that is known, and printed from one.
//!
//! A `schema.rs` says less than a schema holds: no defaults, indexes or rules, and of types only what Diesel tells apart. So
//! it is never read alone. [`over`] takes a schema that is known, from the history or a database, looks at what
//! [`print()`] would print of it, and changes only what is declared in another way.

mod backend;
mod declared;
mod imports;
mod joined;
mod make;
mod note;
mod noted;
#[cfg(test)]
mod notes_tests;
mod over;
mod parse;
mod print;
mod provided;
mod rust_name;
mod said;
mod settle;
mod shown;
mod syntax;
#[cfg(test)]
mod tests;

pub use declared::Declared;
pub use over::{Overlaid, over};
pub use print::print;
