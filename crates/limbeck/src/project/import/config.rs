//! The configuration that reads what was imported.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use limbeck_alembic::eval::Convention;

use crate::project::Project;

/// Writes a `limbeck.toml` for the imported files: the same version table, and the database from the environment, so that
/// no password of `alembic.ini` is copied.
///
/// `recorded` is how the application calls rules without a name, where its Python has said so.
pub(super) fn text(
    project: &Project,
    directories: &[PathBuf],
    config: &Path,
    recorded: Option<&Convention>,
) -> String {
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
    if !project.config().version_table_key {
        out.push_str("version_table_pk = false\n");
    }
    let read = || project.config().alembic.as_ref().and_then(|alembic| alembic.translator().convention());
    if let Some(convention) = recorded.or_else(read) {
        let named: Vec<String> =
            convention.templates().iter().map(|(kind, text)| format!("{kind} = {}", quoted(text))).collect();
        if !named.is_empty() {
            let _ =
                writeln!(out, "naming = {{ {} }}   # as in the application's `MetaData`", named.join(", "));
        }
        let untold = convention.untold();
        if !untold.is_empty() {
            let _ = writeln!(
                out,
                "# `naming_convention` calls {} in a way that is not known here",
                untold.join(", ")
            );
        }
    }
    out.push_str("\n[database.default]\nurl = \"${DATABASE_URL}\"   # keep passwords in the environment\n");
    out
}
