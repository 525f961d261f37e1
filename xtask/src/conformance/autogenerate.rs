//! Does Limbeck find the differences that Alembic finds? Generator, oracle and judge stand with the tests, in
//! `tests/src/bin/autogenerate`.

use super::judged::{Chosen, judged};
use crate::Failure;

/// Which random cases to run.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many pairs of a database and a model to try, shared out among the dialects
    #[arg(long, default_value_t = 600)]
    cases: u64,
    #[command(flatten)]
    chosen: Chosen,
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that is not of a listed class, or when Alembic cannot be had.
pub(super) fn autogenerate(args: &Arguments) -> Result<(), Failure> {
    judged("autogenerate", args.cases, &args.chosen)
}
