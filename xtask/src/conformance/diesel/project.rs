//! The projects: crates that carry their migrations and their `schema.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::database::Kind;
use crate::{Failure, run};

/// A project in a published crate.
pub(super) struct Project {
    /// What it is called here.
    pub(super) name: &'static str,
    /// The crate.
    pub(super) krate: &'static str,
    pub(super) version: &'static str,
    /// Where its `migrations` are.
    migrations: &'static str,
    /// Where its `schema.rs` is.
    schema: &'static str,
    pub(super) kind: Kind,
    /// What diesel_cli finds for it and Limbeck does not: a part of the line, and why.
    pub(super) more_of_diesels: &'static [(&'static str, &'static str)],
}

/// A column whose length is in the database alone.
const LENGTH: &str = "its length is not written in the `schema.rs`, which leaves it as it is";

/// A column of a type that the file defines.
const OWN_TYPE: &str =
    "the file says what its type is called in the database, and Diesel compares the Rust name";

/// Every project.
pub(super) const PROJECTS: [Project; 5] = [
    Project {
        name: "butido",
        krate: "butido",
        version: "0.3.0",
        migrations: "migrations",
        schema: "src/schema.rs",
        kind: Kind::Postgres,
        more_of_diesels: &[("githashes.hash", LENGTH), ("release_stores.store_name", LENGTH)],
    },
    Project {
        name: "backie",
        krate: "backie",
        version: "0.9.0",
        migrations: "migrations",
        schema: "src/schema.rs",
        kind: Kind::Postgres,
        more_of_diesels: &[("backie_tasks.uniq_hash", LENGTH)],
    },
    Project {
        name: "fang-postgres",
        krate: "fang",
        version: "0.11.0",
        migrations: "postgres_migrations/migrations",
        schema: "src/blocking/postgres_schema.rs",
        kind: Kind::Postgres,
        more_of_diesels: &[("fang_tasks.state", OWN_TYPE)],
    },
    Project {
        name: "fang-mysql",
        krate: "fang",
        version: "0.11.0",
        migrations: "mysql_migrations/migrations",
        schema: "src/blocking/mysql_schema.rs",
        kind: Kind::Mariadb,
        more_of_diesels: &[
            ("fang_tasks.state", OWN_TYPE),
            ("fang_tasks.metadata", "MariaDB keeps JSON as a LONGTEXT, and reads it back as JSON"),
        ],
    },
    Project {
        name: "fang-sqlite",
        krate: "fang",
        version: "0.11.0",
        migrations: "sqlite_migrations/migrations",
        schema: "src/blocking/sqlite_schema.rs",
        kind: Kind::Sqlite,
        more_of_diesels: &[],
    },
];

impl Project {
    /// Copies what is compared into a folder of our own, with the files that make it a project to both tools.
    ///
    /// # Errors
    /// When the crate cannot be had.
    pub(super) fn copy(&self, root: &Path) -> Result<(), Failure> {
        let source = self.fetch()?;
        let migrations = root.join("migrations");
        fs::create_dir(&migrations)?;
        for entry in fs::read_dir(source.join(self.migrations))? {
            let from = entry?.path();
            let Some(name) = from.file_name().filter(|_| from.is_dir()) else { continue };
            fs::create_dir(migrations.join(name))?;
            for file in fs::read_dir(&from)? {
                let file = file?.path();
                if let Some(own) = file.file_name() {
                    fs::copy(&file, migrations.join(name).join(own))?;
                }
            }
        }
        fs::copy(source.join(self.schema), root.join("schema.rs"))?;
        fs::create_dir(root.join("empty"))?;
        fs::create_dir(root.join("generated"))?;
        fs::write(root.join("diesel.toml"), "[print_schema]\nfile = \"printed.rs\"\n")?;
        fs::write(
            root.join("limbeck.toml"),
            "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.rs\"\n",
        )?;
        Ok(())
    }

    /// Returns what diesel_cli printed, but for how Limbeck's is documented to differ (`docs/diesel.md`).
    pub(super) fn as_documented(&self, printed: &str) -> String {
        printed.replacen("by Diesel CLI.", "by Limbeck.", 1)
    }

    /// Returns where cargo keeps the crate; `cargo info` brings it.
    fn fetch(&self) -> Result<PathBuf, Failure> {
        let Self { krate, version, .. } = self;
        let home = match std::env::var_os("CARGO_HOME") {
            Some(home) => PathBuf::from(home),
            None => PathBuf::from(std::env::var_os("HOME").ok_or("neither CARGO_HOME nor HOME is set")?)
                .join(".cargo"),
        };
        let sources = home.join("registry").join("src");
        let kept = || {
            let registries = fs::read_dir(&sources).ok()?.flatten();
            registries
                .map(|registry| registry.path().join(format!("{krate}-{version}")))
                .find(|path| path.is_dir())
        };
        if let Some(there) = kept() {
            return Ok(there);
        }
        println!("downloading {krate} {version}");
        // Not in the workspace, where it would look for a dependency of that name.
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let directory = tempfile::tempdir()?;
        run::check_quiet(
            command.arg("info").arg(format!("{krate}@{version}")).current_dir(directory.path()),
        )?;
        kept().ok_or_else(|| format!("`cargo info {krate}@{version}` has brought no source").into())
    }
}
