//! Finds the migrations in a folder, in the order in which its tool runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::revision::RevisionId;
use limbeck_core::script::Files;

use super::Layout;
use super::detect::{self, Tool};
use super::layout::Part;
use super::migration::{Migration, Own};

/// What a folder holds.
#[derive(Default)]
pub(crate) struct Folder {
    /// The migrations in order; each follows the one before it.
    pub(crate) migrations: Vec<Migration>,
    /// The SQL files that are not Limbeck's own: those of the migrations, and those that the tool passes over.
    pub(crate) taken: BTreeSet<PathBuf>,
    /// What is wrong with what is missing.
    pub(crate) faults: Vec<Diagnostic>,
    /// Whether its tool reads the folders within as part of it.
    pub(crate) is_deep: bool,
}

/// A migration of which the files are being found.
struct Found {
    version: String,
    description: String,
    up: Option<(PathBuf, Option<&'static str>)>,
    down: Option<PathBuf>,
}

/// Finds the migrations of a tool in a folder: of the one that is stated, else of the one whose files they are by their names and
/// their marks. A folder that cannot be read, or is of no tool, holds none.
pub(crate) fn scan(location: &Path, stated: Option<Layout>, files: &Files) -> Folder {
    let mut names = listed(location, files);
    let mut folder = Folder::default();
    let tool = |names: &[String]| match stated {
        Some(layout) => Ok(Some(Tool::stated(layout))),
        None => detect::tool(location, names, files),
    };
    let told = tool(&names).and_then(|told| match told {
        Some(one) if !one.layout.is_deep() => Ok(Some(one)),
        // Nothing of a tool need stand in the folder itself, where the tool is one that reads those within.
        told => match add_within(location, &mut names, files) {
            true => tool(&names),
            false => Ok(told),
        },
    });
    let tool = match told {
        Ok(Some(tool)) => tool,
        Ok(None) => return folder,
        Err(faults) => {
            folder.faults = faults;
            folder.taken = taken(location, &names, files);
            return folder;
        }
    };
    folder.taken = taken(location, &names, files);
    folder.is_deep = tool.layout.is_deep();
    let mut found: BTreeMap<_, Found> = BTreeMap::new();
    for name in &names {
        let path = location.join(name);
        let Some(named) = tool.layout.read(name) else { continue };
        if files.has_directory(&path) || (name.ends_with(".sql") && !folder.taken.contains(&path)) {
            continue;
        }
        let one = found.entry(tool.layout.key(&named.version)).or_insert_with(|| Found {
            version: named.version,
            description: named.description.replace('_', " "),
            up: None,
            down: None,
        });
        let other = match named.part {
            Part::Up => one.up.replace((path.clone(), None)).map(|(path, _)| path),
            Part::Program(language) => one.up.replace((path.clone(), Some(language))).map(|(path, _)| path),
            Part::Down => one.down.replace(path.clone()),
            Part::Aside(why) => {
                let message = format!("`{name}` cannot be read as part of a line of revisions: {why}");
                folder.faults.push(
                    Diagnostic::new(Code::Unsupported, message)
                        .at(Place::file(&path))
                        .hint("move it out of the folder, and write what it does as a revision of its own"),
                );
                continue;
            }
        };
        if let Some(other) = other {
            let message = format!("two migrations have the version `{}`", one.version);
            folder.faults.push(
                Diagnostic::new(Code::DuplicateRevision, message)
                    .at(Place::file(&path))
                    .at(Place::file(&other))
                    .hint("give one that was not yet run another version"),
            );
        }
    }
    let mut before: Option<RevisionId> = None;
    for Found { version, description, up, down } in found.into_values() {
        let Some((up, language)) = up else {
            if let Some(down) = down {
                let message = format!("there is no way up for version `{version}`, only a way down");
                folder.faults.push(
                    Diagnostic::new(Code::MissingRevision, message)
                        .at(Place::file(&down))
                        .hint("put the file of the way up back, or take this one away"),
                );
            }
            continue;
        };
        let id = RevisionId::new(version);
        let own = Own { up, down, language };
        let follows = before.replace(id.clone());
        folder.migrations.push(Migration::new(tool, own, files.clone(), id, follows, description));
    }
    folder
}

/// Returns the names in a folder, in order.
fn listed(folder: &Path, files: &Files) -> Vec<String> {
    let mut names = files.names(folder).unwrap_or_default();
    names.retain(|name| !name.starts_with('.'));
    names
}

/// Adds the migrations in the folders within, each name with its folders before it, and says whether there are any. A link to a
/// folder is not followed: it may lead back.
fn add_within(location: &Path, names: &mut Vec<String>, files: &Files) -> bool {
    let is_folder = |name: &str| {
        let path = location.join(name);
        files.has_directory(&path) && !path.is_symlink()
    };
    let is_ours = |name: &str| [Layout::Flyway, Layout::Refinery].iter().any(|one| one.read(name).is_some());
    let mut left: Vec<String> = names.iter().filter(|name| is_folder(name)).cloned().collect();
    let before = names.len();
    while let Some(folder) = left.pop() {
        for name in listed(&location.join(&folder), files) {
            let name = format!("{folder}/{name}");
            if is_folder(&name) {
                left.push(name);
            } else if is_ours(&name) {
                names.push(name);
            }
        }
    }
    names.sort_unstable();
    names.len() > before
}

/// Returns the SQL files that are none of Limbeck's own.
fn taken(location: &Path, names: &[String], files: &Files) -> BTreeSet<PathBuf> {
    let sql = names.iter().filter(|name| name.ends_with(".sql")).map(|name| location.join(name));
    sql.filter(|path| !detect::is_own(&detect::head(path, files))).collect()
}
