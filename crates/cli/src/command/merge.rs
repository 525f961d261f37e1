//! `limbeck merge`: joins branches.

use std::path::PathBuf;

use limbeck::core::revision::RevisionId;
use limbeck::project::NewMerge;

use super::revision::{print_made, splice};
use crate::context::{Context, HeadsCheck, now};
use crate::failure::Failure;
use crate::target::targets;

/// Join branches: a revision that follows several
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is joined: ids, `heads`, `LABEL@head`
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// What the merge is for
    #[arg(short, long)]
    message: Option<String>,
    /// Give the branch a name
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,
    /// The location to write the file to
    #[arg(long, value_name = "DIR")]
    version_path: Option<PathBuf>,
    /// An id, in place of the one made from the parents
    #[arg(long, value_name = "ID")]
    rev_id: Option<String>,
    /// Let it follow revisions that are no heads
    #[arg(long)]
    splice: bool,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Skip)?;
        let made = project.add_merge(&NewMerge {
            targets: targets(&self.revisions)?,
            revision: self.rev_id.map(RevisionId::new),
            splice: splice(self.splice),
            message: self.message,
            branch_labels: self.branch_label,
            location: self.version_path,
            created: now(),
        })?;
        print_made(context, &project, &made)
    }
}
