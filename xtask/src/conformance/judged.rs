//! Comparisons whose generator, oracle and judge are a program of the tests: one case a number, on each dialect.

use crate::servers::{Servers, Which};
use crate::{Failure, python, run};

/// Which random cases to run.
#[derive(clap::Args)]
pub(super) struct Chosen {
    /// Where randomness starts; the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try only one dialect, such as postgres
    #[arg(long)]
    dialect: Option<String>,
    /// Run only this case of the seed, and print it
    #[arg(long)]
    case: Option<u64>,
}

/// Runs a program of the tests, which ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that is not listed, or when Alembic cannot be had.
pub(super) fn judged(program: &str, cases: u64, chosen: &Chosen) -> Result<(), Failure> {
    let python = python::environment()?.join("bin/python");
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", program, "--"]).arg(python);
    command.args([cases.to_string(), chosen.seed.to_string()]);
    command.arg(chosen.dialect.as_deref().unwrap_or("all"));
    command.arg(chosen.case.map_or_else(|| "all".to_owned(), |case| case.to_string()));
    let servers = Servers::start(Which::Plain);
    run::check(command.envs(servers.variables()))
}
