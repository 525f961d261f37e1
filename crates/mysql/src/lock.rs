//! The lock that lets one migrator at a time move the database, on a connection of its own.
//!
//! It is a named lock, which the server gives back when the connection ends, however the process does. A named lock is
//! not shared between the nodes of a Galera cluster (mariadb.com/kb/en/mariadb-galera-cluster-known-limitations), so
//! there a row is held besides, whose holder shows that it is alive by changing it.

mod row;

use std::thread;
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::TableName;
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::url::Location;
use crate::{error, open};
use row::RowLock;

/// How long it is between two attempts.
const POLL: Duration = Duration::from_millis(100);

/// The lock, held. It is given back when this is dropped.
pub(crate) struct Lock {
    /// The connection whose end gives the named lock back.
    _conn: Conn,
    _row: Option<RowLock>,
}

impl Lock {
    /// Takes the lock, by trying again and again: a waiting session would keep others from changing tables.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`] when time is up, with who holds it.
    pub(crate) fn take(
        location: &Location,
        version_table: &TableName,
        patience: Duration,
    ) -> Result<Self, DatabaseError> {
        let fails = |error: mysql::Error| error::statement(&error, "GET_LOCK", patience);
        let mut conn = open::connect(location).map_err(|error| error::opening(&error, location))?;
        let start = Instant::now();
        let name = name(&mut conn, version_table).map_err(fails)?;
        loop {
            let got: Option<i64> =
                conn.exec_first("SELECT GET_LOCK(?, 0)", (&name,)).map_err(fails)?.flatten();
            if got == Some(1) {
                break;
            }
            if start.elapsed() >= patience {
                let holder = holder(&mut conn, &name).ok().flatten();
                return Err(locked(start, holder));
            }
            thread::sleep(POLL.min(patience.saturating_sub(start.elapsed())));
        }
        let row = match is_cluster(&mut conn).map_err(fails)? {
            true => Some(RowLock::take(location, version_table, start, patience)?),
            false => None,
        };
        Ok(Self { _conn: conn, _row: row })
    }
}

fn locked(start: Instant, holder: Option<String>) -> DatabaseError {
    let waited_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    DatabaseError::Locked { waited_ms, holder }
}

/// Returns the name of the lock: one a database and version table, in the 64 characters that the server takes.
fn name(conn: &mut Conn, version_table: &TableName) -> mysql::Result<String> {
    let schema = version_table.schema.as_ref().map(|schema| schema.as_str());
    let sql = "SELECT CONCAT('limbeck_', SHA1(CONCAT(COALESCE(?, DATABASE(), ''), '.', ?)))";
    Ok(conn.exec_first(sql, (schema, version_table.name.as_str()))?.unwrap_or_default())
}

/// Says who holds the lock. Its session is seen by the same user, or with the right to see all.
fn holder(conn: &mut Conn, name: &str) -> mysql::Result<Option<String>> {
    let id: Option<u64> = conn.exec_first("SELECT IS_USED_LOCK(?)", (name,))?.flatten();
    let Some(id) = id else { return Ok(None) };
    let sql = "SELECT USER, HOST FROM information_schema.PROCESSLIST WHERE ID = ?";
    let who: Option<(String, String)> = conn.exec_first(sql, (id,))?;
    Ok(Some(match who {
        Some((user, host)) => format!("connection {id} of `{user}` from `{host}`"),
        None => format!("connection {id}"),
    }))
}

/// Says whether the server is a node of a Galera cluster.
fn is_cluster(conn: &mut Conn) -> mysql::Result<bool> {
    let found: Option<(String, String)> = conn.query_first("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'")?;
    Ok(found.is_some_and(|(_, value)| value.eq_ignore_ascii_case("on")))
}
