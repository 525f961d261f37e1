//! Which names PostgreSQL keeps as they are.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::op::Operation;

/// How many bytes of a name are kept (`NAMEDATALEN` in PostgreSQL's `pg_config_manual.h`, less its end).
const LONGEST: usize = 63;

/// Refuses names that the server would cut off without an error, so that it had others than the history, or two of one name.
///
/// # Errors
/// The first of them.
pub(super) fn check(operation: &Operation) -> Result<(), Diagnostic> {
    let Some(name) = operation.given_names().into_iter().find(|name| name.as_str().len() > LONGEST) else {
        return Ok(());
    };
    let message = format!("the name `{name}` has {} bytes; PostgreSQL keeps {LONGEST}", name.as_str().len());
    let kept = &name.as_str()[..name.as_str().floor_char_boundary(LONGEST)];
    Err(Diagnostic::new(Code::Unsupported, message)
        .hint(format!("take a shorter name, or the `{kept}` that the server would make of it")))
}
