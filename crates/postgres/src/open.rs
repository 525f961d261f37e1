//! Opens connections: which host, with or without TLS, with which password.

use std::path::Path;
use std::time::Duration;

use limbeck_core::dialect::DatabaseError;
use postgres::config::SslMode as DriverMode;
use postgres::error::{Error, SqlState};
use postgres::{Client, Config, NoTls};

use crate::error;
use crate::passfile::{self, Asked};
use crate::tls::{Check, Tls};
use crate::url::{Location, SslMode};

/// How long connecting may take where the URL does not say.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where Debian and PostgreSQL itself put sockets.
const SOCKETS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// A way to open connections to one database.
#[derive(Clone)]
pub(crate) struct Opener {
    config: Config,
    ssl: SslMode,
    tls: Tls,
    /// The URL, its password masked.
    pub(crate) database: String,
}

impl Opener {
    /// Prepares to connect. Reads the password file and the files of TLS, and nothing else.
    ///
    /// # Errors
    /// [`DatabaseError::CannotConnect`] when a file cannot be used.
    pub(crate) fn new(location: &Location, database: String) -> Result<Self, DatabaseError> {
        let ssl = location.ssl.unwrap_or(SslMode::Prefer);
        let check = match ssl {
            SslMode::VerifyFull => Check::RootAndHost,
            SslMode::VerifyCa => Check::Root,
            SslMode::Disable | SslMode::Allow | SslMode::Prefer | SslMode::Require => Check::Nothing,
        };
        let tls = Tls::new(check, &location.files).map_err(|reason| DatabaseError::CannotConnect {
            database: database.clone(),
            reason,
            hint: None,
        })?;
        Ok(Self { config: config(location), ssl, tls, database })
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// [`DatabaseError::CannotConnect`].
    pub(crate) fn open(&self) -> Result<Client, DatabaseError> {
        let opened = match self.ssl {
            SslMode::Disable => self.plain(),
            SslMode::Allow => match self.plain() {
                // What a server says whose rules admit TLS only.
                Err(error) if is_refused(&error) => self.encrypted(DriverMode::Require).map_err(|_| error),
                other => other,
            },
            SslMode::Prefer => match self.encrypted(DriverMode::Prefer) {
                Err(error) if error.as_db_error().is_none() || is_refused(&error) => {
                    self.plain().map_err(|_| error)
                }
                other => other,
            },
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => self.encrypted(DriverMode::Require),
        };
        opened.map_err(|error| error::connecting(&error, &self.database))
    }

    /// Breaks off what the connection of a token runs.
    pub(crate) fn cancel(&self, token: &postgres::CancelToken) {
        // Nothing is left to be done if this fails: the statement then runs to its end.
        let _ = match self.ssl {
            SslMode::Disable => token.cancel_query(NoTls),
            _ => token.cancel_query(self.tls.clone()),
        };
    }

    fn plain(&self) -> Result<Client, Error> {
        self.config.clone().ssl_mode(DriverMode::Disable).connect(NoTls)
    }

    fn encrypted(&self, mode: DriverMode) -> Result<Client, Error> {
        self.config.clone().ssl_mode(mode).connect(self.tls.clone())
    }
}

fn is_refused(error: &Error) -> bool {
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
}

fn config(location: &Location) -> Config {
    let mut config = Config::new();
    // Notices say nothing that a plan or an error does not.
    config.notice_callback(|_| {});
    config.application_name(location.application_name.as_deref().unwrap_or("limbeck"));
    for (host, port) in &location.hosts {
        let host = if host.is_empty() { usual_host(*port) } else { host };
        config.host(host).port(*port);
    }
    if let Some(user) = &location.user {
        config.user(user);
    }
    if let Some(database) = location.database.as_ref().or(location.user.as_ref()) {
        config.dbname(database);
    }
    if let Some(options) = &location.options {
        config.options(options);
    }
    match location.connect_timeout {
        Some(Duration::MAX) => {}
        timeout => drop(config.connect_timeout(timeout.unwrap_or(CONNECT_TIMEOUT))),
    }
    let user = location.user.as_deref().unwrap_or_default();
    let written = || {
        let (host, port) = location.hosts.first()?;
        let database = location.database.as_deref().unwrap_or(user);
        passfile::look_up(location.passfile.as_deref(), Asked { host, port: *port, database, user })
    };
    if let Some(password) = location.password.clone().or_else(written) {
        config.password(password);
    }
    config
}

/// Returns the directory of the local socket, or else the machine itself.
fn usual_host(port: u16) -> &'static str {
    let socket = |directory: &&'static str| Path::new(directory).join(format!(".s.PGSQL.{port}")).exists();
    SOCKETS.iter().find(|directory| socket(directory)).copied().unwrap_or("localhost")
}
