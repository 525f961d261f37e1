//! Joins branches with a revision that follows several.

use std::path::PathBuf;

use limbeck_core::diagnostic::{Diagnostic, Diagnostics};
use limbeck_core::graph::{NewRevision, Splice, Target};
use limbeck_core::op::Operation;
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::script::{Format, Script};

use super::{Moment, NewFile, Project};

/// A merge that is to be written to a file.
#[derive(Debug, Clone)]
pub struct NewMerge {
    /// What it joins: ids, `heads`, `LABEL@head`.
    pub targets: Vec<Target>,
    /// Its id; without one, that of [`merge_id`].
    pub revision: Option<RevisionId>,
    /// May it follow what is no head?
    pub splice: Splice,
    /// What it is for; without one, it names what it joins.
    pub message: Option<String>,
    /// The labels that it gives to its branch.
    pub branch_labels: Vec<String>,
    /// In which location; without one, that of the first parent.
    pub location: Option<PathBuf>,
    /// When it is made.
    pub created: Moment,
    /// What settles what the branches leave different; nothing where they get along.
    pub operations: Vec<Operation>,
}

impl Project {
    /// Writes the file of a merge, and returns its header, path included.
    ///
    /// # Errors
    /// [`NothingToMerge`](limbeck_core::graph::RouteError::NothingToMerge), and as [`Project::add_revision`].
    pub fn add_merge(&self, new: &NewMerge) -> Result<RevisionHeader, Diagnostics> {
        let graph = self.history.graph();
        let parents = graph.merge_parents(&new.targets, new.splice).map_err(Diagnostic::from)?;
        let message = new.message.clone().unwrap_or_else(|| {
            let parents: Vec<&str> = parents.iter().map(RevisionId::as_str).collect();
            format!("merge {}", parents.join(" and "))
        });
        let revision = NewRevision {
            revision: new.revision.clone().unwrap_or_else(|| merge_id(&parents)),
            follow: parents.iter().map(|id| Target::revision(id.as_str())).collect(),
            splice: new.splice,
            branch_labels: new.branch_labels.clone(),
            depends_on: Vec::new(),
            message,
        };
        self.add_revision(&NewFile {
            revision,
            format: Format::Toml,
            location: new.location.clone(),
            created: new.created,
            script: Script::of(new.operations.clone()),
            notes: Vec::new(),
        })
    }
}

/// Returns the id of the merge of some revisions, whatever their order: twelve hexadecimal digits.
///
/// Two people who merge the same heads make the same revision, so that their work joins again.
// 64 bits of FNV-1a (RFC 9923), of which 48 are kept: an id must be the same on every machine and in every version.
pub fn merge_id(parents: &[RevisionId]) -> RevisionId {
    let mut parents: Vec<&str> = parents.iter().map(RevisionId::as_str).collect();
    parents.sort_unstable();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parents.join("\n").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    RevisionId::new(format!("{:012x}", (hash ^ (hash >> 48)) & 0xffff_ffff_ffff))
}
