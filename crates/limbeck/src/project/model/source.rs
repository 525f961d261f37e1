//! One thing that a model is made of: a file, a folder, or a database.

use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Diagnostic, Place};
use limbeck_core::dialect::DatabaseUrl;

use crate::config::{Config, Stated};
use crate::connect::dialect_of;

/// Where a part of a model is.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) at: At,
    /// Where it is named; `None` when a person gave it.
    pub(super) place: Option<Place>,
}

/// A path, or a database.
#[derive(Debug, Clone)]
pub(super) enum At {
    /// A file or a folder.
    Path(PathBuf),
    /// A database, and where a relative path in its URL starts from.
    Database(DatabaseUrl, PathBuf),
}

impl Source {
    pub(super) fn given(text: &str) -> Result<Self, Diagnostic> {
        Ok(Self { at: at(text, Path::new(""))?, place: None })
    }

    pub(super) fn stated(text: &Stated<String>) -> Result<Self, Diagnostic> {
        let at = at(&text.value, text.directory()).map_err(|fault| fault.at(text.place.clone()))?;
        Ok(Self { at, place: Some(text.place.clone()) })
    }

    /// Says whether a database is the model.
    pub(super) fn is_database(&self) -> bool {
        matches!(self.at, At::Database(..))
    }
}

/// Tells a URL from a path: it has a scheme that a back end takes, or `://`.
fn at(text: &str, directory: &Path) -> Result<At, Diagnostic> {
    let is_url = text.contains("://") || DatabaseUrl::parse(text).is_some_and(|url| dialect_of(&url).is_ok());
    if !is_url {
        return Ok(At::Path(directory.join(text)));
    }
    let url = Config::parse_url(text)?;
    dialect_of(&url)?;
    Ok(At::Database(url, directory.to_owned()))
}
