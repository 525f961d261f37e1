//! A stretch of a file that a diagnostic points at.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A stretch of a file, with the text needed to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as a person would name it.
    pub path: PathBuf,
    /// The whole text of the file; empty when the file could not be read or its text does not matter.
    pub source: Arc<str>,
    /// The byte range within `source`.
    pub span: Range<usize>,
    /// What is to be said of that stretch; may be empty.
    pub label: String,
}

impl Place {
    /// Points at a byte range of a file's text. A range past the end is cut off at the end.
    pub fn new(path: impl Into<PathBuf>, source: Arc<str>, span: Range<usize>) -> Self {
        let end = span.end.min(source.len());
        Self { path: path.into(), span: span.start.min(end)..end, source, label: String::new() }
    }

    /// Points at a file as a whole.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), source: Arc::from(""), span: 0..0, label: String::new() }
    }

    /// Says something of the place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Returns the line, counted from 1; `None` for a file as a whole.
    pub fn line(&self) -> Option<usize> {
        let before = self.source.get(..self.span.start)?;
        (!self.source.is_empty()).then(|| before.matches('\n').count() + 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        match self.line() {
            Some(line) => write!(f, ":{line}"),
            None => Ok(()),
        }
    }
}
