//! Ctrl-C: the revision at hand is rolled back, and the command ends as failed.

use std::sync::{Mutex, PoisonError};

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::migrator::Cancel;

use crate::context::Context;
use crate::failure::Failure;

/// The run that is broken off. There is one handler for the whole process, and with `--all` one run after the other.
static RUN: Mutex<Option<Cancel>> = Mutex::new(None);

/// Lets Ctrl-C and termination break a run off.
pub(crate) fn listen(context: &Context, cancel: Cancel) -> Result<(), Failure> {
    let quiet = context.global.quiet || context.global.json;
    let mut run = RUN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(last) = run.replace(cancel.clone()) {
        // It came between two projects.
        if last.is_cancelled() {
            cancel.cancel();
        }
        return Ok(());
    }
    drop(run);
    ctrlc::set_handler(move || {
        let run = RUN.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(cancel) = run else { return };
        if !quiet && !cancel.is_cancelled() {
            // Nothing is left to be told if this fails.
            let _ = std::io::Write::write_all(&mut anstream::stderr(), b"\ninterrupted; rolling back\n");
        }
        cancel.cancel();
    })
    .map_err(|error| Diagnostic::new(Code::Interrupted, format!("cannot listen for Ctrl-C: {error}")).into())
}
