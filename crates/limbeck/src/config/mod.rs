//! `limbeck.toml`: where it is, what it says, and what is wrong with it.

mod database;
mod file_template;
mod find;
mod layer;
mod load;
mod mask;
mod reader;
mod settings;
mod stated;
#[cfg(test)]
mod tests;
mod variable;

pub use database::DatabaseEntry;
pub use file_template::{FileTemplate, TemplateFields};
pub use find::{FILE_NAME, find};
pub use settings::{Config, HeadsFile, Lint};
pub use stated::Stated;
pub use variable::Lookup;
