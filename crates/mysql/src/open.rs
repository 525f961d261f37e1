//! Opens a connection, and says plainly why it cannot be opened.

use std::time::Duration;

use limbeck_core::dialect::{Backslash, DatabaseError, ServerInfo};
use mysql::prelude::Queryable;
use mysql::{Conn, DriverError, Opts, OptsBuilder};

use crate::tls::SslMode;
use crate::url::Location;
use crate::{error, server};

/// Opens a connection and finds out what is at the other end.
///
/// # Errors
/// [`DatabaseError::CannotConnect`].
pub(crate) fn open(location: &Location, lock_timeout: Duration) -> Result<(Conn, ServerInfo), DatabaseError> {
    let fails = |error: &mysql::Error| error::opening(error, location);
    let mut conn = connect(location).map_err(|error| fails(&error))?;
    let server = set_up(&mut conn, location, lock_timeout).map_err(|error| fails(&error))?;
    Ok((conn, server))
}

/// Opens a connection and does nothing more.
pub(crate) fn connect(location: &Location) -> mysql::Result<Conn> {
    match Conn::new(options(location, location.tls.mode)) {
        Err(mysql::Error::DriverError(DriverError::TlsNotSupported))
            if location.tls.mode == SslMode::Preferred =>
        {
            Conn::new(options(location, SslMode::Disabled))
        }
        other => other,
    }
}

fn options(location: &Location, mode: SslMode) -> Opts {
    let tls = crate::tls::Tls { mode, ..location.tls.clone() };
    OptsBuilder::new()
        .ip_or_hostname(Some(location.host.clone()))
        .tcp_port(location.port)
        .socket(location.socket.clone())
        .prefer_socket(false)
        .user(location.user.clone())
        .pass(location.password.clone())
        .db_name(location.database.clone())
        .tcp_connect_timeout(Some(location.connect_timeout))
        .read_timeout(location.read_timeout)
        .write_timeout(location.write_timeout)
        .ssl_opts(tls.options())
        .into()
}

fn set_up(conn: &mut Conn, location: &Location, lock_timeout: Duration) -> mysql::Result<ServerInfo> {
    if let Some(mode) = &location.sql_mode {
        conn.exec_drop("SET SESSION sql_mode = ?", (mode,))?;
    }
    // The server counts in whole seconds, and takes no 0 everywhere.
    let seconds = lock_timeout.as_secs().clamp(1, 31_536_000);
    conn.query_drop(format!(
        "SET NAMES utf8mb4, SESSION autocommit = 1, SESSION lock_wait_timeout = {seconds}, \
         SESSION innodb_lock_wait_timeout = {seconds}"
    ))?;
    let (version, mode): (String, String) =
        conn.query_first("SELECT VERSION(), @@SESSION.sql_mode")?.unwrap_or_default();
    let plain = mode.split(',').any(|mode| mode == "NO_BACKSLASH_ESCAPES");
    let backslash = if plain { Backslash::Plain } else { Backslash::Escapes };
    Ok(server::of_version(&version, backslash))
}
