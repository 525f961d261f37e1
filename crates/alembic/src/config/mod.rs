//! `alembic.ini` and `pyproject.toml`: where they say that scripts and databases are.

mod env_py;
mod ini;
mod project;
mod pyproject;
mod separator;

pub use project::{Project, Stated, VersionTable};
