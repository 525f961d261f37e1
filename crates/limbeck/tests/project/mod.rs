//! Migration files in a directory of their own, and a database file beside them.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, reason = "each test uses what it needs")]

use std::path::{Path, PathBuf};

use limbeck::core::dialect::Connection;
use limbeck::core::schema::Schema;
use limbeck::prelude::*;

pub(crate) struct Project {
    directory: tempfile::TempDir,
}

impl Project {
    /// Writes the files, each given as its name and its text.
    pub(crate) fn new<N: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (N, T)>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("migrations")).unwrap();
        let project = Self { directory };
        for (name, text) in files {
            project.write(name.as_ref(), text.as_ref());
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn migrations(&self) -> PathBuf {
        self.path().join("migrations")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("test.db")
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.migrations().join(name), text).unwrap();
    }

    pub(crate) fn history(&self) -> History {
        History::builder().directories(&[self.migrations()]).build().unwrap()
    }

    pub(crate) fn connect(&self) -> Box<dyn Connection> {
        connect(&format!("sqlite:{}", self.database().display())).unwrap()
    }

    pub(crate) fn upgrade(&self, target: &str) -> Result<Outcome, Diagnostics> {
        let target = target.parse().unwrap();
        Migrator::new(&self.history(), &mut *self.connect(), settings()).upgrade(&target)
    }

    pub(crate) fn downgrade(&self, target: &str) -> Result<Outcome, Diagnostics> {
        let target = target.parse().unwrap();
        Migrator::new(&self.history(), &mut *self.connect(), settings()).downgrade(&target)
    }

    pub(crate) fn heads(&self) -> Heads {
        Migrator::new(&self.history(), &mut *self.connect(), settings()).current().unwrap()
    }

    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<Literal>> {
        self.connect().query(sql).unwrap()
    }

    /// Asserts that the schema is what the version table says, and that the file is sound.
    pub(crate) fn assert_in_agreement(&self) {
        let mut connection = self.connect();
        let heads = Migrator::new(&self.history(), &mut *connection, settings()).current().unwrap();
        let folded = self.history().schema_at(&heads, "sqlite").unwrap();
        let mut found = connection.reflect(None).unwrap();
        found.tables.retain(|name, _| !name.name.as_str().starts_with("limbeck_"));
        assert_eq!(normal(&found), normal(&folded), "at {heads}");
        assert_eq!(connection.query("PRAGMA integrity_check").unwrap(), [[Literal::text("ok")]]);
        assert_eq!(connection.query("PRAGMA foreign_key_check").unwrap(), [[Literal::Null; 0]; 0]);
    }
}

/// Brings a schema into the form in which SQLite can tell it again.
pub(crate) fn normal(schema: &Schema) -> Schema {
    limbeck_sqlite::normal_form(schema)
}
