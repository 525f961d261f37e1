//! What PostgreSQL cannot do, said before anything runs.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ServerInfo, Version};

/// Refuses what PostgreSQL cannot do.
pub(super) fn unsupported(what: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Unsupported, what).hint(
        "limit the operation to other databases with `dialects = […]`, and give PostgreSQL one of its own",
    )
}

/// Refuses what only a later version can do.
pub(super) fn needs(
    server: &ServerInfo,
    since: Version,
    what: impl FnOnce() -> String,
) -> Result<(), Diagnostic> {
    match server.version < since {
        true => Err(unsupported(format!(
            "PostgreSQL {} has no {}, which came with {}",
            server.version.major,
            what(),
            since.major
        ))),
        false => Ok(()),
    }
}
