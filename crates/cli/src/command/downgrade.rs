//! `limbeck downgrade`: undoes revisions.

use limbeck::core::graph::Direction;

use super::moves::{Form, How};
use crate::context::Context;
use crate::failure::Failure;

/// Undo what lies above a target
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to: an id, `base`, `-1`, `LABEL@-1`; with `--sql` as `FROM:TO`
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    target: String,
    #[command(flatten)]
    how: How,
}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        self.how.go(context, &self.target, Direction::Down, Form::Plain)
    }
}
