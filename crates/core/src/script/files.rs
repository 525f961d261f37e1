//! The files of migrations: those on the disk, and what another branch of version control lays over them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;

use super::source::{load, text};

/// Files as they are on the disk, with some laid over them.
#[derive(Debug, Clone, Default)]
pub struct Files {
    over: Arc<BTreeMap<PathBuf, Option<Arc<[u8]>>>>,
}

impl Files {
    /// Takes the files as they are on the disk.
    pub fn disk() -> Self {
        Self::default()
    }

    /// Lays what files hold over those on the disk; a file that holds nothing is gone. Whether it is text is asked where it is read.
    pub fn laid_over(over: BTreeMap<PathBuf, Option<Arc<[u8]>>>) -> Self {
        Self { over: Arc::new(over) }
    }

    /// Returns what is laid over, and is not gone.
    pub fn added(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.over.iter().filter_map(|(path, laid)| Some((path.as_path(), laid.as_deref()?)))
    }

    /// Returns the files that are gone.
    pub fn gone(&self) -> impl Iterator<Item = &Path> {
        self.over.iter().filter(|(_, text)| text.is_none()).map(|(path, _)| path.as_path())
    }

    /// Reads a whole migration file as text.
    ///
    /// # Errors
    /// As [`load`].
    pub fn load(&self, path: &Path) -> Result<Arc<str>, Diagnostic> {
        match self.over.get(path) {
            Some(Some(laid)) => text(path, laid.to_vec()),
            _ => load(path),
        }
    }

    /// Reads a file beside the migrations.
    ///
    /// # Errors
    /// What the file system says.
    pub fn read(&self, path: &Path) -> io::Result<String> {
        match self.over.get(path) {
            Some(Some(laid)) => {
                String::from_utf8(laid.to_vec()).map_err(|_| io::ErrorKind::InvalidData.into())
            }
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            None => std::fs::read_to_string(path),
        }
    }

    /// Says whether there is a file, or a directory, of that name.
    pub fn has(&self, path: &Path) -> bool {
        match self.over.get(path) {
            Some(laid) => laid.is_some(),
            None => path.exists() || self.has_directory(path),
        }
    }

    /// Says whether there is a directory of that name; a link to one is one too.
    pub fn has_directory(&self, path: &Path) -> bool {
        path.is_dir() || self.below(path).next().is_some()
    }

    /// Returns the names of what is in a directory, in order; a name that is no text is passed over.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let laid: BTreeSet<String> = self.below(directory).collect();
        let mut names = match std::fs::read_dir(directory) {
            Ok(entries) => entries
                .map(|entry| Ok(entry?.file_name().into_string().ok()))
                .filter_map(Result::transpose)
                .collect::<io::Result<BTreeSet<String>>>()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !laid.is_empty() => BTreeSet::new(),
            Err(error) => return Err(error),
        };
        names.retain(|name| !matches!(self.over.get(&directory.join(name)), Some(None)));
        names.extend(laid);
        Ok(names.into_iter().collect())
    }

    /// Returns the names in a directory that something is laid over.
    fn below<'f>(&'f self, directory: &'f Path) -> impl Iterator<Item = String> + 'f {
        self.added().filter_map(move |(path, _)| {
            let first = path.strip_prefix(directory).ok()?.components().next()?;
            first.as_os_str().to_str().map(str::to_owned)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_laid_over_is_seen_as_if_it_were_there_and_what_is_gone_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        std::fs::write(at("a"), "disk").unwrap();
        std::fs::write(at("b"), "disk").unwrap();
        let over = [(at("b"), None), (at("c"), Some("laid")), (at("d/e/f"), Some("laid"))];
        let over = over.map(|(path, text)| (path, text.map(|text| Arc::from(text.as_bytes()))));
        let files = Files::laid_over(over.into());
        assert_eq!(files.names(directory.path()).unwrap(), ["a", "c", "d"]);
        assert_eq!(files.names(&at("d")).unwrap(), ["e"]);
        assert_eq!(
            ["a", "b", "c", "d", "d/e", "d/e/f"].map(|name| files.has(&at(name))),
            [true, false, true, true, true, true]
        );
        assert_eq!(
            ["a", "d", "d/e", "d/e/f"].map(|name| files.has_directory(&at(name))),
            [false, true, true, false]
        );
        assert_eq!(&*files.load(&at("c")).unwrap(), "laid");
        assert_eq!(files.read(&at("a")).unwrap(), "disk");
        assert!(files.read(&at("b")).is_err());
        assert!(files.names(&at("nowhere")).is_err());
    }
}
