//! `cargo xtask diesel`: tests of Limbeck on Diesel's own connections to servers, which link their C libraries.

use std::process::{Command, Stdio};

use crate::Failure;
use crate::run;
use crate::servers::{self, Servers, Which};

/// The crate with the tests; it stands outside of the workspace.
const MANIFEST: &str = "crates/diesel/servers/Cargo.toml";

/// What is linked: a program that comes with it, and Debian's package.
const LIBRARIES: [(&str, &str); 2] = [("pg_config", "libpq-dev"), ("mariadb_config", "libmariadb-dev")];

/// Runs the tests beside servers of their own.
///
/// # Errors
/// When a library is missing and cannot be installed, or a test fails.
pub(crate) fn diesel() -> Result<(), Failure> {
    if let Some(package) = provide_libraries() {
        return Err(format!("the package `{package}` is missing, and cannot be installed from here").into());
    }
    let servers = Servers::start(Which::Plain);
    run::check(command().envs(servers.variables()))
}

/// Returns the command that runs the tests, for whoever has the servers; `None` when a library is missing, which is told.
pub(crate) fn tests() -> Option<Command> {
    match provide_libraries() {
        None => Some(command()),
        Some(package) => {
            eprintln!(
                "skipped: tests on Diesel's connections to servers need the package `{package}`, which cannot be installed from here"
            );
            None
        }
    }
}

fn command() -> Command {
    let mut command = run::cargo();
    // What is built for the workspace serves here too.
    command.args(["test", "--manifest-path", MANIFEST, "--target-dir"]).arg(run::target_dir());
    command.stdin(Stdio::null());
    command
}

/// Installs the libraries that are missing, where this may be done; returns the first that cannot be.
pub(crate) fn provide_libraries() -> Option<&'static str> {
    let missing =
        |(program, package): &(&str, &str)| run::find(program).is_none() && !servers::install(package);
    LIBRARIES.iter().find(|library| missing(library)).map(|(_, package)| *package)
}
