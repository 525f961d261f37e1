//! What the server's and the driver's errors mean to the core. None of them holds the password.

use std::time::Duration;

use limbeck_core::dialect::DatabaseError;
use mysql::{DriverError, Error};

use crate::url::Location;

/// `ER_LOCK_WAIT_TIMEOUT`.
const LOCK_WAIT_TIMEOUT: u16 = 1205;
/// `ER_QUERY_INTERRUPTED`.
const QUERY_INTERRUPTED: u16 = 1317;
/// `ER_BAD_DB_ERROR`.
const NO_DATABASE: u16 = 1049;
/// `ER_ACCESS_DENIED_ERROR` and `ER_DBACCESS_DENIED_ERROR`.
const DENIED: [u16; 2] = [1045, 1044];

/// What a statement that changes the schema is told when it has run before
/// (dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html): in order, that a database, table, column, index,
/// key, trigger, routine, user, foreign key or check is there, or that one or a grant is not.
const REPEATED: [u16; 22] = [
    1007, 1008, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1141, 1146, 1147, 1304, 1305, 1359, 1360, 1396,
    1537, 1539, 1826, 3821, 3822,
];

/// `ER_LOCK_DEADLOCK`, which also tells of a conflict with another node, and `ER_UNKNOWN_COM_ERROR`, which a node says that
/// is not ready, as while it joins.
const CONFLICT: [u16; 2] = [1213, 1047];

/// Says whether a statement was refused for what another session or another node did at the same time.
pub(crate) fn is_conflict(error: &Error) -> bool {
    matches!(error, Error::MySqlError(fault) if CONFLICT.contains(&fault.code))
}

/// Says what an error of a statement means. `waited` is how long locks are waited for.
pub(crate) fn statement(error: &Error, sql: &str, waited: Duration) -> DatabaseError {
    match error {
        Error::MySqlError(fault) if fault.code == LOCK_WAIT_TIMEOUT => {
            let waited_ms = u64::try_from(waited.as_millis()).unwrap_or(u64::MAX);
            DatabaseError::Locked { waited_ms, holder: None }
        }
        Error::MySqlError(fault) if fault.code == QUERY_INTERRUPTED => DatabaseError::Interrupted,
        Error::MySqlError(fault) if REPEATED.contains(&fault.code) => {
            DatabaseError::Repeated { sql: DatabaseError::shorten(sql), reason: reason(error) }
        }
        other => DatabaseError::Statement { sql: DatabaseError::shorten(sql), reason: reason(other) },
    }
}

/// Says why a connection cannot be opened.
pub(crate) fn opening(error: &Error, location: &Location) -> DatabaseError {
    let hint = match error {
        Error::MySqlError(fault) if fault.code == NO_DATABASE => {
            Some("make the database with `CREATE DATABASE`, or correct the URL".to_owned())
        }
        Error::MySqlError(fault) if DENIED.contains(&fault.code) => {
            Some("correct the user or the password in the URL, or grant the rights".to_owned())
        }
        Error::DriverError(DriverError::TlsNotSupported) => {
            Some("let the server use TLS, or say `ssl-mode=PREFERRED`".to_owned())
        }
        Error::CodecError(fault) if fault.to_string().contains("certificate") => {
            Some("give the certificate of the authority that signed the server's with `ssl-ca=…`".to_owned())
        }
        Error::TlsError(_) => Some("give the authority's certificate with `ssl-ca=…`".to_owned()),
        Error::DriverError(DriverError::CouldNotConnect(_) | DriverError::ConnectTimeout)
        | Error::IoError(_) => {
            Some("correct the host and the port in the URL, or start the server".to_owned())
        }
        _ => None,
    };
    DatabaseError::CannotConnect { database: location.name(), reason: reason(error), hint }
}

fn reason(error: &Error) -> String {
    match error {
        Error::MySqlError(fault) => format!("{} (error {})", fault.message, fault.code),
        Error::DriverError(DriverError::CouldNotConnect(Some((_, what, _)))) => what.clone(),
        Error::DriverError(fault) => fault.to_string(),
        Error::IoError(fault) => fault.to_string(),
        // The driver wraps what its stream says.
        Error::CodecError(fault) => {
            let text = fault.to_string();
            let inner = text.strip_prefix("IO error: `").and_then(|text| text.strip_suffix('\''));
            inner.unwrap_or(&text).to_owned()
        }
        other => other.to_string(),
    }
}
