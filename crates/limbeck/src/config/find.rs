//! Finds the configuration file of a project from a directory inside it.

use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const FILE_NAME: &str = "limbeck.toml";

/// Returns the nearest `limbeck.toml` in `directory` or above it; `None` if there is none up to the root.
///
/// The path is written as seen from `directory`: `limbeck.toml`, `../limbeck.toml` and so on.
pub fn find(directory: &Path) -> Option<PathBuf> {
    let mut seen = PathBuf::new();
    for above in directory.ancestors() {
        // A directory of that name is no configuration; one that cannot be read is, and is reported as such.
        if above.join(FILE_NAME).symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            return Some(seen.join(FILE_NAME));
        }
        seen.push("..");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_nearest_file_above_is_found_and_named_from_below() {
        let root = tempfile::tempdir().unwrap();
        let below = root.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(root.path().join("limbeck.toml"), "").unwrap();
        assert_eq!(find(&below).as_deref(), Some(Path::new("../../limbeck.toml")));
        fs::write(below.join("limbeck.toml"), "").unwrap();
        assert_eq!(find(&below).as_deref(), Some(Path::new("limbeck.toml")));
    }
}
