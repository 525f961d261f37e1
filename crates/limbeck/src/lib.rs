//! Limbeck as a library: a back end per feature, the configuration file, and a project's migrations.

pub mod config;
pub mod project;

pub use limbeck_core as core;
