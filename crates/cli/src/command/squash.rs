//! `limbeck squash`: makes one revision of a range.

use limbeck::core::diagnostic::{Code, Diagnostic};

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;
use crate::target::target;

const AFTER: &str = "\
The new revision keeps the id of the last one, so that databases that have that are where they were; fresh ones run it; one
that is half way is refused, and told how to go on. Squash what every database is past.";

/// Make one revision of a range
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Args {
    /// The revision before the first, or `base`, and the last: `A..B`
    #[arg(value_name = "A..B")]
    range: String,
}

impl Args {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let Some((from, to)) = self.range.split_once("..") else {
            return Err(Diagnostic::new(Code::Usage, format!("`{}` is no range", self.range))
                .hint("write `A..B`, where A is the revision before the first, or `base`")
                .into());
        };
        let project = context.project(HeadsCheck::Skip)?;
        let squashed = project.squash(&target(from)?, &target(to)?)?;
        context.note(format_args!("{} files are gone", squashed.removed.len()));
        context.out.line(squashed.path.display())
    }
}
