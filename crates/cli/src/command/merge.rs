//! `limbeck merge`: joins branches.

use std::path::PathBuf;

use limbeck::core::diagnostic::{Diagnostic, Diagnostics};
use limbeck::core::merge::reconcile;
use limbeck::core::op::Operation;
use limbeck::core::revision::RevisionId;
use limbeck::project::{Joined, NewMerge, Project};

use super::revision::{print_made, splice};
use crate::context::{Context, HeadsCheck, now};
use crate::failure::Failure;
use crate::target::targets;

const AFTER: &str = "\
Branches are joined when they are independent, or when both orders lead to the same schema. Others are told of, with both
places and how to settle it.";

/// Join branches: a revision that follows several
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// What is joined: ids, `heads`, `LABEL@head`
    #[arg(value_name = "REV", required = true)]
    revisions: Vec<String>,
    /// What the merge is for; with `--anyway`, why it is right
    #[arg(short, long)]
    message: Option<String>,
    /// Write operations into the merge that make the outcomes of both orders the same, where they can be derived
    #[arg(long, conflicts_with = "anyway")]
    reconcile: bool,
    /// Join them whatever comes of it
    #[arg(long, requires = "message")]
    anyway: bool,
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
    /// For which kind of database, in place of those configured: `sqlite`, `postgres:16`
    #[arg(long, value_name = "DIALECT[:VERSION]")]
    server: Option<String>,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Skip)?;
        let targets = targets(&self.revisions)?;
        let graph = project.history().graph();
        let parents = graph.merge_parents(&targets, splice(self.splice)).map_err(Diagnostic::from)?;
        let operations = match self.anyway {
            true => Vec::new(),
            false => self.judge(context, &project, &parents)?,
        };
        let made = project.add_merge(&NewMerge {
            targets,
            revision: self.rev_id.map(RevisionId::new),
            splice: splice(self.splice),
            message: self.message,
            branch_labels: self.branch_label,
            location: self.version_path,
            created: now(),
            operations,
        })?;
        print_made(context, &project, &[made])
    }

    /// Returns what the merge has to do; an error when the branches do not get along.
    fn judge(
        &self,
        context: &Context,
        project: &Project,
        parents: &[RevisionId],
    ) -> Result<Vec<Operation>, Failure> {
        let servers = context.servers(project.config(), self.server.as_deref())?;
        let pairs = project.judge(parents, &servers)?;
        for Joined { pair, flavour } in &pairs {
            let [one, other] = &pair.heads;
            context.detail(format_args!("`{one}` and `{other}`: {} on {flavour}", pair.judgement.class));
        }
        let clashing: Vec<&Joined> =
            pairs.iter().filter(|joined| !joined.pair.judgement.class.is_clean()).collect();
        if let ([only], true) = (&clashing[..], self.reconcile)
            && let Some(operations) = reconcile(&only.pair.judgement)
        {
            return Ok(operations);
        }
        let faults: Vec<Diagnostic> = clashing.into_iter().flat_map(Joined::report).collect();
        Ok(Diagnostics::check(faults, Vec::new())?)
    }
}
