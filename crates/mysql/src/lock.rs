//! The lock that lets one migrator at a time move the database.
//!
//! It is a named lock of the very session that runs the statements: the server gives it back when that session is over,
//! and not before, however the process ended. A server goes on with an `ALTER TABLE` whose client is gone; with the lock
//! on a connection of its own, the next migrator would look at the database while that is still under way.
//!
//! A named lock is not shared between the nodes of a Galera cluster (mariadb.com/kb/en/mariadb-galera-cluster-known-limitations), so
//! there a row is held besides, whose holder shows that it is alive by changing it.

mod row;

use std::thread;
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::TableName;
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::error;
use crate::url::Location;
use row::RowLock;

/// How long it is between two attempts.
const POLL: Duration = Duration::from_millis(100);

/// The lock, held.
pub(crate) struct Lock {
    name: String,
    row: Option<RowLock>,
}

impl Lock {
    /// Takes the lock, by trying again and again: a waiting session would keep others from changing tables.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`] when time is up, with who holds it.
    pub(crate) fn take(
        conn: &mut Conn,
        location: &Location,
        version_table: &TableName,
        patience: Duration,
    ) -> Result<Self, DatabaseError> {
        let fails = |error: mysql::Error| error::statement(&error, "GET_LOCK", patience);
        let start = Instant::now();
        let name = name(conn, version_table).map_err(fails)?;
        let cluster = is_cluster(conn).map_err(fails)?;
        loop {
            match conn.exec_first::<Option<i64>, _, _>("SELECT GET_LOCK(?, 0)", (&name,)) {
                Ok(Some(Some(1))) => break,
                Ok(_) => {}
                // A cluster may forbid it (`pxc_strict_mode`). The row is enough.
                Err(mysql::Error::MySqlError(_)) if cluster => break,
                Err(error) => return Err(fails(error)),
            }
            if start.elapsed() >= patience {
                let holder = holder(conn, &name).ok().flatten();
                return Err(locked(start, holder));
            }
            thread::sleep(POLL.min(patience.saturating_sub(start.elapsed())));
        }
        let mut lock = Self { name, row: None };
        if cluster {
            match RowLock::take(location, version_table, start, patience) {
                Ok(row) => lock.row = Some(row),
                Err(error) => {
                    lock.release(conn);
                    return Err(error);
                }
            }
        }
        Ok(lock)
    }

    /// Fails when somebody took the lock away, as may happen on a cluster that was in pieces.
    pub(crate) fn check(&self) -> Result<(), DatabaseError> {
        match self.row.as_ref().is_some_and(RowLock::is_lost) {
            true => Err(DatabaseError::Locked {
                waited_ms: 0,
                holder: Some("the row of the lock was taken over".to_owned()),
            }),
            false => Ok(()),
        }
    }

    /// Gives the lock back.
    pub(crate) fn release(self, conn: &mut Conn) {
        // The row goes first, so that nobody waits for it who has the name.
        drop(self.row);
        // If it fails, the session is broken, and the lock goes with it.
        let _ = conn.exec_drop("DO RELEASE_LOCK(?)", (&self.name,));
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
