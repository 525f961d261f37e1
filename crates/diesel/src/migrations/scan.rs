//! Finds the migrations in a folder, in the order in which Diesel runs them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::revision::RevisionId;
use limbeck_core::script::Files;

use super::Directory;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Scan {
    /// The migrations, in order of their versions; each follows the one before it.
    pub migrations: Vec<Directory>,
    /// What is wrong with those that are missing.
    pub faults: Vec<Diagnostic>,
}

/// Finds the directories in a folder that hold an `up.sql`. Others, and hidden ones, are passed over; a folder that cannot be
/// read holds none.
///
/// The id of a revision is what Diesel takes as the version: the name up to the first `_`, without `-`.
pub fn scan(folder: &Path, files: &Files) -> Scan {
    let mut scan = Scan::default();
    let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
    for name in files.names(folder).unwrap_or_default() {
        let path = folder.join(&name);
        if name.starts_with('.') || !files.has_directory(&path) || !files.has(&path.join("up.sql")) {
            continue;
        }
        let version = name.split('_').next().unwrap_or_default().replace('-', "");
        if let Some(first) = found.get(&version) {
            let message = format!("two migrations have the version `{version}`");
            scan.faults.push(
                Diagnostic::new(Code::DuplicateRevision, message)
                    .at(Place::file(path.join("up.sql")))
                    .at(Place::file(first.join("up.sql")))
                    .hint("the version is the name of the directory up to the first `_`; rename one that was not yet run"),
            );
        } else {
            found.insert(version, path);
        }
    }
    let mut before: Option<RevisionId> = None;
    for (version, path) in found {
        let id = RevisionId::new(version);
        scan.migrations.push(Directory::new(path, id.clone(), before.replace(id), files.clone()));
    }
    scan
}
