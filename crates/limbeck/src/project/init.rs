//! Starts a project: a configuration file, and a directory for migrations with an example in words.

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

const README: &str = r#"# Migrations

A file a revision; `limbeck revision -m "create account table"` adds one. An example:

```toml
revision = "1975ea83b712"
message = "create account table"

[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "string(320)", nullable = false },
]
uniques = [{ name = "uq_account_email", columns = ["email"] }]

[[upgrade]]
insert = "account"
rows = [{ id = 1, email = "ada@example.org" }]
```

The downgrade is derived where it can be; else a file gives it as `[[downgrade]]`, or says `irreversible = true`.
With `--format sql` a revision is SQL under a header in comments.
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
    let readme = made.migrations.join("README.md");
    if readme.symlink_metadata().is_err() {
        write(&readme, README, Existing::Refuse)?;
    }
    write(&made.config, CONFIG, Existing::Refuse)?;
    Ok(made)
}
