//! Which server it is: the one at the other end, or one that is named for offline SQL.

use std::collections::BTreeMap;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Backslash, ServerInfo, Version};

use crate::dialect::NAME;

/// The name of the flavour that is MariaDB.
pub(crate) const MARIADB: &str = "mariadb";
/// The name of the flavour that is TiDB.
const TIDB: &str = "tidb";

/// The names of the flavours.
pub(crate) const FLAVOURS: &[&str] = &[NAME, MARIADB, TIDB];

/// Something that only some servers can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    /// CHECK constraints that are enforced.
    Checks,
    /// Expressions as defaults.
    DefaultExpressions,
    /// Indexes of expressions.
    ExpressionIndexes,
    /// `IF EXISTS` and `IF NOT EXISTS` for columns and indexes, and `IF NOT EXISTS` for views.
    Leniency,
    /// `RENAME COLUMN` and `RENAME INDEX`.
    Renaming,
    /// Sequences.
    Sequences,
    /// The type UUID.
    Uuid,
}

/// Says whether a server can do something.
///
/// The versions are those of dev.mysql.com/doc/refman/8.4 and mariadb.com/kb: "What Is New", `CREATE TABLE`.
pub(crate) fn has(server: &ServerInfo, feature: Feature) -> bool {
    let since = |major, minor, patch| Some(Version::new(major, minor, patch));
    let (mysql, mariadb) = match feature {
        Feature::Checks => (since(8, 0, 16), since(10, 2, 1)),
        Feature::DefaultExpressions => (since(8, 0, 13), since(10, 2, 1)),
        Feature::ExpressionIndexes => (since(8, 0, 13), None),
        Feature::Leniency => (None, since(10, 1, 4)),
        Feature::Renaming => (since(8, 0, 0), since(10, 5, 2)),
        Feature::Sequences => (None, since(10, 3, 0)),
        Feature::Uuid => (None, since(10, 7, 0)),
    };
    let since = if is_mariadb(server) { mariadb } else { mysql };
    since.is_some_and(|since| server.version >= since)
}

/// Says whether it is MariaDB.
pub(crate) fn is_mariadb(server: &ServerInfo) -> bool {
    server.flavour == MARIADB
}

/// Returns what the server is called in messages.
pub(crate) fn title(server: &ServerInfo) -> &'static str {
    match server.flavour {
        MARIADB => "MariaDB",
        TIDB => "TiDB",
        _ => "MySQL",
    }
}

/// Describes the server that gives itself this version, such as `8.4.0`, `10.11.14-MariaDB` or `8.0.11-TiDB-v7.5.1`.
pub(crate) fn of_version(text: &str, backslash: Backslash) -> ServerInfo {
    // MariaDB puts 5.5.5 before its own version, for replicas that know no better.
    let own = text.strip_prefix("5.5.5-").unwrap_or(text);
    let flavour = match own {
        own if own.contains("MariaDB") => MARIADB,
        own if own.contains("TiDB") => TIDB,
        _ => NAME,
    };
    let number = own.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    let number = number.trim_end_matches('.').splitn(4, '.').take(3).collect::<Vec<_>>().join(".");
    let version = Version::parse(&number).unwrap_or(newest(flavour));
    ServerInfo { dialect: NAME, flavour, version, backslash, options: BTreeMap::new() }
}

/// Describes a server for offline SQL: of the version given, or the one this build knows best. A backslash escapes, as
/// it does unless a server is told otherwise.
///
/// # Errors
/// A version that cannot be read, or is older than MySQL 5.7 or MariaDB 10.2.
pub(crate) fn named(flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
    let flavour = FLAVOURS.iter().copied().find(|name| *name == flavour).unwrap_or(NAME);
    let mut info = ServerInfo {
        dialect: NAME,
        flavour,
        version: newest(flavour),
        backslash: Backslash::Escapes,
        options: BTreeMap::new(),
    };
    if let Some(text) = version {
        let title = title(&info);
        info.version = Version::parse(text).ok_or_else(|| {
            Diagnostic::new(Code::Usage, format!("`{text}` is no version of {title}"))
                .hint(format!("give up to three numbers, such as `{flavour}:{}`", newest(flavour)))
        })?;
        let oldest = if is_mariadb(&info) { Version::new(10, 2, 1) } else { Version::new(5, 7, 0) };
        if info.version < oldest {
            let message =
                format!("{title} {} is older than {oldest}, the oldest that SQL is made for", info.version);
            return Err(Diagnostic::new(Code::Unsupported, message));
        }
    }
    Ok(info)
}

fn newest(flavour: &str) -> Version {
    match flavour {
        MARIADB => Version::new(10, 11, 0),
        TIDB => Version::new(8, 0, 11),
        _ => Version::new(8, 4, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flavour_is_told_by_the_version_string() {
        let of = |text: &str| {
            let info = of_version(text, Backslash::Escapes);
            (info.flavour, info.version.to_string())
        };
        assert_eq!(of("8.4.3"), ("mysql", "8.4.3".to_owned()));
        assert_eq!(of("8.0.36-0ubuntu0.22.04.1"), ("mysql", "8.0.36".to_owned()));
        assert_eq!(of("5.5.5-10.11.14-MariaDB-0+deb12u2"), ("mariadb", "10.11.14".to_owned()));
        assert_eq!(of("8.0.11-TiDB-v7.5.1"), ("tidb", "8.0.11".to_owned()));
        // As Percona, Amazon, Debian and the containers of both have it.
        assert_eq!(of("8.0.36-28"), ("mysql", "8.0.36".to_owned()));
        assert_eq!(of("8.0.mysql_aurora.3.04.0"), ("mysql", "8.0.0".to_owned()));
        assert_eq!(of("5.7.44-log"), ("mysql", "5.7.44".to_owned()));
        assert_eq!(of("9.1.0"), ("mysql", "9.1.0".to_owned()));
        assert_eq!(of("11.4.2-MariaDB-ubu2404-log"), ("mariadb", "11.4.2".to_owned()));
        assert_eq!(of("10.6.18-MariaDB-1:10.6.18+maria~ubu2004"), ("mariadb", "10.6.18".to_owned()));
        assert_eq!(of("5.7.25-TiDB-v6.5.0"), ("tidb", "5.7.25".to_owned()));
    }

    #[test]
    fn what_a_server_can_do_hangs_on_its_version() {
        use Feature::{Checks, DefaultExpressions, ExpressionIndexes, Leniency, Renaming, Sequences, Uuid};
        let can = |version: &str| {
            let server = of_version(version, Backslash::Escapes);
            let all = [Checks, DefaultExpressions, ExpressionIndexes, Leniency, Renaming, Sequences, Uuid];
            all.into_iter().filter(|feature| has(&server, *feature)).collect::<Vec<_>>()
        };
        assert_eq!(can("5.7.44-log"), []);
        assert_eq!(can("8.0.12"), [Renaming]);
        assert_eq!(can("8.0.13"), [DefaultExpressions, ExpressionIndexes, Renaming]);
        assert_eq!(can("8.4.3"), [Checks, DefaultExpressions, ExpressionIndexes, Renaming]);
        assert_eq!(can("10.3.39-MariaDB"), [Checks, DefaultExpressions, Leniency, Sequences]);
        assert_eq!(can("10.6.18-MariaDB"), [Checks, DefaultExpressions, Leniency, Renaming, Sequences]);
        assert_eq!(
            can("5.5.5-10.11.14-MariaDB-0+deb12u2"),
            [Checks, DefaultExpressions, Leniency, Renaming, Sequences, Uuid]
        );
    }

    #[test]
    fn versions_are_read_and_old_ones_refused() {
        assert_eq!(named("mariadb", Some("10.11")).unwrap().version, Version::new(10, 11, 0));
        assert_eq!(named("mysql", Some("x")).unwrap_err().code, Code::Usage);
        assert_eq!(named("mysql", Some("5.6")).unwrap_err().code, Code::Unsupported);
    }
}
