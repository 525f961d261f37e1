//! `[tool.alembic]` of `pyproject.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What `[tool.alembic]` says.
#[derive(Default)]
pub(super) struct Tool {
    pub(super) script_location: Option<(String, Place)>,
    pub(super) version_locations: Option<(Vec<String>, Place)>,
    pub(super) prepend_sys_path: Vec<String>,
    pub(super) recursive: bool,
}

/// Reads the table; `None` when the file has none.
///
/// # Errors
/// [`Code::ConfigSyntax`] when the file is no TOML, [`Code::ConfigInvalid`] for a value of the wrong type.
pub(super) fn parse(path: &Path, text: &str, here: &Path) -> Result<Option<Tool>, Diagnostic> {
    let source: Arc<str> = Arc::from(text);
    let place = |span| Place::new(PathBuf::from(path), source.clone(), span);
    let root = DeTable::parse(text).map_err(|error| {
        let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
        Diagnostic::new(Code::ConfigSyntax, message).at(place(error.span().unwrap_or(0..0)))
    })?;
    let tool = root.get_ref().get("tool").and_then(|tool| tool.get_ref().get("alembic"));
    let Some(DeValue::Table(table)) = tool.map(Spanned::get_ref) else { return Ok(None) };
    let wrong = |key: &str, value: &Spanned<DeValue<'_>>, what: &str| {
        Diagnostic::new(Code::ConfigInvalid, format!("`{key}` must be {what}")).at(place(value.span()))
    };
    let text_of = |key: &str, value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
        Some(text) => Ok(text.replace("%(here)s", &here.display().to_string()).replace("%%", "%")),
        None => Err(wrong(key, value, "a string")),
    };
    let list_of = |key: &str, value: &Spanned<DeValue<'_>>| match value.get_ref() {
        DeValue::Array(items) => items.iter().map(|item| text_of(key, item)).collect(),
        DeValue::String(_) => Ok(vec![text_of(key, value)?]),
        _ => Err(wrong(key, value, "an array of strings")),
    };
    let mut found = Tool::default();
    for (key, value) in table {
        let key: &str = key.get_ref();
        match key {
            "script_location" => found.script_location = Some((text_of(key, value)?, place(value.span()))),
            "version_locations" => {
                found.version_locations = Some((list_of(key, value)?, place(value.span())));
            }
            "prepend_sys_path" => found.prepend_sys_path = list_of(key, value)?,
            "recursive_version_locations" => {
                let flag = value.get_ref().as_bool();
                found.recursive = flag.ok_or_else(|| wrong(key, value, "`true` or `false`"))?;
            }
            // The rest is about how new scripts are written, and about the application's own business.
            _ => {}
        }
    }
    Ok(Some(found))
}
