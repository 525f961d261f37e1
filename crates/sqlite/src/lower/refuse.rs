//! What SQLite cannot do, said before anything runs.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::{Ident, TableName};

/// Refuses what SQLite cannot do.
pub(super) fn unsupported(what: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::Unsupported, what)
        .hint("limit the operation to other databases with `dialects = […]`, and give SQLite one of its own")
}

/// Passes a name on, unless it is in a schema.
///
/// # Errors
/// SQLite's schemas are attached databases, which a migration does not reach.
pub(super) fn named(name: &TableName) -> Result<&TableName, Diagnostic> {
    match &name.schema {
        Some(schema) => {
            Err(unsupported(format!("`{name}` is in a schema `{schema}`, and SQLite has no schemas")))
        }
        None => Ok(name),
    }
}

/// Passes a collation on, if SQLite has it by itself (sqlite.org/datatype3.html#collating_sequences).
///
/// # Errors
/// Another one, which only the program that brings it can use.
pub(super) fn collation(name: &Ident) -> Result<&Ident, Diagnostic> {
    const OWN: [&str; 3] = ["BINARY", "NOCASE", "RTRIM"];
    match OWN.iter().any(|own| own.eq_ignore_ascii_case(name.as_str())) {
        true => Ok(name),
        false => Err(unsupported(format!(
            "SQLite has no collation `{name}`, only {}",
            OWN.map(|own| format!("`{own}`")).join(", ")
        ))),
    }
}
