//! Where the file of each script goes.

use std::path::{Path, PathBuf};

use limbeck_core::graph::RevisionGraph;
use limbeck_core::revision::RevisionHeader;

/// The directories of the scripts, and those that their files go to.
pub(super) struct Places {
    from: Vec<PathBuf>,
    to: Vec<PathBuf>,
}

impl Places {
    /// Gives each directory that holds scripts one below `into`: `into` itself for the only one, else the path from the
    /// directory that they have in common. Their order is that of the version locations.
    pub(super) fn of(graph: &RevisionGraph, into: &Path) -> Self {
        let mut from: Vec<PathBuf> = Vec::new();
        for header in graph.headers() {
            let directory = directory(header);
            if !from.contains(&directory) {
                from.push(directory);
            }
        }
        // However they are written, the way between them is seen from the root.
        let whole: Vec<PathBuf> =
            from.iter().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone())).collect();
        let common = whole.iter().skip(1).fold(whole.first().cloned(), |common, next| {
            common.map(|common| {
                let same = common.components().zip(next.components()).take_while(|(a, b)| a == b);
                same.map(|(part, _)| part).collect()
            })
        });
        let below = |from: &PathBuf| {
            let below = common.as_ref().and_then(|common| from.strip_prefix(common).ok());
            below
                .filter(|below| !below.as_os_str().is_empty())
                .map_or(into.to_owned(), |below| into.join(below))
        };
        let to = whole.iter().map(below).collect();
        Self { from, to }
    }

    /// Returns the directories that files go to, in the order in which a history is to read them.
    pub(super) fn directories(&self) -> &[PathBuf] {
        &self.to
    }

    /// Returns the path of a revision's file, with another ending than its script.
    pub(super) fn path(&self, header: &RevisionHeader, ending: &str) -> PathBuf {
        let directory = directory(header);
        let at = self.from.iter().position(|known| *known == directory).unwrap_or_default();
        let name =
            header.path.as_deref().and_then(Path::file_stem).unwrap_or(header.revision.as_str().as_ref());
        let mut name = name.to_owned();
        name.push(".");
        name.push(ending);
        self.to.get(at).map(|to| to.join(&name)).unwrap_or_else(|| PathBuf::from(name))
    }
}

fn directory(header: &RevisionHeader) -> PathBuf {
    header.path.as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default()
}
