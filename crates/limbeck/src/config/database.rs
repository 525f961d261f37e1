//! Which database is meant, and where it is.

use std::path::Path;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::dialect::DatabaseUrl;

use super::variable::{Lookup, expand};
use super::{Config, Stated};

/// A `[database.NAME]` of the configuration.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseEntry {
    url: Stated<String>,
    form: Form,
}

/// How a URL is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With variables, and relative to the file that states it.
    Ours,
    /// As it stands, and relative to the current directory.
    #[cfg(feature = "alembic")]
    Sqlalchemy,
}

impl DatabaseEntry {
    /// Returns where the URL stands.
    pub fn place(&self) -> &Place {
        &self.url.place
    }

    /// Returns the directory that a relative path in the URL starts from: that of the file that states it.
    ///
    /// Empty, for the current directory, when the URL comes from the environment as a whole.
    pub fn directory(&self) -> &Path {
        if self.form != Form::Ours || self.url.value.starts_with("${") {
            return Path::new("");
        }
        self.url.directory()
    }

    /// Takes a URL in SQLAlchemy's form.
    #[cfg(feature = "alembic")]
    pub(super) fn sqlalchemy(url: Stated<String>) -> Self {
        Self { url, form: Form::Sqlalchemy }
    }

    pub(super) fn new(url: Stated<String>) -> Self {
        Self { url, form: Form::Ours }
    }

    /// Returns the URL with its variables put in.
    ///
    /// # Errors
    /// [`Code::MissingVariable`] or [`Code::ConfigInvalid`] for the variables, [`Code::BadUrl`] for what comes out.
    pub fn url(&self, lookup: Lookup<'_>) -> Result<DatabaseUrl, Diagnostic> {
        let text = match self.form {
            Form::Ours => expand(&self.url, lookup)?,
            #[cfg(feature = "alembic")]
            Form::Sqlalchemy => self.url.value.clone(),
        };
        parse_url(&text).map_err(|fault| fault.at(self.url.place.clone()))
    }
}

// The text may hold a password.
impl std::fmt::Debug for DatabaseEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseEntry").finish_non_exhaustive()
    }
}

/// Reads a database URL that was given apart from any configuration.
///
/// # Errors
/// [`Code::BadUrl`]; the text itself is not repeated, because it may hold a password.
pub(super) fn parse_url(text: &str) -> Result<DatabaseUrl, Diagnostic> {
    let hint = "a URL starts with what database it is, as in `sqlite:shop.db`";
    if text.trim().is_empty() {
        return Err(Diagnostic::new(Code::BadUrl, "the database URL is empty").hint(hint));
    }
    DatabaseUrl::parse(text)
        .ok_or_else(|| Diagnostic::new(Code::BadUrl, "the database URL has no scheme").hint(hint))
}

impl Config {
    /// Returns the database of that name; without a name `default`, or the only one there is.
    ///
    /// # Errors
    /// [`Code::NoSuchDatabase`], naming those that there are.
    pub fn database(&self, name: Option<&str>) -> Result<&DatabaseEntry, Diagnostic> {
        let fault = |message: String| Diagnostic::new(Code::NoSuchDatabase, message);
        let names = || {
            let names: Vec<String> = self.databases.keys().map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        if let Some(name) = name {
            return self.databases.get(name).ok_or_else(|| {
                let fault = fault(format!("no database `{name}` in `{}`", self.path.display()));
                if self.databases.is_empty() {
                    return fault.hint(format!("add `[database.{name}]` with a `url`"));
                }
                fault.hint(format!("there is {}", names()))
            });
        }
        let mut all = self.databases.values();
        match (self.databases.get("default"), all.next(), all.next()) {
            (Some(entry), ..) | (None, Some(entry), None) => Ok(entry),
            (None, None, _) => Err(fault(format!("no database in `{}`", self.path.display()))
                .hint("add `[database.default]` with a `url`, or give `--url`")),
            (None, Some(_), Some(_)) => {
                let message =
                    format!("`{}` has several databases and none is `default`", self.path.display());
                Err(fault(message).hint(format!("choose one with `-d`: {}", names())))
            }
        }
    }

    /// Reads a database URL that was given in place of the configured one.
    ///
    /// # Errors
    /// [`Code::BadUrl`]; the text itself is not repeated, because it may hold a password.
    pub fn parse_url(text: &str) -> Result<DatabaseUrl, Diagnostic> {
        parse_url(text)
    }
}
