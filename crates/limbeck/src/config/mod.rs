//! `limbeck.toml`: where it is, what it says, and what is wrong with it.

#[cfg(feature = "alembic")]
mod alembic;
mod database;
mod file_template;
mod filter;
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

#[cfg(feature = "alembic")]
pub use alembic::AlembicProject;
pub use database::DatabaseEntry;
pub use file_template::{FileTemplate, TemplateFields};
pub use filter::Filter;
pub use find::{FILE_NAME, find};
pub use settings::{Config, HeadsFile, Lint};
pub use stated::Stated;
pub use variable::Lookup;
