//! `cargo xtask with COMMAND…`: runs a command beside the servers that tests need.

use std::process::Command;

use crate::Failure;
use crate::python;
use crate::run;
use crate::servers::{Servers, Which};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Start a PgBouncer in transaction mode and a Galera cluster besides
    #[arg(long)]
    all: bool,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Starts the servers, runs the command in the workspace, and stops them again.
pub(crate) fn with(arguments: &Arguments) -> Result<(), Failure> {
    let [program, rest @ ..] = &*arguments.command else { return Err("there is no command to run".into()) };
    let servers = Servers::start(if arguments.all { Which::All } else { Which::Plain });
    let status = Command::new(program)
        .args(rest)
        .envs(servers.variables())
        .envs(python::variable())
        .current_dir(run::root())
        .status();
    drop(servers);
    match status.map_err(|error| format!("`{program}`: {error}"))? {
        status if status.success() => Ok(()),
        status => Err(format!("`{program}` ended with {status}").into()),
    }
}
