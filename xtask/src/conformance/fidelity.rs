//! What do tools lose of odd SQLite databases? The measures stand with the tests, in `tests/src/fidelity`.

use crate::{Failure, python, run};

/// Which databases to try.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Try only this fixture, and tell all that is lost
    #[arg(long)]
    case: Option<String>,
}

/// Prints a table: how many changes each tool made with everything kept, refused, or made with something lost.
///
/// # Errors
/// When Limbeck lost anything, or when the tools cannot be had.
pub(super) fn fidelity(args: &Arguments) -> Result<(), Failure> {
    let python = python::environment()?.join("bin/python");
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "fidelity", "--"]).arg(python);
    command.args(&args.case);
    run::check(&mut command)
}
