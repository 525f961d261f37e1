//! Opens a project: the headers of its migrations are read, their bodies only when they are needed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::history::{History, HistoryBuilder};
use limbeck_core::script;

use crate::config::Config;
use crate::folders;

/// A configuration, and the history that it leads to.
pub struct Project {
    pub(super) config: Config,
    pub(super) history: History,
}

impl Project {
    /// Reads the headers of all migrations in the locations of the configuration.
    ///
    /// # Errors
    /// All that is wrong with the headers; when they are sound, all that is wrong with the graph.
    pub fn open(config: Config) -> Result<Self, Diagnostics> {
        Self::open_with(config, History::builder())
    }

    /// Does the same, beside revisions that are already in the builder, as those written in Rust.
    ///
    /// # Errors
    /// As [`Project::open`].
    pub fn open_with(config: Config, builder: HistoryBuilder) -> Result<Self, Diagnostics> {
        #[cfg(feature = "alembic")]
        let builder = match &config.alembic {
            Some(alembic) => alembic.add_scripts(builder),
            None => builder,
        };
        let (builder, taken) = folders(&config, builder);
        #[cfg(feature = "diesel")]
        let builder = config.directories().iter().fold(builder, |builder, directory| {
            let scan = limbeck_diesel::migrations::scan(directory);
            let builder = builder.faults(scan.faults);
            scan.migrations.into_iter().fold(builder, |builder, one| builder.foreign(Arc::new(one)))
        });
        let scan = script::scan_besides(&config.directories(), &taken);
        let history = builder.naming(config.naming.clone()).scanned(scan).build()?;
        Ok(Self { config, history })
    }

    /// Returns the configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Returns the history. It stays as it was read, also when files are written.
    pub fn history(&self) -> &History {
        &self.history
    }
}

/// Adds the migrations of other tools' folders, and returns the files that are theirs.
fn folders(config: &Config, builder: HistoryBuilder) -> (HistoryBuilder, BTreeSet<PathBuf>) {
    #[cfg(feature = "alembic")]
    if config.alembic.is_some() {
        return (builder, BTreeSet::new());
    }
    let directories: BTreeSet<PathBuf> = config.directories().into_iter().collect();
    directories.iter().fold((builder, BTreeSet::new()), |(builder, mut taken), directory| {
        let folder = folders::scan(directory, config.layout);
        taken.extend(folder.taken);
        let builder = builder.faults(folder.faults);
        let add = |builder: HistoryBuilder, one| builder.foreign(Arc::new(one));
        (folder.migrations.into_iter().fold(builder, add), taken)
    })
}
