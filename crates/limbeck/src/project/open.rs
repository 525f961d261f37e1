//! Opens a project: the headers of its migrations are read, their bodies only when they are needed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::history::{History, HistoryBuilder};
use limbeck_core::script::{self, Files};

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
        Self::open_on(config, builder, &Files::disk())
    }

    /// Does the same with files that are not all as they are on the disk.
    pub(super) fn open_on(
        config: Config,
        builder: HistoryBuilder,
        files: &Files,
    ) -> Result<Self, Diagnostics> {
        #[cfg(feature = "alembic")]
        let builder = match &config.alembic {
            Some(alembic) => alembic.add_scripts(builder, files),
            None => builder,
        };
        let (builder, mut taken) = folders(&config, builder, files);
        #[cfg(feature = "diesel")]
        let builder = config.directories().iter().fold(builder, |builder, directory| {
            let scan = limbeck_diesel::migrations::scan(directory, files);
            let builder = builder.faults(scan.faults);
            scan.migrations.into_iter().fold(builder, |builder, one| builder.foreign(Arc::new(one)))
        });
        let directories = config.directories();
        let is_own = |path: &Path| {
            let is_hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            !is_hidden && !taken.contains(path) && directories.iter().any(|one| path.parent() == Some(one))
        };
        let added: Vec<_> = files.added().filter(|(path, _)| is_own(path)).collect();
        let builder = added.into_iter().fold(builder, |builder, (path, _)| match files.load(path) {
            Ok(text) => builder.text(path.into(), text),
            Err(fault) => builder.faults(vec![fault]),
        });
        taken.extend(files.gone().map(Path::to_owned));
        let scan = script::scan_besides(&directories, &taken);
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

/// Says whether a folder that is read with those within it takes in another one, which no link leads to: one that is hidden is
/// passed over.
fn is_within(outer: &Path, inner: &Path) -> bool {
    let is_hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    inner.strip_prefix(outer).is_ok_and(|below| !below.iter().any(is_hidden))
}

/// Adds the migrations of other tools' folders, and returns the files that are theirs.
fn folders(config: &Config, builder: HistoryBuilder, files: &Files) -> (HistoryBuilder, BTreeSet<PathBuf>) {
    #[cfg(feature = "alembic")]
    if config.alembic.is_some() {
        return (builder, BTreeSet::new());
    }
    let real =
        |directory: PathBuf| (directory.canonicalize().unwrap_or_else(|_| directory.clone()), directory);
    // A folder comes before those within it, however they are spelled.
    let directories: BTreeSet<(PathBuf, PathBuf)> = config.directories().into_iter().map(real).collect();
    let (mut builder, mut taken, mut deep) = (builder, BTreeSet::new(), Vec::<&Path>::new());
    for (real, directory) in &directories {
        let folder = folders::scan(directory, config.layout, files);
        taken.extend(folder.taken);
        if folder.is_deep {
            // Flyway itself leaves out a location that another one holds.
            if deep.iter().any(|outer| is_within(outer, real)) {
                continue;
            }
            deep.push(real);
        }
        builder = builder.faults(folder.faults);
        builder = folder.migrations.into_iter().fold(builder, |builder, one| builder.foreign(Arc::new(one)));
    }
    (builder, taken)
}
