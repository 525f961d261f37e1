//! What the configuration says, all files of the chain taken together.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use limbeck_core::dialect::{DialectOptions, Limits};
use limbeck_core::diff::ColumnOrder;
use limbeck_core::lint::Levels;
use limbeck_core::migrator::{Clock, Settings, TransactionMode};
use limbeck_core::name::TableName;
use limbeck_core::script::Naming;

use crate::folders::Layout;

use super::{DatabaseEntry, FileTemplate, Filter, Stated};

/// The configuration of a project.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that was read first; those that it extends are named by the values that they state.
    pub path: PathBuf,
    /// The configurations of other projects that are run one after the other, in the order written.
    pub projects: Vec<Stated<String>>,
    /// The directories with migrations, in the order written; `migrations` when nothing is stated.
    pub locations: Vec<Stated<String>>,
    /// The tool whose folders these are; where nothing is stated, each is told by its files.
    pub layout: Option<Layout>,
    /// The table that holds the heads; `limbeck_version` when nothing is stated.
    pub version_table: TableName,
    /// Whether that table has a primary key when it is made.
    pub version_table_key: bool,
    /// How the files of new revisions are called.
    pub file_template: FileTemplate,
    /// What one transaction spans.
    pub transaction: TransactionMode,
    /// How long a statement may wait and run, and how often a revision is tried again.
    pub limits: Limits,
    /// Whether the heads are kept in a file.
    pub heads_file: HeadsFile,
    /// What the schema should be, as written: files, folders and URLs, which say it together; empty when nothing is stated.
    pub model: Vec<Stated<String>>,
    /// Which objects are compared with the model.
    pub filter: Filter,
    /// Where columns are put that come because of the model.
    pub column_order: ColumnOrder,
    /// How constraints and indexes are called that have no name.
    pub naming: Naming,
    /// The databases, by name.
    pub databases: BTreeMap<String, DatabaseEntry>,
    /// What the linter is to look for.
    pub lint: Lint,
    /// What is set for each back end, as in `[sqlite]`.
    pub options: DialectOptions,
    /// The Alembic project that the revisions are read from, if there is one.
    #[cfg(feature = "alembic")]
    pub alembic: Option<Arc<super::AlembicProject>>,
}

impl Config {
    /// Returns the directories with migrations, seen from where the configuration was named.
    pub fn directories(&self) -> Vec<PathBuf> {
        #[cfg(feature = "alembic")]
        if let Some(alembic) = &self.alembic {
            return alembic.directories();
        }
        let mut seen = std::collections::BTreeSet::new();
        let mut is_new = |path: &PathBuf| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone()));
        self.locations.iter().map(Stated::to_path).filter(|path| is_new(path)).collect()
    }

    /// Returns the configurations of the projects that it lists, seen from where the configuration was named.
    pub fn project_files(&self) -> Vec<PathBuf> {
        self.projects.iter().map(Stated::to_path).collect()
    }

    /// Checks that it is known which table holds the heads, before a database is asked.
    ///
    /// # Errors
    /// [`Code::ConfigInvalid`](limbeck_core::diagnostic::Code) when an Alembic project computes its name.
    pub fn check_version_table(&self) -> Result<(), limbeck_core::diagnostic::Diagnostic> {
        #[cfg(feature = "alembic")]
        if let Some(alembic) = &self.alembic {
            return alembic.check_version_table();
        }
        Ok(())
    }

    /// Returns what a [`Migrator`](limbeck_core::migrator::Migrator) is to know of the configuration.
    pub fn settings(&self, clock: Arc<dyn Clock>) -> Settings {
        Settings {
            version_table: self.version_table.clone(),
            version_table_key: self.version_table_key,
            transaction: self.transaction,
            limits: self.limits,
            options: self.options.clone(),
            naming: self.naming.clone(),
            ..Settings::new(clock)
        }
    }
}

/// What the linter is to look for.
#[derive(Debug, Clone, Default)]
pub struct Lint {
    /// The databases that the history is for, as `--server` says them; none for those configured.
    pub servers: Vec<Stated<String>>,
    /// What becomes of each rule's findings.
    pub levels: Levels,
}

/// Whether the heads are kept in a file, so that two branches collide when they are merged in version control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HeadsFile {
    /// `HEADS` in the first location holds a line a head.
    Kept,
    /// There is no such file.
    #[default]
    None,
}
