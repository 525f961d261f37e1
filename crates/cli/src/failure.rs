//! How a command ends.

use std::io;

use limbeck::core::diagnostic::{Code, Diagnostic, Diagnostics};

use crate::context::Context;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Something a person can act on.
    Faults(Diagnostics),
    /// What was looked for was found, and is printed.
    Found,
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<Diagnostics> for Failure {
    fn from(faults: Diagnostics) -> Self {
        Self::Faults(faults)
    }
}

impl From<Diagnostic> for Failure {
    fn from(fault: Diagnostic) -> Self {
        Self::Faults(fault.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Reports what is to be reported and returns the exit status.
pub(crate) fn end(done: Result<(), Failure>, context: &Context) -> u8 {
    match done {
        Ok(()) => 0,
        Err(Failure::Faults(faults)) => {
            // What was printed before the fault is still wanted; a reader that is gone changes nothing.
            let _ = context.out.flush();
            context.report(&faults);
            faults.first().code.exit_status()
        }
        Err(Failure::Found) => Code::CheckFailed.exit_status(),
        // Whoever reads the output has seen enough, as `head` does.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(Failure::Output(error)) => {
            context.say(format_args!("error: cannot write to standard output: {error}"));
            1
        }
    }
}
