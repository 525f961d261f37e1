//! What a `mysql:` or `mariadb:` URL says.

use std::path::PathBuf;
use std::time::Duration;

use limbeck_core::diagnostic::nearest;
use limbeck_core::dialect::{DatabaseError, DatabaseUrl};

use crate::tls::{SslMode, Tls};

/// The URL schemes of MySQL and MariaDB.
pub(crate) const SCHEMES: &[&str] = &["mysql", "mariadb"];

const FORM: &str = "write `mysql://user:password@host:3306/database`, special characters as percent escapes";
/// The parameters, by MySQL's own names; PyMySQL's and libpq's spellings are taken too.
const PARAMETERS: [&str; 11] = [
    "ssl-mode",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "socket",
    "unix_socket",
    "connect_timeout",
    "read_timeout",
    "write_timeout",
    "charset",
    "sql_mode",
];

/// Where the database is and how it is reached. It holds the password, and is never printed.
#[derive(Clone)]
pub(crate) struct Location {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) socket: Option<String>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) tls: Tls,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) write_timeout: Option<Duration>,
    /// The `sql_mode` of the session, where the URL says one.
    pub(crate) sql_mode: Option<String>,
}

impl Location {
    /// Returns what the database is called in messages.
    pub(crate) fn name(&self) -> String {
        let database = self.database.as_deref().unwrap_or_default();
        match &self.socket {
            Some(socket) => format!("`{database}` at `{socket}`"),
            None => format!("`{database}` at `{}:{}`", self.host, self.port),
        }
    }
}

/// Reads a URL. A password may hold an `@` that is not escaped: the last one counts.
pub(crate) fn parse(url: &DatabaseUrl) -> Result<Location, DatabaseError> {
    let rest = url.rest().strip_prefix("//").ok_or_else(|| bad("two slashes follow the scheme"))?;
    let after = rest.rfind('@').map_or(0, |at| at + 1);
    let mark = rest[after..].find('?').map(|mark| after + mark);
    let (place, query) = mark.map_or((rest, ""), |mark| (&rest[..mark], &rest[mark + 1..]));
    let (who, place) = match place.rsplit_once('@') {
        Some((who, place)) => (Some(who), place),
        None => (None, place),
    };
    let (address, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, password) = match who.map(|who| who.split_once(':').unwrap_or((who, ""))) {
        Some((user, password)) => (some(user)?, some(password)?),
        None => (None, None),
    };
    let (host, port) = address_of(address)?;
    let mut location = Location {
        // A host that is a path is a socket, as libpq has it.
        socket: host.starts_with('/').then(|| host.clone()),
        host,
        port,
        user,
        password,
        database: some(database)?,
        tls: Tls::default(),
        connect_timeout: Duration::from_secs(10),
        read_timeout: None,
        write_timeout: None,
        sql_mode: None,
    };
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        set(&mut location, &decode(key)?, decode(value)?)?;
    }
    Ok(location)
}

fn address_of(address: &str) -> Result<(String, u16), DatabaseError> {
    // An IPv6 address stands in brackets, because it has colons of its own.
    let (host, port) = match address.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').unwrap_or_default()),
        None => address.rsplit_once(':').unwrap_or((address, "")),
    };
    let port = match port {
        "" => 3306,
        port => port.parse().map_err(|_| bad("the port is no number"))?,
    };
    let host = decode(host)?;
    Ok((if host.is_empty() { "localhost".to_owned() } else { host }, port))
}

fn set(location: &mut Location, key: &str, value: String) -> Result<(), DatabaseError> {
    let seconds = |value: &str| match value.parse::<u64>() {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err(wrong(key, value, "a number of seconds")),
    };
    match key.replace('_', "-").as_str() {
        "ssl-mode" | "sslmode" => match SslMode::parse(&value) {
            Some(mode) => location.tls.mode = mode,
            None => {
                let takes = "`DISABLED`, `PREFERRED`, `REQUIRED`, `VERIFY_CA` and `VERIFY_IDENTITY`";
                return Err(wrong(key, &value, takes));
            }
        },
        "ssl-ca" => location.tls.ca = Some(PathBuf::from(value)),
        "ssl-cert" => location.tls.certificate = Some(PathBuf::from(value)),
        "ssl-key" => location.tls.key = Some(PathBuf::from(value)),
        "socket" | "unix-socket" => location.socket = Some(value),
        "connect-timeout" => location.connect_timeout = seconds(&value)?,
        "read-timeout" => location.read_timeout = Some(seconds(&value)?),
        "write-timeout" => location.write_timeout = Some(seconds(&value)?),
        "charset" if value.eq_ignore_ascii_case("utf8mb4") => {}
        "charset" => return Err(wrong(key, &value, "only `utf8mb4`, which holds every character")),
        "sql-mode" => location.sql_mode = Some(value),
        _ => {
            let hint = match nearest(key, PARAMETERS) {
                Some(near) => format!("a parameter with a similar name exists: `{near}`"),
                None => format!("the parameters are `{}`", PARAMETERS.join("`, `")),
            };
            let reason = format!("a MySQL URL has no parameter `{key}`");
            return Err(DatabaseError::BadUrl { reason, hint });
        }
    }
    Ok(())
}

fn wrong(key: &str, value: &str, takes: &str) -> DatabaseError {
    DatabaseError::BadUrl {
        reason: format!("`{value}` is no value of the parameter `{key}` of a MySQL URL"),
        hint: format!("it takes {takes}"),
    }
}

fn some(text: &str) -> Result<Option<String>, DatabaseError> {
    if text.is_empty() { Ok(None) } else { decode(text).map(Some) }
}

/// Decodes percent escapes. What is wrong is not shown, because it may be a password.
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
            .ok_or_else(|| bad("a `%` is not followed by two hexadecimal digits"))?;
        bytes.push(byte);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| bad("it does not decode to UTF-8"))
}

fn bad(what: &str) -> DatabaseError {
    DatabaseError::BadUrl { reason: format!("not a MySQL URL: {what}"), hint: FORM.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Location, DatabaseError> {
        parse(&DatabaseUrl::parse(url).unwrap())
    }

    #[test]
    fn urls_are_read_as_their_users_write_them() {
        let url = "mysql+pymysql://me:s%40c/r@t@db.example:3307/shop?charset=utf8mb4&ssl_mode=verify_ca";
        let found = read(url).unwrap();
        assert_eq!((found.host.as_str(), found.port), ("db.example", 3307));
        assert_eq!(found.password.as_deref(), Some("s@c/r@t"));
        assert_eq!((found.user.as_deref(), found.database.as_deref()), (Some("me"), Some("shop")));
        assert_eq!(found.tls.mode, SslMode::VerifyCa);
        let found = read("mariadb:///shop?unix_socket=/run/my.sock").unwrap();
        assert_eq!((found.host.as_str(), found.socket.as_deref()), ("localhost", Some("/run/my.sock")));
        assert_eq!(read("mysql://[::1]:3306/x").unwrap().host, "::1");
        assert_eq!(read("mysql://%2Frun%2Fmy.sock/x").unwrap().socket.as_deref(), Some("/run/my.sock"));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for url in ["mysql://me:s3cret%zz@host/db", "mysql://me:s3cret@host:port/db", "mysql:s3cret"] {
            let Err(DatabaseError::BadUrl { reason, hint }) = read(url) else { panic!("{url}") };
            assert!(!reason.contains("s3cret") && !hint.contains("s3cret"), "{reason}");
        }
        let Err(DatabaseError::BadUrl { hint, .. }) = read("mysql://h/d?ssl-mod=x") else { panic!() };
        assert!(hint.contains("`ssl-mode`"), "{hint}");
        assert!(read("mysql://h/d?ssl-mode=maybe").is_err());
    }
}
