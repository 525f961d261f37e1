//! The files that a path of a model leads to.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::script;

/// What a file of a model is written in, in the order in which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A model file.
    Toml,
    /// Diesel's `table!` macros.
    Rust,
    /// Statements that make a schema.
    Sql,
}

impl Kind {
    /// Tells by the ending.
    pub(super) fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "toml" => Some(Self::Toml),
            "rs" => Some(Self::Rust),
            "sql" => Some(Self::Sql),
            _ => None,
        }
    }
}

/// Returns the files that a path leads to: itself, or all below a folder that a model may be written in, by kind and name.
///
/// # Errors
/// [`Code::FileUnreadable`] for what is missing, [`Code::FileEmpty`] for a folder without such files, and
/// [`Code::Unsupported`] for a file of another kind. `stated` is where the path is named.
pub(super) fn files(path: &Path, stated: Option<&Place>) -> Result<Vec<(Kind, PathBuf)>, Diagnostic> {
    let place = || stated.cloned().unwrap_or_else(|| Place::file(path));
    if !path.is_dir() {
        if let Err(error) = fs::metadata(path) {
            return Err(unreadable(path, &error).at(place()));
        }
        let kind = Kind::of(path).ok_or_else(|| {
            Diagnostic::new(Code::Unsupported, format!("`{}` cannot be read as a model", path.display()))
                .at(place())
                .hint("a model is a `.toml`, `.sql` or `schema.rs` file, a folder of them, or the URL of a database")
        })?;
        return Ok(vec![(kind, path.to_owned())]);
    }
    let mut found = Vec::new();
    collect(path, &mut found)?;
    if found.is_empty() {
        let message = format!("the folder `{}` holds no model", path.display());
        return Err(Diagnostic::new(Code::FileEmpty, message)
            .at(place())
            .hint("a model is made of `.toml`, `.sql` and `.rs` files"));
    }
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<(Kind, PathBuf)>) -> Result<(), Diagnostic> {
    let cannot = |error: io::Error| unreadable(folder, &error).at(Place::file(folder));
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if let Some(kind) = Kind::of(&path) {
            found.push((kind, path));
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let shown = path.display();
    match error.kind() {
        io::ErrorKind::NotFound => {
            Diagnostic::new(Code::FileUnreadable, format!("the model `{shown}` does not exist"))
                .hint("correct `model` in the configuration or `--model`")
        }
        _ => Diagnostic::new(Code::FileUnreadable, format!("the model `{shown}` cannot be read: {error}")),
    }
}

/// Reads the text of a file.
///
/// # Errors
/// As [`script::load`], in the words of a model.
pub(super) fn load(path: &Path) -> Result<Arc<str>, Diagnostic> {
    script::load(path).map_err(|fault| {
        let message = fault.message.replace("migration file", "model file");
        match fault.code {
            Code::FileEmpty => Diagnostic { message, ..fault }
                .hint("for a schema without tables write a comment, so that it is seen to be meant"),
            _ => Diagnostic { message, ..fault },
        }
    })
}
