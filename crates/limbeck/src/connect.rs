//! The back ends of this build, and how a URL finds its own.

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ConnectOptions, Connection, DatabaseUrl, Dialect, ServerInfo};

/// Every back end of this build, a line each.
pub static DIALECTS: &[&dyn Dialect] = &[
    #[cfg(feature = "sqlite")]
    &limbeck_sqlite::SQLITE,
    #[cfg(feature = "postgres")]
    &limbeck_postgres::POSTGRES,
    #[cfg(feature = "mysql")]
    &limbeck_mysql::MYSQL,
];

/// Returns the back end of a URL's scheme.
///
/// # Errors
/// [`Code::BadUrl`] when no back end of this build takes it.
pub fn dialect_of(url: &DatabaseUrl) -> Result<&'static dyn Dialect, Diagnostic> {
    let scheme = url.scheme();
    let takes =
        |dialect: &&&dyn Dialect| dialect.url_schemes().iter().any(|one| one.eq_ignore_ascii_case(scheme));
    DIALECTS.iter().find(takes).copied().ok_or_else(|| {
        let schemes: Vec<&str> = DIALECTS.iter().flat_map(|dialect| dialect.url_schemes()).copied().collect();
        let fault =
            Diagnostic::new(Code::BadUrl, format!("no back end of this build takes `{scheme}:` URLs"));
        let known = schemes.iter().map(|scheme| format!("`{scheme}:`")).collect::<Vec<_>>().join(", ");
        match schemes.is_empty() {
            true => fault.hint("this build has no back end; enable a feature such as `sqlite`"),
            false => fault
                .similar(scheme, "a scheme", schemes.iter().copied())
                .or_hint(format!("it takes {known}")),
        }
    })
}

trait OrHint {
    fn or_hint(self, hint: String) -> Self;
}

impl OrHint for Diagnostic {
    fn or_hint(mut self, hint: String) -> Self {
        self.hint.get_or_insert(hint);
        self
    }
}

/// Returns the back end with a flavour of that name, as `--server` says it.
pub fn dialect_named(name: &str) -> Option<&'static dyn Dialect> {
    DIALECTS.iter().find(|dialect| dialect.flavours().contains(&name)).copied()
}

/// Returns the back end and the server that `DIALECT[:VERSION]` describes, for SQL without a database.
///
/// # Errors
/// [`Code::Usage`] when this build has no such back end, or when the version cannot be read or is too old.
pub fn server(text: &str) -> Result<(&'static dyn Dialect, ServerInfo), Diagnostic> {
    let (name, version) = match text.split_once(':') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let dialect = dialect_named(name).ok_or_else(|| {
        let names: Vec<&str> = DIALECTS.iter().flat_map(|dialect| dialect.flavours()).copied().collect();
        let known = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Diagnostic::new(Code::Usage, format!("this build has no back end `{name}`"))
            .similar(name, "a back end", names.iter().copied())
            .or_hint(format!("it has {known}"))
    })?;
    Ok((dialect, dialect.server(name, version)?))
}

/// Opens a connection. A database file that is not there is made.
///
/// ```
/// # #[cfg(feature = "sqlite")] {
/// let mut connection = limbeck::connect("sqlite::memory:")?;
/// connection.execute("CREATE TABLE t (a INTEGER)")?;
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Code::BadUrl`], [`Code::CannotConnect`] and [`Code::NotADatabase`]. The password is never part of the message.
pub fn connect(url: &str) -> Result<Box<dyn Connection>, Diagnostic> {
    connect_with(url, &ConnectOptions::default())
}

/// Opens a connection, as [`connect()`] does, with options.
///
/// # Errors
/// As [`connect()`].
pub fn connect_with(url: &str, options: &ConnectOptions) -> Result<Box<dyn Connection>, Diagnostic> {
    let url = DatabaseUrl::parse(url).ok_or_else(|| {
        // What is given may hold a password, so it is not shown.
        Diagnostic::new(Code::BadUrl, "a database URL starts with a scheme and a colon")
            .hint("write it as `sqlite:shop.db`")
    })?;
    Ok(dialect_of(&url)?.connect(&url, options)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_scheme_is_refused_without_being_shown() {
        let Err(fault) = connect("s3cret") else { panic!("not a URL") };
        assert_eq!(fault.code, Code::BadUrl);
        assert!(!fault.to_string().contains("s3cret"));
    }

    #[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql"))]
    #[test]
    fn a_server_is_named_by_its_flavour_and_version() {
        for (text, dialect, flavour, version) in [
            ("sqlite", "sqlite", "sqlite", None),
            ("postgres:16", "postgres", "postgres", Some("16.0.0")),
            ("yugabytedb", "postgres", "yugabytedb", None),
            ("cockroachdb", "postgres", "cockroachdb", None),
            ("mysql:8.4", "mysql", "mysql", Some("8.4.0")),
            ("mariadb:10.11", "mysql", "mariadb", Some("10.11.0")),
            ("tidb", "mysql", "tidb", None),
        ] {
            let (found, info) = server(text).unwrap();
            assert_eq!((found.name(), info.flavour), (dialect, flavour), "{text}");
            assert!(version.is_none_or(|version| info.version.to_string() == version), "{text}");
        }
    }

    #[test]
    fn an_unknown_scheme_and_an_unknown_server_say_what_there_is() {
        let Err(fault) = connect("oracle://host/db") else { panic!("no such back end") };
        assert!(fault.message.contains("`oracle:`") && fault.hint.is_some(), "{fault}");
        let Err(fault) = server("oracle:19") else { panic!("no such back end") };
        assert_eq!(fault.code, Code::Usage);
    }
}
