//! The SQL format: sections of the author's SQL, each of which becomes one `execute`.

/// What opens a section, at the start of a line.
pub(super) const MARK: &str = "-- limbeck:";
