//! How a list of paths in `alembic.ini` is set apart.

use limbeck_core::diagnostic::{Code, Diagnostic};

use super::ini::Ini;

/// Splits a list of paths as `path_separator` says, or its older names; without any, at spaces and commas, and with
/// `Legacy::Colon` also at colons.
///
/// # Errors
/// [`Code::ConfigInvalid`] for a separator that Alembic does not know.
pub(super) fn split(ini: &Ini, section: &str, text: &str, legacy: Legacy) -> Result<Vec<String>, Diagnostic> {
    let stated = match ini.get(section, "path_separator")? {
        Some(stated) => Some(stated),
        None if legacy == Legacy::Comma => ini.get(section, "version_path_separator")?,
        None => None,
    };
    let parts: Vec<&str> = match stated {
        None if legacy == Legacy::Colon => text.split([' ', ',', ':']).collect(),
        None => text.split([' ', ',', '\n']).collect(),
        Some((word, place)) => match word.as_str() {
            "space" => text.split(' ').collect(),
            "newline" => text.split('\n').collect(),
            "os" if cfg!(windows) => text.split(';').collect(),
            "os" | ":" => text.split(':').collect(),
            ";" => text.split(';').collect(),
            _ => {
                let message = format!("`{word}` is no separator of paths");
                return Err(Diagnostic::new(Code::ConfigInvalid, message)
                    .at(place)
                    .hint("write `os`, `space`, `newline`, `:` or `;`"));
            }
        },
    };
    Ok(parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

/// What sets paths apart where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    /// Spaces and commas.
    Comma,
    /// Spaces, commas and colons.
    Colon,
}
