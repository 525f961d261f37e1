//! Which SQLite it is: the linked one, or one that is named for offline SQL.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ServerInfo, Version};

use crate::dialect::NAME;

/// The oldest SQLite that SQL is made for: the first with `ALTER TABLE … DROP COLUMN` (sqlite.org/changes.html, 3.35).
const OLDEST: Version = Version::new(3, 35, 0);

/// The first SQLite with `ALTER COLUMN … SET NOT NULL` and `ADD CONSTRAINT` (sqlite.org/changes.html, 3.53).
pub(crate) const ALTERS_RULES: Version = Version::new(3, 53, 0);

/// Describes the SQLite that this build links.
pub(crate) fn linked() -> ServerInfo {
    let number = rusqlite::version_number();
    let part = |unit: i32| u16::try_from(number / unit % 1000).unwrap_or_default();
    info(Version::new(part(1_000_000), part(1000), part(1)))
}

/// Describes the SQLite of the version given; the linked one when none is.
pub(crate) fn named(version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
    let Some(text) = version else {
        return Ok(linked());
    };
    let hint = format!("give three numbers, such as `sqlite:{}`", linked().version);
    let Some(version) = Version::parse(text) else {
        return Err(Diagnostic::new(Code::Usage, format!("`{text}` is no version of SQLite")).hint(hint));
    };
    match version < OLDEST {
        true => {
            let message = format!("SQLite {version} is older than {OLDEST}, the oldest that SQL is made for");
            Err(Diagnostic::new(Code::Unsupported, message))
        }
        false => Ok(info(version)),
    }
}

fn info(version: Version) -> ServerInfo {
    ServerInfo::new(NAME, NAME, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_and_one_that_is_none_or_too_old_is_refused() {
        assert_eq!(named(Some("3.45")).unwrap().version, Version::new(3, 45, 0));
        assert_eq!(named(Some("new")).unwrap_err().code, Code::Usage);
        assert_eq!(named(Some("3.8")).unwrap_err().code, Code::Unsupported);
        assert!(named(None).unwrap().version >= ALTERS_RULES);
    }
}
