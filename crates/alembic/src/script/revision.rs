//! A script as a revision of a history.

use std::path::Path;
use std::sync::Arc;

use limbeck_core::diagnostic::{Diagnostic, Diagnostics, Place};
use limbeck_core::history::{Body, ForeignRevision};
use limbeck_core::revision::RevisionHeader;
use limbeck_core::script::Files;

use super::header::header_place;
use crate::eval::{Translator, translate};

/// What all scripts of a project are read with.
pub type Sources = Translator;

/// A script, of which the header has been read.
#[derive(Clone)]
pub struct Script {
    header: RevisionHeader,
    sources: Arc<Sources>,
    files: Files,
}

impl Script {
    pub(super) fn new(header: RevisionHeader, sources: Arc<Sources>, files: Files) -> Self {
        Self { header, sources, files }
    }

    fn path(&self) -> &Path {
        self.header.path.as_deref().expect("the header of a script says its file")
    }
}

impl ForeignRevision for Script {
    fn header(&self) -> RevisionHeader {
        self.header.clone()
    }

    fn text(&self) -> Result<Arc<str>, Diagnostic> {
        self.files.load(self.path())
    }

    fn body(&self) -> Result<Body, Diagnostics> {
        translate(self.path(), &self.text()?, &self.sources).map(|translation| translation.body)
    }

    fn place(&self, key: &str, value: &str) -> Place {
        let found = self.text().ok().and_then(|text| header_place(self.path(), &text, key, value));
        found.unwrap_or_else(|| Place::file(self.path()))
    }
}
