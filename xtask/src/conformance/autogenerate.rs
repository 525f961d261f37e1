//! Does Limbeck find the differences that Alembic finds? Generator, oracle and judge stand with the tests, in
//! `tests/src/bin/autogenerate`.

use crate::servers::{Servers, Which};
use crate::{Failure, python, run};

/// Which random cases to run.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How many pairs of a database and a model to try, shared out among the dialects
    #[arg(long, default_value_t = 600)]
    cases: u64,
    /// Where randomness starts; the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try only one dialect: sqlite, postgres or mariadb
    #[arg(long)]
    dialect: Option<String>,
    /// Run only this case of the seed, and print it
    #[arg(long)]
    case: Option<u64>,
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that is not of a listed class, or when Alembic cannot be had.
pub(super) fn autogenerate(args: &Arguments) -> Result<(), Failure> {
    let python = python::environment()?.join("bin/python");
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "autogenerate", "--"]).arg(python);
    command.args([args.cases.to_string(), args.seed.to_string()]);
    command.arg(args.dialect.as_deref().unwrap_or("all"));
    command.arg(args.case.map_or_else(|| "all".to_owned(), |case| case.to_string()));
    let servers = Servers::start(Which::Plain);
    run::check(command.envs(servers.variables()))
}
