//! The revisions that stand for what another tool has made.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::dialect::Connection;
use limbeck_core::graph::{NewRevision, Splice, Target};
use limbeck_core::history::History;
use limbeck_core::migrator::{Migrator, Settings};
use limbeck_core::op::{Operation, ScopedOperation};
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::schema::Schema;
use limbeck_core::script::{self, Downgrade, Format, Script};
use limbeck_core::verify::check_empty;

use super::detect::Found;
use super::layout::Tool;
use super::standing::Standing;
use crate::project::revision::NewFile;
use crate::project::side::reflected;
use crate::project::{Moment, Project};

/// The ids of the revisions.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    /// That of the revision which makes all.
    pub(super) base: RevisionId,
    /// Those that the database is stamped with: the base itself, or those that follow it.
    pub(super) heads: Vec<RevisionId>,
}

/// Returns the ids: that of the tool's only head for the baseline; else one that names the tool, and the heads behind it.
pub(super) fn ids(tool: Tool, standing: &Standing) -> Ids {
    let mut heads: Vec<RevisionId> = Vec::new();
    for head in &standing.heads {
        let id = as_id(head);
        // Two that differ in what an id cannot have are told apart by a number.
        let numbered = (2..).map(|number| format!("{id}_{number}"));
        let mut free = std::iter::once(id.clone()).chain(numbered).map(RevisionId::new);
        heads.extend(free.find(|id| !heads.contains(id)));
    }
    let own = || RevisionId::new(format!("adopted_{}", as_id(&tool.name().to_lowercase())));
    match &heads[..] {
        [] => Ids { base: own(), heads: vec![own()] },
        [only] => Ids { base: only.clone(), heads },
        _ => Ids { base: own(), heads },
    }
}

/// How many letters an id has at most: it is part of a file's name.
const LONGEST: usize = 100;

/// Replaces what targets and paths give a meaning of its own.
fn as_id(name: &str) -> String {
    let id = name.replace(|c: char| !c.is_alphanumeric() && c != '.', "_").replace("..", "__");
    let id: String = id.chars().take(LONGEST).collect();
    match id.as_str() {
        "" | "head" | "heads" | "base" => format!("adopted_{id}"),
        _ => id,
    }
}

/// The revisions, before they are written.
pub(super) struct Baseline {
    ids: Ids,
    script: Script,
    message: String,
}

impl Baseline {
    pub(super) fn new(
        ids: Ids,
        operations: Vec<Operation>,
        more: Vec<ScopedOperation>,
        found: &Found,
        standing: &Standing,
    ) -> Self {
        let tool = found.layout.tool.name();
        let upgrade = operations.into_iter().map(ScopedOperation::from).chain(more).collect();
        let reason = format!("it is what {tool} had made before");
        let script = Script::new(upgrade, Downgrade::Irreversible(Some(reason)));
        let mut message = format!("adopted from {tool}");
        if let Some(remark) = &standing.remark {
            message.push_str(&format!("\n\nat {remark}"));
        }
        Self { ids, script, message }
    }

    fn header(&self) -> RevisionHeader {
        let mut header = RevisionHeader::new(self.ids.base.clone(), []);
        header.message.clone_from(&self.message);
        header
    }

    /// Returns the text of the file that makes all.
    pub(super) fn text(&self) -> Result<String, Diagnostics> {
        script::print(&self.header(), &self.script, Format::Toml)
    }

    /// Runs the baseline as its file says on an empty database, and calls `same` with what is there then.
    pub(super) fn verify(
        &self,
        scratch: &mut dyn Connection,
        settings: &Settings,
        same: impl FnOnce(Schema) -> Result<(), Diagnostic>,
    ) -> Result<(), Diagnostics> {
        check_empty(scratch)?;
        let path = Path::new("baseline.toml").to_owned();
        let text: Arc<str> = Arc::from(self.text()?);
        let history = History::builder().naming(settings.naming.clone()).text(path, text).build()?;
        Migrator::new(&history, scratch, settings.clone()).upgrade(&Target::heads())?;
        Ok(same(reflected(scratch, settings)?)?)
    }

    /// Writes the files.
    ///
    /// # Errors
    /// What keeps a file from being written; those written before are removed.
    pub(super) fn write(&self, project: &Project, created: Moment) -> Result<Vec<PathBuf>, Diagnostics> {
        let mut written: Vec<PathBuf> = Vec::new();
        let heads = self.ids.heads.iter().filter(|id| **id != self.ids.base).map(|id| {
            let mut header = RevisionHeader::new(id.clone(), [self.ids.base.clone()]);
            header.message.clone_from(&self.message);
            (header, Script::new(Vec::new(), Downgrade::Given(Vec::new())))
        });
        for (header, script) in [(self.header(), self.script.clone())].into_iter().chain(heads) {
            let new = NewFile {
                revision: NewRevision {
                    revision: header.revision.clone(),
                    follow: Vec::new(),
                    splice: Splice::Refused,
                    branch_labels: Vec::new(),
                    depends_on: Vec::new(),
                    message: header.message.clone(),
                },
                format: Format::Toml,
                location: project.config.directories().into_iter().next(),
                created,
                script,
                notes: Vec::new(),
            };
            match project.write_revision(header, &new) {
                Ok(header) => written.extend(header.path),
                Err(faults) => {
                    project.take_back(written.iter().map(PathBuf::as_path));
                    return Err(faults);
                }
            }
        }
        Ok(written)
    }
}
