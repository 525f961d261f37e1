//! Checks of migrations for your own test suite, a line each.
//!
//! ```no_run
//! use limbeck::testing::Migrations;
//!
//! #[test]
//! fn the_history_has_one_head() {
//!     Migrations::of_project("limbeck.toml").assert_one_head();
//! }
//!
//! #[test]
//! fn the_model_needs_no_revision() {
//!     Migrations::of_project("limbeck.toml").assert_model_in_step("sqlite");
//! }
//!
//! #[test]
//! fn each_revision_goes_up_and_down_and_up_again() {
//!     Migrations::of_project("limbeck.toml").assert_up_down_up("sqlite::memory:");
//! }
//!
//! #[test]
//! fn the_sql_is_what_was_reviewed() {
//!     let migrations = Migrations::of_project("limbeck.toml");
//!     limbeck::assert_sql_snapshots!(migrations, "sqlite", "postgres:16", "mariadb:10.11");
//! }
//!
//! #[test]
//! fn names_are_put_together() {
//!     Migrations::of_project("limbeck.toml")
//!         .walk()
//!         .before("ae10", |db| db.execute("INSERT INTO person VALUES (1, 'Ada', 'Lovelace')").unwrap())
//!         .after("ae10", |db| {
//!             let names = db.query("SELECT full_name FROM person").unwrap();
//!             assert_eq!(names[0][0].as_text(), Some("Ada Lovelace"));
//!         })
//!         .on("sqlite::memory:");
//! }
//! # fn main() {}
//! ```
//!
//! A check that fails panics, and says what `limbeck` would say. A server of PostgreSQL, MySQL or MariaDB is named by a URL; a
//! database is made beside that of the URL, and dropped again.

mod sql;
mod walk;

use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::dialect::ConnectOptions;
use limbeck_core::history::History;
use limbeck_core::migrator::Settings;
use limbeck_core::op::Change;
use limbeck_core::script;
use limbeck_core::verify::verify;

use crate::config::Config;
use crate::project::{From, Plugs, Project};
use crate::{ScratchDatabase, SystemClock};

#[doc(hidden)]
pub use insta;
pub use walk::Walk;

/// Migrations to check.
pub struct Migrations {
    of: Of,
    settings: Settings,
}

enum Of {
    Project(Box<Project>),
    History(Box<History>),
}

impl Migrations {
    /// Takes those of a project, by the path of its `limbeck.toml`, or of an `alembic.ini`. Cargo runs tests in the directory of
    /// the package, from where a relative path starts.
    ///
    /// # Panics
    /// With all that is wrong with the configuration, the headers of the files or the graph.
    #[track_caller]
    pub fn of_project(path: impl AsRef<Path>) -> Self {
        let config = sound(Config::load(path.as_ref(), &|name| std::env::var(name).ok()));
        let settings = config.settings(Arc::new(SystemClock::new()));
        Self { of: Of::Project(Box::new(sound(Project::open(config)))), settings }
    }

    /// Takes a history, as one that is embedded in the program or written in Rust.
    pub fn of_history(history: History) -> Self {
        Self { of: Of::History(Box::new(history)), settings: crate::settings() }
    }

    /// Runs revisions by other settings than those of the project.
    #[must_use]
    pub fn settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// Starts a way up through all revisions, on which data is looked at.
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self)
    }

    /// Checks that the history has one head, so that two branches that were made at the same time do not go unseen.
    ///
    /// # Panics
    /// When it has none or several, with their ids.
    #[track_caller]
    pub fn assert_one_head(&self) {
        let heads: Vec<String> = self.history().graph().heads().iter().map(|id| format!("`{id}`")).collect();
        match heads.len() {
            1 => {}
            0 => panic!("there is no revision"),
            _ => panic!(
                "the history has {} heads: {}; `limbeck merge heads` joins them",
                heads.len(),
                heads.join(", ")
            ),
        }
    }

    /// Checks that the model of the project says what the revisions add up to, on a kind of server as `--server` names it:
    /// `sqlite`, `postgres:16`.
    ///
    /// # Panics
    /// With the operations that are missing, and when there is no model or it cannot be read.
    #[track_caller]
    pub fn assert_model_in_step(&self, server: &str) {
        self.assert_model_in_step_with(server, &Plugs::new());
    }

    /// Checks what [`assert_model_in_step`](Self::assert_model_in_step) checks, as a program compares that has a say in it.
    ///
    /// ```no_run
    /// use limbeck::project::{Part, Plugs};
    /// use limbeck::testing::Migrations;
    ///
    /// let plugs = Plugs::new().objects(|part, _| {
    ///     !matches!(part, Part::Table(table) if table.name.name.as_str().starts_with("_sync_"))
    /// });
    /// Migrations::of_project("limbeck.toml").assert_model_in_step_with("sqlite", &plugs);
    /// ```
    ///
    /// # Panics
    /// With the operations that are missing, and when there is no model or it cannot be read.
    #[track_caller]
    pub fn assert_model_in_step_with(&self, server: &str, plugs: &Plugs<'_>) {
        let Of::Project(project) = &self.of else {
            panic!("a history alone has no model: use `Migrations::of_project`");
        };
        let server = sound(crate::server(server));
        let model = sound(project.model(&[], &ConnectOptions::default()));
        let found = sound(project.autogenerate(&model, From::History(server), &[], plugs, &self.settings));
        if !found.operations.is_empty() {
            let described: Vec<String> = found.operations.iter().map(Change::describe).collect();
            panic!(
                "the model has changes that no revision makes: {}\n\n{}\n`limbeck revision --autogenerate` makes one",
                described.join("; "),
                script::print_operations(&found.operations)
            );
        }
    }

    /// Runs each revision up, down and up again, with a row in every table, on an empty database beside that of a URL: in
    /// memory for SQLite, else on the same server. Schema and rows are compared after each step; a revision that is
    /// irreversible goes up only.
    ///
    /// # Panics
    /// With all that is found, and when a revision cannot be run.
    #[track_caller]
    pub fn assert_up_down_up(&self, url: &str) {
        let mut scratch = scratch(url);
        let verified = sound(verify(self.history(), scratch.connection(), &self.settings, |_| {}));
        let found: Vec<String> = verified
            .iter()
            .flat_map(|one| one.findings.iter().map(move |fault| format!("{}: {fault}", one.revision)))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    fn history(&self) -> &History {
        match &self.of {
            Of::Project(project) => project.history(),
            Of::History(history) => history,
        }
    }
}

#[track_caller]
fn scratch(url: &str) -> ScratchDatabase {
    let url = sound(Config::parse_url(url));
    sound(ScratchDatabase::beside(&url, &ConnectOptions::default()))
}

/// Returns the value, or fails the test with all that is wrong.
#[track_caller]
fn sound<T>(result: Result<T, impl Into<Diagnostics>>) -> T {
    result.unwrap_or_else(|faults| panic!("{}", faults.into()))
}
