//! Ctrl-C: the revision at hand is rolled back, and the command ends as failed.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::migrator::Cancel;

use crate::context::Context;
use crate::failure::Failure;

/// Lets Ctrl-C and termination break a run off.
pub(crate) fn listen(context: &Context, cancel: Cancel) -> Result<(), Failure> {
    let quiet = context.global.quiet || context.global.json;
    ctrlc::set_handler(move || {
        if !quiet && !cancel.is_cancelled() {
            // Nothing is left to be told if this fails.
            let _ = std::io::Write::write_all(&mut anstream::stderr(), b"\ninterrupted; rolling back\n");
        }
        cancel.cancel();
    })
    .map_err(|error| Diagnostic::new(Code::Interrupted, format!("cannot listen for Ctrl-C: {error}")).into())
}
