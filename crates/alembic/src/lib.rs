//! Alembic projects for Limbeck: their configuration and their scripts, read without Python.
//!
//! A [`Project`](config::Project) says where the scripts are; [`script::scan`] reads their headers, and each script's
//! `upgrade()` and `downgrade()` are evaluated to operations when they are first needed. What cannot be evaluated is
//! never guessed: the revision then holds a [`Task::Untold`](limbeck_core::history::Task) that says where and why.

mod assume;
pub mod config;
pub mod eval;
pub mod record;
pub mod script;

pub use assume::{Assumption, assumptions};
