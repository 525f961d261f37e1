//! Does Limbeck make the SQL that Alembic makes? Generator, oracle and judge stand with the tests, in `tests/src/ddl`.

use super::judged::{Chosen, judged};
use crate::Failure;

/// Which random cases to run.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many cases to try, shared out among the dialects
    #[arg(long, default_value_t = 4000)]
    cases: u64,
    #[command(flatten)]
    chosen: Chosen,
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that docs/alembic-sql-differences.md does not list, or when Alembic cannot be had.
pub(super) fn ddl(args: &Arguments) -> Result<(), Failure> {
    judged("ddl", args.cases, &args.chosen)
}
