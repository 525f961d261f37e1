//! Which PostgreSQL it is: the one connected to, or one that is named for offline SQL.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ServerInfo, Version};

use crate::dialect::NAME;

/// The flavours: PostgreSQL, and databases that speak its language.
pub(crate) const FLAVOURS: &[&str] = &[NAME, "cockroachdb", "yugabytedb"];

/// The oldest PostgreSQL that SQL is made for: the first with generated columns, and with `ALTER TYPE … ADD VALUE` in
/// a transaction (postgresql.org/docs/release/12.0).
const OLDEST: Version = Version::new(12, 0, 0);

/// The version that is meant when none is given.
const USUAL: Version = Version::new(15, 0, 0);

/// The first PostgreSQL with `NULLS NOT DISTINCT` and `SET ACCESS METHOD` (postgresql.org/docs/release/15.0).
pub(crate) const NULLS_NOT_DISTINCT: Version = Version::new(15, 0, 0);

/// The first PostgreSQL in which a column says how it is compressed (postgresql.org/docs/release/14.0).
pub(crate) const COMPRESSION: Version = Version::new(14, 0, 0);

/// The first PostgreSQL with virtual generated columns (postgresql.org/docs/release/18.0).
pub(crate) const VIRTUAL: Version = Version::new(18, 0, 0);

/// Describes the server by what it says of itself: `version()` and the number of `server_version_num`.
pub(crate) fn found(version: &str, number: &str) -> ServerInfo {
    let number: u32 = number.parse().unwrap_or_default();
    let part = |part: u32| u16::try_from(part).unwrap_or_default();
    // From 10 on there are two numbers, as 150004 for 15.4 (postgresql.org/docs, PQserverVersion).
    let version_of = Version::new(part(number / 10_000), part(number % 10_000), 0);
    let flavour = match version {
        text if text.starts_with("CockroachDB") => "cockroachdb",
        text if text.contains("-YB-") => "yugabytedb",
        _ => NAME,
    };
    info(flavour, version_of)
}

/// Describes a server of the flavour and version given.
pub(crate) fn named(flavour: &str, version: Option<&str>) -> Result<ServerInfo, Diagnostic> {
    let flavour = FLAVOURS.iter().copied().find(|known| *known == flavour).unwrap_or(NAME);
    let Some(text) = version else {
        return Ok(info(flavour, USUAL));
    };
    let Some(version) = Version::parse(text) else {
        return Err(Diagnostic::new(Code::Usage, format!("`{text}` is no version of PostgreSQL"))
            .hint(format!("give its number, as in `{flavour}:{}`", USUAL.major)));
    };
    // The others count in their own way, and speak the language of 12 at least.
    match (flavour == NAME, version < OLDEST) {
        (true, true) => {
            let message = format!(
                "PostgreSQL {version} is older than {}, the oldest that SQL is made for",
                OLDEST.major
            );
            Err(Diagnostic::new(Code::Unsupported, message))
        }
        (true, false) => Ok(info(flavour, version)),
        (false, _) => Ok(info(flavour, USUAL)),
    }
}

fn info(flavour: &'static str, version: Version) -> ServerInfo {
    // A text with a backslash is written so that its meaning does not hang on `standard_conforming_strings`.
    ServerInfo::new(NAME, flavour, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_by_its_version_string() {
        let plain = found("PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu", "150018");
        assert_eq!((plain.flavour, plain.version), ("postgres", Version::new(15, 18, 0)));
        assert_eq!(found("CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu)", "130000").flavour, "cockroachdb");
        assert_eq!(found("PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64", "110002").flavour, "yugabytedb");
        let newer =
            found("PostgreSQL 15.2-YB-2.25.0.0-b489 on x86_64-pc-linux-gnu, compiled by clang", "150002");
        assert_eq!((newer.flavour, newer.version), ("yugabytedb", Version::new(15, 2, 0)));
        let cockroach = found("CockroachDB CCL v24.3.1 (x86_64-pc-linux-gnu, built 2024/12/10)", "130000");
        assert_eq!((cockroach.flavour, cockroach.version), ("cockroachdb", Version::new(13, 0, 0)));
        // A release candidate, and builds for other machines.
        for (text, number, version) in [
            ("PostgreSQL 18rc1 on x86_64-pc-linux-gnu, compiled by gcc", "180000", Version::new(18, 0, 0)),
            ("PostgreSQL 16.4 on aarch64-unknown-linux-gnu", "160004", Version::new(16, 4, 0)),
            (
                "PostgreSQL 12.22, compiled by Visual C++ build 1914, 64-bit",
                "120022",
                Version::new(12, 22, 0),
            ),
        ] {
            let server = found(text, number);
            assert_eq!((server.flavour, server.version), ("postgres", version), "{text}");
        }
    }

    #[test]
    fn what_a_server_can_do_hangs_on_its_version() {
        let can = |version: &str| {
            let version = named("postgres", Some(version)).unwrap().version;
            [COMPRESSION, NULLS_NOT_DISTINCT, VIRTUAL].iter().filter(|since| version >= **since).count()
        };
        assert_eq!(["12", "13.4", "14", "15.2", "17", "18"].map(can), [0, 0, 1, 2, 2, 3]);
    }

    #[test]
    fn a_version_is_read_and_one_that_is_none_or_too_old_is_refused() {
        assert_eq!(named("postgres", Some("16")).unwrap().version, Version::new(16, 0, 0));
        assert_eq!(named("postgres", None).unwrap().version, USUAL);
        assert_eq!(named("postgres", Some("new")).unwrap_err().code, Code::Usage);
        assert_eq!(named("postgres", Some("9.6")).unwrap_err().code, Code::Unsupported);
    }
}
