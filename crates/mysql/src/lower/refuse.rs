//! What MySQL and MariaDB cannot do, said before anything runs.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;

/// Refuses what the server cannot do.
pub(super) fn unsupported(what: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Unsupported, what)
        .hint("limit the operation to other databases with `dialects = […]`, and give this one its own")
}

/// Returns how a message goes on with the name of what it is about, if it has one.
pub(super) fn such_as(name: Option<&Ident>) -> String {
    name.map(|name| format!(", such as `{name}`")).unwrap_or_default()
}
