//! What a `postgres:` URL says, as users of libpq, SQLAlchemy and sqlx write it.

use std::path::PathBuf;
use std::time::Duration;

use limbeck_core::diagnostic::nearest;
use limbeck_core::dialect::{DatabaseError, DatabaseUrl};

use crate::tls::Files;

/// The URL schemes of PostgreSQL.
pub(crate) const SCHEMES: &[&str] = &["postgres", "postgresql", "cockroachdb", "yugabytedb"];

const FORMS: &str = "write `postgres://user:password@host:5432/database`";

/// The parameters, with the other spellings that drivers have for them.
const PARAMETERS: [(&str, &str); 19] = [
    ("host", "host"),
    ("port", "port"),
    ("user", "user"),
    ("password", "password"),
    ("dbname", "dbname"),
    ("passfile", "passfile"),
    ("connect_timeout", "connect_timeout"),
    ("application_name", "application_name"),
    ("options", "options"),
    ("sslmode", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("ssl", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("ssl-root-cert", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("ssl-cert", "sslcert"),
    ("sslkey", "sslkey"),
    ("ssl-key", "sslkey"),
    ("client_encoding", "client_encoding"),
];

/// The environment variables that stand in for parameters, as in libpq (postgresql.org/docs, Environment Variables).
const VARIABLES: [(&str, &str); 13] = [
    ("PGHOST", "host"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGDATABASE", "dbname"),
    ("PGPASSFILE", "passfile"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGAPPNAME", "application_name"),
    ("PGOPTIONS", "options"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
];

/// Where the database is, and how it is connected to. What the URL does not say is `None` or empty.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// Hosts or directories of sockets, each with its port, to be tried in order.
    pub(crate) hosts: Vec<(String, u16)>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) passfile: Option<PathBuf>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) application_name: Option<String>,
    pub(crate) options: Option<String>,
    /// `None` stands for `prefer`.
    pub(crate) ssl: Option<SslMode>,
    pub(crate) files: Files,
}

/// The values of `sslmode`, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

const MODES: [(&str, SslMode); 6] = [
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

/// Reads a URL. Percent escapes are decoded. Several hosts are set apart by commas; one that begins with a slash, or is
/// given as the parameter `host`, may be the directory of a socket.
///
/// # Errors
/// [`DatabaseError::BadUrl`], which never shows what may be a password.
pub(crate) fn parse(
    url: &DatabaseUrl,
    variable: fn(&str) -> Option<String>,
) -> Result<Location, DatabaseError> {
    let Some(rest) = url.rest().strip_prefix("//") else {
        return Err(bad("a PostgreSQL URL has two slashes behind the colon"));
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may hold a `/` that was not escaped, but then an `@` comes after it.
    let authority_end = match (rest.rfind('@'), rest.find('/')) {
        (Some(at), Some(slash)) if slash < at => rest[at..].find('/').map(|slash| at + slash),
        (_, slash) => slash,
    };
    let (authority, database) = match authority_end {
        Some(end) => (&rest[..end], &rest[end + 1..]),
        None => (rest, ""),
    };
    let (credentials, hosts) = match authority.rsplit_once('@') {
        Some((credentials, hosts)) => (Some(credentials), hosts),
        None => (None, authority),
    };
    let mut location = Location {
        hosts: Vec::new(),
        user: None,
        password: None,
        database: not_empty(decode(database)?),
        passfile: None,
        connect_timeout: None,
        application_name: None,
        options: None,
        ssl: None,
        files: Files::default(),
    };
    if let Some(credentials) = credentials {
        let (user, password) = match credentials.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (credentials, None),
        };
        location.user = not_empty(decode(user)?);
        location.password = password.map(decode).transpose()?;
    }
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',').filter(|host| !host.is_empty()) {
        let (name, port) = host_and_port(host)?;
        names.push(decode(name)?);
        ports.push(port);
    }
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let (key, value) = (decode(key)?, decode(value)?);
        match key.as_str() {
            "host" => names = value.split(',').map(str::to_owned).collect(),
            "port" => ports = value.split(',').map(|text| port(text).map(Some)).collect::<Result<_, _>>()?,
            _ => set(&mut location, &key, value)?,
        }
    }
    for (name, key) in VARIABLES {
        let unsaid = match key {
            "host" => names.is_empty(),
            "port" => ports.iter().all(Option::is_none),
            "user" => location.user.is_none(),
            "password" => location.password.is_none(),
            "dbname" => location.database.is_none(),
            "passfile" => location.passfile.is_none(),
            "connect_timeout" => location.connect_timeout.is_none(),
            "application_name" => location.application_name.is_none(),
            "options" => location.options.is_none(),
            "sslmode" => location.ssl.is_none(),
            "sslrootcert" => location.files.roots.is_none(),
            "sslcert" => location.files.certificate.is_none(),
            _ => location.files.key.is_none(),
        };
        let Some(value) = variable(name).filter(|value| unsaid && !value.is_empty()) else { continue };
        match key {
            "host" => names = value.split(',').map(str::to_owned).collect(),
            "port" => ports = value.split(',').map(|text| port(text).map(Some)).collect::<Result<_, _>>()?,
            key => set(&mut location, key, value)?,
        }
    }
    let usual = ports.first().copied().flatten();
    location.hosts = names
        .into_iter()
        .enumerate()
        .map(|(i, name)| (name, ports.get(i).copied().flatten().or(usual).unwrap_or(5432)))
        .collect();
    if location.hosts.is_empty() {
        location.hosts = vec![(String::new(), usual.unwrap_or(5432))];
    }
    // With a root at hand, libpq checks it (postgresql.org/docs, SSL Mode Descriptions).
    if location.ssl == Some(SslMode::Require) && location.files.roots.is_some() {
        location.ssl = Some(SslMode::VerifyCa);
    }
    Ok(location)
}

fn host_and_port(host: &str) -> Result<(&str, Option<u16>), DatabaseError> {
    // An address of IPv6 stands in brackets.
    if let Some((address, rest)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return match rest.strip_prefix(':') {
            Some(text) => Ok((address, Some(port(text)?))),
            None => Ok((address, None)),
        };
    }
    match host.split_once(':') {
        Some((name, "")) => Ok((name, None)),
        Some((name, text)) => Ok((name, Some(port(text)?))),
        None => Ok((host, None)),
    }
}

fn port(text: &str) -> Result<u16, DatabaseError> {
    // What stands there may be a part of a password that was not escaped, so it is not shown.
    text.parse().map_err(|_| bad("the port of a PostgreSQL URL must be a number up to 65535"))
}

fn set(location: &mut Location, key: &str, value: String) -> Result<(), DatabaseError> {
    let wrong = |takes: String| {
        Err(DatabaseError::BadUrl {
            reason: format!("`{value}` is no value of the parameter `{key}` of a PostgreSQL URL"),
            hint: format!("it takes {takes}"),
        })
    };
    let known = PARAMETERS.iter().find(|(name, _)| *name == key).map(|(_, known)| *known);
    match known {
        Some("user") => location.user = Some(value),
        Some("password") => location.password = Some(value),
        Some("dbname") => location.database = Some(value),
        Some("passfile") => location.passfile = Some(PathBuf::from(value)),
        Some("application_name") => location.application_name = Some(value),
        Some("options") => location.options = Some(value),
        Some("sslrootcert") => location.files.roots = Some(PathBuf::from(value)),
        Some("sslcert") => location.files.certificate = Some(PathBuf::from(value)),
        Some("sslkey") => location.files.key = Some(PathBuf::from(value)),
        Some("connect_timeout") => match value.parse() {
            // No limit, as in libpq.
            Ok(0) => location.connect_timeout = Some(Duration::MAX),
            Ok(seconds) => location.connect_timeout = Some(Duration::from_secs(seconds)),
            Err(_) => return wrong("a number of seconds".to_owned()),
        },
        Some("sslmode") => match MODES.iter().find(|(name, _)| *name == value) {
            Some((_, mode)) => location.ssl = Some(*mode),
            None => {
                return wrong(MODES.map(|(name, _)| format!("`{name}`")).join(", "));
            }
        },
        Some("client_encoding") => match value.to_lowercase().replace('-', "").as_str() {
            "utf8" | "auto" => {}
            _ => return wrong("`utf8`".to_owned()),
        },
        _ => {
            let names = PARAMETERS.map(|(_, known)| known);
            let hint = match nearest(key, names) {
                Some(near) => format!("a parameter with a similar name exists: `{near}`"),
                None => {
                    let mut names = names.to_vec();
                    names.dedup();
                    format!(
                        "the parameters are {}",
                        names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
                    )
                }
            };
            let reason = format!("a PostgreSQL URL has no parameter `{key}`");
            return Err(DatabaseError::BadUrl { reason, hint });
        }
    }
    Ok(())
}

fn not_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn decode(text: &str) -> Result<String, DatabaseError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| first == b'%' && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            // A lone percent sign is most likely a part of a password that was not escaped.
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| bad("a part of the URL does not decode to UTF-8"))
}

fn bad(reason: &str) -> DatabaseError {
    DatabaseError::BadUrl { reason: reason.to_owned(), hint: FORMS.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(url: &str) -> Location {
        parse(&DatabaseUrl::parse(url).unwrap(), |_| None).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn refused(url: &str) -> String {
        let Err(error) = parse(&DatabaseUrl::parse(url).unwrap(), |_| None) else {
            panic!("{url} was taken")
        };
        format!("{error:?}")
    }

    #[test]
    fn the_forms_of_libpq_sqlalchemy_and_sqlx_are_read() {
        let found = location("postgresql+psycopg2://me:s%40cret@db.example:6432/shop?sslmode=require");
        assert_eq!(found.hosts, [("db.example".to_owned(), 6432)]);
        assert_eq!((found.user.as_deref(), found.password.as_deref()), (Some("me"), Some("s@cret")));
        assert_eq!((found.database.as_deref(), found.ssl), (Some("shop"), Some(SslMode::Require)));
        assert_eq!(location("postgres://me:p@ss/w@host/db").password.as_deref(), Some("p@ss/w"));
        let found = location("postgres:///shop?host=/var/run/postgresql&port=5433&user=me&password=x");
        assert_eq!(found.hosts, [("/var/run/postgresql".to_owned(), 5433)]);
        assert_eq!(location("postgres://%2Ftmp/shop").hosts, [("/tmp".to_owned(), 5432)]);
        let found = location("postgres://[::1]:7,b/shop?ssl-mode=verify-full&ssl-root-cert=ca.pem");
        assert_eq!(found.hosts, [("::1".to_owned(), 7), ("b".to_owned(), 7)]);
        assert_eq!(location("postgres://h/d?sslmode=require&sslrootcert=x").ssl, Some(SslMode::VerifyCa));
    }

    #[test]
    fn the_environment_says_what_the_url_does_not() {
        let variable = |name: &str| match name {
            "PGHOST" => Some("db".to_owned()),
            "PGUSER" => Some("nobody".to_owned()),
            "PGPASSWORD" => Some("s3cret".to_owned()),
            "PGSSLMODE" => Some("verify-full".to_owned()),
            _ => None,
        };
        let found = parse(&DatabaseUrl::parse("postgres://me@/shop").unwrap(), variable)
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((found.hosts, found.user.as_deref()), (vec![("db".to_owned(), 5432)], Some("me")));
        assert_eq!((found.password.as_deref(), found.ssl), (Some("s3cret"), Some(SslMode::VerifyFull)));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in ["postgres:me:s3cret@h", "postgres://me:s3cret@h:port/db", "postgres://h/d?sslmod=x"] {
            assert!(!refused(url).contains("s3cret"), "{url}");
        }
        assert!(refused("postgres://h/d?sslmod=x").contains("`sslmode`"));
        assert!(refused("postgres://h/d?sslmode=x").contains("`verify-ca`"));
    }
}
