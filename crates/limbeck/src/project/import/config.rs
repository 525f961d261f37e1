//! The configuration that reads what was imported.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use limbeck_alembic::eval::Convention;
use limbeck_alembic::record::VersionTable;

use crate::project::Project;

/// Writes a `limbeck.toml` for the imported files: the same version table, and the database from the environment, so that
/// no password of `alembic.ini` is copied.
///
/// `recorded` is how the application calls rules without a name, and `table` where it keeps the heads, where its Python has said
/// so.
pub(super) fn text(
    project: &Project,
    directories: &[PathBuf],
    config: &Path,
    recorded: Option<&Convention>,
    table: Option<&VersionTable>,
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
    let known = &project.config().version_table;
    let mut key = project.config().version_table_key;
    let said = table.and_then(|table| Some((table, table.name()?)));
    match (project.config().check_version_table(), said) {
        (checked, Some((table, name))) if checked.is_err() || name != *known => {
            key = table.key;
            let name = quoted(&name.to_string());
            let _ = writeln!(out, "version_table = {name}   # as `env.py` has it when it is run");
        }
        (Ok(()), _) => {
            let known = quoted(&known.to_string());
            let _ = writeln!(out, "version_table = {known}   # as in the Alembic project");
        }
        (Err(fault), _) => {
            let _ = writeln!(out, "# {}", fault.message.replace('\n', " "));
            let _ = writeln!(out, "version_table = {}", quoted(&known.to_string()));
        }
    }
    if !key {
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
