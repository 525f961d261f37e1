//! Measures one program as a child of a process of its own, so that the peak of its memory is its alone.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};

use crate::{Failure, run};

/// What a program took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// From start to end.
    pub(crate) wall: Duration,
    /// The most memory that it held at any time, in KiB: its maximum resident set.
    pub(crate) peak: i64,
    /// What it said on standard output.
    pub(crate) said: String,
}

impl Measured {
    /// Returns the peak of memory in MB.
    pub(crate) fn megabytes(&self) -> f64 {
        self.peak as f64 * 1024.0 / 1e6
    }
}

/// Runs a command below the hidden subcommand `measure` of this program.
///
/// # Errors
/// When the command cannot be started or fails, with what it said.
pub(crate) fn measure(command: &Command) -> Result<Measured, Failure> {
    let mut outer = Command::new(std::env::current_exe()?);
    outer.arg("measure").arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    if let Some(directory) = command.get_current_dir() {
        outer.current_dir(directory);
    }
    let output = outer.output().map_err(|error| format!("{}: {error}", run::shown(&outer)))?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout)?),
        false => {
            Err(format!("{} failed:\n{}", run::shown(command), String::from_utf8_lossy(&output.stderr))
                .into())
        }
    }
}

/// Runs a program, and prints what it took.
pub(crate) fn measure_here(program: &[std::ffi::OsString]) -> Result<(), Failure> {
    let (name, arguments) = program.split_first().ok_or("no program was given")?;
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
    let start = Instant::now();
    let output = command.output().map_err(|error| format!("{}: {error}", run::shown(&command)))?;
    let wall = start.elapsed();
    if !output.status.success() {
        return Err(format!("{} ended with {}", run::shown(&command), output.status).into());
    }
    // It is the only child that was waited for, so the peak of all children is its own.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("{}", serde_json::to_string(&Measured { wall, peak, said })?);
    Ok(())
}
