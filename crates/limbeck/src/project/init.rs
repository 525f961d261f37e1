//! Starts a project: a configuration file and a directory for migrations.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic};

use super::write::{Existing, write};
use crate::config::FILE_NAME;

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initialized {
    /// The configuration file.
    pub config: PathBuf,
    /// The directory for migrations.
    pub migrations: PathBuf,
}

const CONFIG: &str = r#"# The configuration of Limbeck. Paths start from this file.

[migrations]
locations = ["migrations"]
heads_file = true                        # migrations/HEADS: two branches collide in version control, at review
# version_table = "limbeck_version"
# file_template = "{year}_{month}_{day}_{revision}_{slug}"
# transaction = "run"                    # one transaction for a whole run; "revision" is the default

[database.default]
url = "${DATABASE_URL:-sqlite:app.db}"   # keep passwords in the environment
"#;

/// Makes `limbeck.toml` and `migrations` in a directory, which is made when it is missing.
///
/// A `migrations` directory that is already there is kept, with all that it holds.
///
/// # Errors
/// [`Code::AlreadyExists`] when there is a `limbeck.toml`, and nothing is changed; [`Code::CannotWrite`].
pub fn init(directory: &Path) -> Result<Initialized, Diagnostic> {
    let made = Initialized { config: directory.join(FILE_NAME), migrations: directory.join("migrations") };
    if made.config.symlink_metadata().is_ok() {
        let message = format!("`{}` is already there", made.config.display());
        return Err(Diagnostic::new(Code::AlreadyExists, message)
            .hint("`limbeck revision -m MESSAGE` adds a revision"));
    }
    fs::create_dir_all(&made.migrations).map_err(|error| {
        let message = format!("cannot make `{}`: {error}", made.migrations.display());
        Diagnostic::new(Code::CannotWrite, message)
    })?;
    write(&made.config, CONFIG, Existing::Refuse)?;
    Ok(made)
}
