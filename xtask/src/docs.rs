//! `cargo xtask docs`: writes the generated pages of `docs/`, or says whether they are current.

use crate::Failure;
use crate::run;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing, and fail when a page is stale
    #[arg(long)]
    check: bool,
}

/// Runs the test that compares the pages, which can write them too.
pub(crate) fn docs(arguments: &Arguments) -> Result<(), Failure> {
    let mut command = run::cargo();
    command.args(["test", "--quiet", "--package", "limbeck-tests", "--test", "pages"]);
    if !arguments.check {
        command.env("LIMBECK_WRITE_PAGES", "1");
    }
    run::check(&mut command)
}
