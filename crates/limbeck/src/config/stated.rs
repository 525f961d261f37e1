//! A value of the configuration, with the place where it stands.

use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::Place;

/// A value, and the file and key that state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Stated<T> {
    /// Returns the directory that relative paths of this value start from: that of the file that states it.
    ///
    /// Empty for a file in the current directory.
    pub fn directory(&self) -> &Path {
        self.place.path.parent().unwrap_or(Path::new(""))
    }
}

impl Stated<String> {
    /// Returns the value as a path, seen from where the file that states it was named.
    pub fn to_path(&self) -> PathBuf {
        self.directory().join(&self.value)
    }
}
