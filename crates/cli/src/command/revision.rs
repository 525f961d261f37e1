//! `limbeck revision`: adds a revision.

use std::path::PathBuf;

use limbeck::core::graph::{NewRevision, Splice};
use limbeck::core::revision::RevisionId;
use limbeck::core::script;
use limbeck::project::NewFile;

use crate::context::{Context, HeadsCheck, now};
use crate::failure::Failure;
use crate::json;
use crate::target::targets;

/// Add a revision: a new migration file
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the revision is for
    #[arg(short, long)]
    message: String,
    /// What it follows, in place of the only head; `base` starts a new history
    #[arg(long, value_name = "REV", default_value = "head")]
    head: Vec<String>,
    /// Let it follow a revision that is no head
    #[arg(long)]
    splice: bool,
    /// Give the branch a name
    #[arg(long, value_name = "LABEL")]
    branch_label: Vec<String>,
    /// The location to write the file to
    #[arg(long, value_name = "DIR")]
    version_path: Option<PathBuf>,
    /// An id, in place of twelve random digits
    #[arg(long, value_name = "ID")]
    rev_id: Option<String>,
    /// A revision or branch that must be applied before it
    #[arg(long, value_name = "REV")]
    depends_on: Vec<String>,
    /// The format of the file
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The format of a migration file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Operations as data
    #[default]
    Toml,
    /// SQL under a header in comments
    Sql,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Skip)?;
        let made = project.add_revision(&NewFile {
            revision: NewRevision {
                revision: RevisionId::new(self.rev_id.unwrap_or_else(random_id)),
                follow: targets(&self.head)?,
                splice: splice(self.splice),
                branch_labels: self.branch_label,
                depends_on: self.depends_on,
                message: self.message,
            },
            format: match self.format {
                Format::Toml => script::Format::Toml,
                Format::Sql => script::Format::Sql,
            },
            location: self.version_path,
            created: now(),
            operations: Vec::new(),
        })?;
        print_made(context, &project, &made)
    }
}

/// Prints the path of a new file, or the revision as JSON.
pub(super) fn print_made(
    context: &Context,
    project: &limbeck::project::Project,
    made: &limbeck::core::revision::RevisionHeader,
) -> Result<(), Failure> {
    if context.global.json {
        return json::print_revisions(context, project.history().graph(), &[made]);
    }
    match &made.path {
        Some(path) => context.out.line(path.display()),
        None => Ok(()),
    }
}

/// Says whether a revision that is no head may be followed.
pub(super) fn splice(asked: bool) -> Splice {
    if asked { Splice::Allowed } else { Splice::Refused }
}

/// Returns twelve random hexadecimal digits, as Alembic's ids are.
fn random_id() -> String {
    format!("{:012x}", rand::random::<u64>() >> 16)
}
