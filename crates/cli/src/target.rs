//! Reads targets and ranges as they stand on the command line.

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::graph::{Range, Target};

/// Reads a target.
pub(crate) fn target(text: &str) -> Result<Target, Diagnostic> {
    Ok(text.parse::<Target>()?)
}

/// Reads several targets; all that cannot be read are not told, the first is.
pub(crate) fn targets(texts: &[String]) -> Result<Vec<Target>, Diagnostic> {
    texts.iter().map(|text| target(text)).collect()
}

/// Reads `TO` or `FROM:TO`, for a script.
pub(crate) fn script_range(text: &str) -> Result<(Option<Target>, Target), Diagnostic> {
    if !text.contains(':') {
        return Ok((None, target(text)?));
    }
    let Range { from, to } = text.parse()?;
    let to = to.ok_or_else(|| {
        Diagnostic::new(Code::BadTarget, format!("`{text}` has no upper end")).hint("write `FROM:TO`")
    })?;
    Ok((from, to))
}
