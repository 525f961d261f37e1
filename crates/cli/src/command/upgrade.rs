//! `limbeck upgrade`: applies revisions.

use limbeck::core::graph::Direction;

use super::moves::{Form, How};
use crate::context::Context;
use crate::failure::Failure;

/// Apply what is missing up to a target
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to: an id, `heads`, `LABEL@head`, `+1`; with `--sql` also `FROM:TO`
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    target: String,
    #[command(flatten)]
    how: How,
    /// With `--sql`: look at the version table and pass over what is applied, so that the script may be run again
    #[arg(long, requires = "sql")]
    idempotent: bool,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let form = if self.idempotent { Form::Idempotent } else { Form::Plain };
        self.how.go(context, &self.target, Direction::Up, form)
    }
}
