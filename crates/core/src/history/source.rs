//! Where the body of a revision comes from.

use std::path::PathBuf;
use std::sync::Arc;

use super::{ForeignRevision, RustRevision};

/// A migration file whose text is part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedFile {
    /// Its path, for messages and for the order between independent branches.
    pub path: &'static str,
    /// Its whole text.
    pub text: &'static str,
}

/// The migration files that `embed_migrations!` put into the program, sorted by file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmbeddedMigrations {
    files: &'static [EmbeddedFile],
}

impl EmbeddedMigrations {
    /// Takes files. Made by `embed_migrations!`, which has checked them.
    pub const fn new(files: &'static [EmbeddedFile]) -> Self {
        Self { files }
    }

    /// Returns the files.
    pub fn files(&self) -> &'static [EmbeddedFile] {
        self.files
    }
}

/// Where a body is read from.
pub(super) enum Source {
    /// A file on disk, read when it is needed.
    Disk(PathBuf),
    /// A text in the program.
    Embedded { path: PathBuf, text: &'static str },
    /// Rust code.
    Rust(Arc<dyn RustRevision>),
    /// A script of another tool.
    Foreign(Arc<dyn ForeignRevision>),
}
