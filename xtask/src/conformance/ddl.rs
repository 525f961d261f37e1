//! Does Limbeck make the SQL that Alembic makes? Generator, oracle and judge stand with the tests, in `tests/src/ddl`.

use crate::servers::{Servers, Which};
use crate::{Failure, python, run};

/// Which random cases to run.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many cases to try, shared out among the dialects
    #[arg(long, default_value_t = 4000)]
    cases: u64,
    /// Where randomness starts; the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try only one dialect: postgres, mysql, mariadb or sqlite
    #[arg(long)]
    dialect: Option<String>,
    /// Run only this case of the seed, and print it
    #[arg(long)]
    case: Option<u64>,
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that docs/alembic-sql-differences.md does not list, or when Alembic cannot be had.
pub(super) fn ddl(args: &Arguments) -> Result<(), Failure> {
    let python = python::environment()?.join("bin/python");
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "ddl", "--"]).arg(python);
    command.args([args.cases.to_string(), args.seed.to_string()]);
    command.arg(args.dialect.as_deref().unwrap_or("all"));
    command.arg(args.case.map_or_else(|| "all".to_owned(), |case| case.to_string()));
    let servers = Servers::start(Which::Plain);
    run::check(command.envs(servers.variables()))
}
