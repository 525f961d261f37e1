//! Reads the text of a migration file, and tells a missing, an unreadable, an empty and a broken one apart.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Place};

/// Reads a whole file as text.
///
/// # Errors
/// [`Code::FileUnreadable`] when it is missing or cannot be read, [`Code::FileEmpty`] when it holds nothing but
/// spaces, [`Code::FileSyntax`] when it is no UTF-8 text.
pub fn load(path: &Path) -> Result<Arc<str>, Diagnostic> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    text(path, bytes)
}

/// Reports that a file cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let (why, hint) = match error.kind() {
        io::ErrorKind::NotFound => {
            ("there is no such file".to_owned(), "is it a link to a file that is gone?")
        }
        _ => (error.to_string(), "who runs `limbeck` must be able to read every migration file"),
    };
    Diagnostic::new(Code::FileUnreadable, format!("cannot read `{}`: {why}", path.display()))
        .at(Place::file(path))
        .hint(hint)
}

/// Takes the bytes of a file as its text.
pub(super) fn text(path: &Path, bytes: Vec<u8>) -> Result<Arc<str>, Diagnostic> {
    let broken = |what: String| Diagnostic::new(Code::FileSyntax, what).at(Place::file(path));
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(broken("a migration file must be UTF-8, and this is UTF-16".to_owned())
            .hint("save the file as UTF-8"));
    }
    if bytes.contains(&0) {
        return Err(broken("a migration file must be text, and this holds NUL bytes".to_owned()));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        // Up to the fault, the bytes of the readable text are those of the file.
        let at = error.utf8_error().valid_up_to();
        let readable = Arc::from(String::from_utf8_lossy(error.as_bytes()));
        let mark = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
        Diagnostic::new(Code::FileSyntax, "a migration file must be UTF-8")
            .at(Place::new(path, readable, mark).label("not UTF-8"))
            .hint("save the file as UTF-8")
    })?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(Diagnostic::new(Code::FileEmpty, "the migration file is empty")
            .at(Place::file(path))
            .hint("write at least `revision = \"…\"`, or delete the file"));
    }
    Ok(Arc::from(text))
}
