//! One migration of Diesel's: a directory with `up.sql`, mostly `down.sql`, and sometimes `metadata.toml`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::history::{Body, ForeignRevision, Task, Undo};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{Execute, Origin, Scope, ScopedOperation, Transaction};
use limbeck_core::raw;
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::script::Files;

/// A migration whose files have not been read yet.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    header: RevisionHeader,
    files: Files,
}

impl Directory {
    pub(super) fn new(
        path: PathBuf,
        revision: RevisionId,
        follows: Option<RevisionId>,
        files: Files,
    ) -> Self {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let mut header = RevisionHeader::new(revision.as_str(), []);
        header.down_revision = follows.into_iter().collect();
        header.message = name.split_once('_').map_or("", |(_, rest)| rest).replace('_', " ");
        header.path = Some(path.join("up.sql"));
        Self { path, header, files }
    }

    /// Reads one direction; nothing but comments does nothing.
    fn tasks(&self, name: &str, transaction: Transaction) -> Result<Vec<Task>, Diagnostic> {
        let path = self.path.join(name);
        let text = self.files.load(&path)?;
        // To PostgreSQL a comment also ends where an old Macintosh ends a line.
        if ["any", "postgres"].iter().all(|names| raw::cut(&text, *names).is_empty()) {
            return Ok(Vec::new());
        }
        let sql = RawSql::new(text.trim());
        let start = text.len() - text.trim_start().len();
        let end = start + text[start..].lines().next().unwrap_or_default().trim_end().len();
        Ok(vec![Task::Operation(ScopedOperation {
            operation: Execute { sql, state: None }.into(),
            scope: Scope { transaction, ..Scope::default() },
            origin: Some(Origin { path: Arc::new(path), source: text, span: start..end }),
        })])
    }

    /// Reads `metadata.toml`.
    ///
    /// As Diesel has it (migrations_internals 2.3), a file that says nothing of the transaction turns it off, and no file leaves
    /// it on. One that is broken is a fault here, where Diesel passes over it.
    fn transaction(&self) -> Result<Transaction, Diagnostic> {
        let path = self.path.join("metadata.toml");
        if !self.files.has(&path) {
            return Ok(Transaction::Inside);
        }
        let text = self.files.read(&path).map_err(|error| {
            Diagnostic::new(Code::FileUnreadable, format!("cannot read `{}`: {error}", path.display()))
                .at(Place::file(&path))
        })?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            let place = Place::new(&path, Arc::from(text.as_str()), error.span().unwrap_or_default());
            Diagnostic::new(Code::FileSyntax, format!("not valid TOML: {}", error.message())).at(place)
        })?;
        match table.get("run_in_transaction") {
            Some(toml::Value::Boolean(true)) => Ok(Transaction::Inside),
            Some(toml::Value::Boolean(false)) | None => Ok(Transaction::Outside),
            Some(_) => Err(Diagnostic::new(Code::BadValue, "`run_in_transaction` is `true` or `false`")
                .at(Place::file(&path))),
        }
    }
}

impl ForeignRevision for Directory {
    fn header(&self) -> RevisionHeader {
        self.header.clone()
    }

    fn text(&self) -> Result<Arc<str>, Diagnostic> {
        self.files.load(&self.path.join("up.sql"))
    }

    fn body(&self) -> Result<Body, Diagnostics> {
        let transaction = self.transaction()?;
        let upgrade = self.tasks("up.sql", transaction);
        // Without the file Diesel has no way back; here it is what follows from the way up.
        let undo = match self.files.has(&self.path.join("down.sql")) {
            true => self.tasks("down.sql", transaction).map(Undo::Given),
            false => Ok(Undo::Derived),
        };
        match (upgrade, undo) {
            (Ok(upgrade), Ok(undo)) => Ok(Body { upgrade, undo }),
            (upgrade, undo) => {
                let faults = upgrade.err().into_iter().chain(undo.err()).collect();
                Err(Diagnostics::check(faults, ()).expect_err("at least one of them failed"))
            }
        }
    }

    fn place(&self, _: &str, _: &str) -> Place {
        // What it says of itself stands in the names of directories.
        Place::file(self.path.join("up.sql"))
    }
}

impl Directory {
    /// Returns the directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
