//! What a `sqlite:` URL says.

use std::path::PathBuf;

use limbeck_core::diagnostic::nearest;
use limbeck_core::dialect::{DatabaseError, DatabaseUrl};

/// The URL schemes of SQLite.
pub(crate) const SCHEMES: &[&str] = &["sqlite", "sqlite3"];

const FORMS: &str =
    "write `sqlite:path`, `sqlite:///path` (relative), `sqlite:////path` (absolute) or `sqlite::memory:`";
const PARAMETERS: [&str; 2] = ["foreign_keys", "mode"];

/// Where the database is and how it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) place: Place,
    pub(crate) foreign_keys: ForeignKeys,
    pub(crate) access: AccessMode,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File(PathBuf),
}

/// Whether foreign keys are enforced: yes unless the URL says otherwise, as in Django and sqlx.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ForeignKeys {
    On,
    Off,
}

/// What may be done to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccessMode {
    /// Reading, writing, and making it where the connect options allow.
    Any,
    /// Reading and writing.
    ReadWrite,
    /// Reading.
    ReadOnly,
}

/// Reads a URL.
///
/// Three slashes lead to a relative path and four to an absolute one, as in SQLAlchemy; so does a path right behind
/// the colon. Percent escapes are decoded. Only a `?` that is not escaped begins parameters.
pub(crate) fn parse(url: &DatabaseUrl) -> Result<Location, DatabaseError> {
    let (path, query) = match url.rest().split_once('?') {
        Some((path, query)) => (path, query),
        None => (url.rest(), ""),
    };
    let path = match path.strip_prefix("//") {
        None => decode(path)?,
        Some("") => String::new(),
        Some(rest) => match rest.strip_prefix('/') {
            Some(path) => decode(path)?,
            // What is given may hold a password, so it is not shown.
            None if rest.split('/').next().is_some_and(|host| host.contains('@')) => {
                return Err(bad("a SQLite URL names no user and no host".to_owned()));
            }
            // Two slashes would make the first part a host; sqlx takes it as a path, and nothing else makes sense.
            None => decode(rest)?,
        },
    };
    let place = match path.as_str() {
        "" if !url.rest().starts_with("//") => {
            return Err(bad("the URL names no database".to_owned()));
        }
        "" | ":memory:" => Place::Memory,
        path if path.contains('\0') => return Err(bad("a path must not hold a NUL character".to_owned())),
        path => Place::File(PathBuf::from(path)),
    };
    let mut location = Location { place, foreign_keys: ForeignKeys::On, access: AccessMode::Any };
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        set(&mut location, &decode(key)?, &decode(value)?)?;
    }
    Ok(location)
}

fn set(location: &mut Location, key: &str, value: &str) -> Result<(), DatabaseError> {
    let wrong = |takes: &str| {
        Err(DatabaseError::BadUrl {
            reason: format!("`{value}` is no value of the parameter `{key}` of a SQLite URL"),
            hint: format!("it takes {takes}"),
        })
    };
    match key {
        "foreign_keys" => match value {
            "on" | "true" | "1" => location.foreign_keys = ForeignKeys::On,
            "off" | "false" | "0" => location.foreign_keys = ForeignKeys::Off,
            _ => return wrong("`on` and `off`"),
        },
        "mode" => match value {
            "ro" => location.access = AccessMode::ReadOnly,
            "rw" => location.access = AccessMode::ReadWrite,
            "rwc" => location.access = AccessMode::Any,
            "memory" => location.place = Place::Memory,
            _ => return wrong("`ro`, `rw`, `rwc` and `memory`"),
        },
        _ => {
            let hint = match nearest(key, PARAMETERS) {
                Some(near) => format!("a parameter with a similar name exists: `{near}`"),
                None => format!("the parameters are `{}`", PARAMETERS.join("` and `")),
            };
            let reason = format!("a SQLite URL has no parameter `{key}`");
            return Err(DatabaseError::BadUrl { reason, hint });
        }
    }
    Ok(())
}

fn decode(text: &str) -> Result<String, DatabaseError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or_else(|| bad(format!("`{text}` holds a `%` that two hexadecimal digits do not follow")))?;
        bytes.push(byte);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| bad(format!("`{text}` does not decode to UTF-8")))
}

fn bad(reason: String) -> DatabaseError {
    DatabaseError::BadUrl { reason, hint: FORMS.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(url: &str) -> Result<Location, DatabaseError> {
        parse(&DatabaseUrl::parse(url).unwrap())
    }

    fn path(url: &str) -> String {
        match location(url).unwrap().place {
            Place::File(path) => path.to_str().unwrap().to_owned(),
            Place::Memory => ":memory:".to_owned(),
        }
    }

    #[test]
    fn three_slashes_are_relative_and_four_absolute() {
        assert_eq!(path("sqlite:a/b.db"), "a/b.db");
        assert_eq!(path("sqlite:/a/b.db"), "/a/b.db");
        assert_eq!(path("sqlite:///a/b.db"), "a/b.db");
        assert_eq!(path("sqlite:////a/b.db"), "/a/b.db");
        assert_eq!(path("sqlite+pysqlite:///a.db"), "a.db");
    }

    #[test]
    fn memory_is_named_or_left_out() {
        assert_eq!(path("sqlite::memory:"), ":memory:");
        assert_eq!(path("sqlite:///:memory:"), ":memory:");
        assert_eq!(path("sqlite://"), ":memory:");
        assert!(location("sqlite:").is_err());
    }

    #[test]
    fn a_user_and_a_password_are_refused_and_not_shown() {
        let Err(DatabaseError::BadUrl { reason, hint }) = location("sqlite://me:secret@host/shop.db") else {
            panic!("a user was taken as a path");
        };
        assert!(!reason.contains("secret") && !hint.contains("secret"));
        assert_eq!(path("sqlite:a@b.db"), "a@b.db");
    }

    #[test]
    fn parameters_and_escapes_are_read_and_strangers_refused() {
        let found = location("sqlite:we%3Fird%20name.db?foreign_keys=off&mode=ro").unwrap();
        assert_eq!(found.place, Place::File(PathBuf::from("we?ird name.db")));
        assert_eq!((found.foreign_keys, found.access), (ForeignKeys::Off, AccessMode::ReadOnly));
        let Err(DatabaseError::BadUrl { reason, hint }) = location("sqlite:a.db?foreign_key=off") else {
            panic!("an unknown parameter was taken");
        };
        assert_eq!(reason, "a SQLite URL has no parameter `foreign_key`");
        assert_eq!(hint, "a parameter with a similar name exists: `foreign_keys`");
        assert!(location("sqlite:a%2").is_err());
        assert!(location("sqlite:a?mode=x").is_err());
    }
}
