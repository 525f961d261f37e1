//! Writes files whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use limbeck_core::diagnostic::{Code, Diagnostic};
use tempfile::Builder;

/// What to do when the file is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// The file is left as it is, and the write fails.
    Refuse,
    /// The file is replaced.
    Replace,
}

/// Writes a file through a temporary one beside it, so that a reader never sees half of it.
///
/// # Errors
/// [`Code::AlreadyExists`] and [`Code::CannotWrite`].
pub(super) fn write(path: &Path, text: &str, existing: Existing) -> Result<(), Diagnostic> {
    let cannot = |error: io::Error| {
        let message = format!("cannot write `{}`: {error}", path.display());
        Diagnostic::new(Code::CannotWrite, message)
    };
    let directory = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".limbeck-").suffix(".tmp");
    // The file is the user's own text, so it is as readable as any file that an editor makes.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(directory).map_err(cannot)?;
    file.write_all(text.as_bytes()).map_err(cannot)?;
    file.as_file().sync_all().map_err(cannot)?;
    let persisted = match existing {
        Existing::Refuse => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    };
    match persisted {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(Diagnostic::new(Code::AlreadyExists, format!("`{}` is already there", path.display())))
        }
        Err(error) => Err(cannot(error.error)),
    }
}
