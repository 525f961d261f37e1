//! The configuration that reads what was imported.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::project::Project;

/// Writes a `limbeck.toml` for the imported files: the same version table, and the database from the environment, so that
/// no password of `alembic.ini` is copied.
pub(super) fn text(project: &Project, directories: &[PathBuf], config: &Path) -> String {
    let config_directory = config.parent().unwrap_or(Path::new(""));
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let locations: Vec<String> = directories
        .iter()
        .map(|directory| directory.strip_prefix(config_directory).unwrap_or(directory))
        .map(|directory| quoted(&directory.to_string_lossy()))
        .collect();
    let mut out =
        String::from("# The configuration of Limbeck. Paths start from this file.\n\n[migrations]\n");
    let _ = writeln!(out, "locations = [{}]", locations.join(", "));
    let table = quoted(&project.config().version_table.to_string());
    match project.config().check_version_table() {
        Ok(()) => {
            let _ = writeln!(out, "version_table = {table}   # as in the Alembic project");
        }
        Err(fault) => {
            let _ = writeln!(out, "# {}", fault.message.replace('\n', " "));
            let _ = writeln!(out, "version_table = {table}");
        }
    }
    out.push_str("\n[database.default]\nurl = \"${DATABASE_URL}\"   # keep passwords in the environment\n");
    out
}
