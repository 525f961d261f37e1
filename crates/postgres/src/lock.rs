//! The lock that lets one migrator at a time move a database.
//!
//! It is an advisory lock of a transaction, so that it holds through a pooler that hands out server connections a
//! transaction at a time; one of a session would stay behind on whichever connection it was taken. The transaction has
//! no snapshot while it is idle, so `CREATE INDEX CONCURRENTLY` does not wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::TableName;
use postgres::{Client, SimpleQueryMessage};

use crate::error;
use crate::lower;
use crate::open::Opener;
use crate::split;

/// A lock that is held. It goes when this is dropped.
pub(crate) struct Held {
    client: Client,
}

/// Takes the lock on a connection of its own, asking again until `patience` is at its end.
///
/// # Errors
/// [`DatabaseError::Locked`], saying who holds it; [`DatabaseError::Interrupted`] when `broken_off` is set meanwhile.
pub(crate) fn take(
    opener: &Opener,
    version_table: &TableName,
    patience: Duration,
    broken_off: &AtomicBool,
) -> Result<Held, DatabaseError> {
    let mut client = opener.open()?;
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    let key = key(&mut client, version_table)?;
    let fails =
        |error: postgres::Error| error::statement(&error, "pg_try_advisory_xact_lock", Duration::ZERO);
    loop {
        // The server may end transactions that are idle for long, which this one is meant to be.
        client.batch_execute("BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0").map_err(fails)?;
        if try_lock(&mut client, key).map_err(fails)? {
            return Ok(Held { client });
        }
        client.batch_execute("ROLLBACK").map_err(fails)?;
        let waited = start.elapsed();
        if waited >= patience {
            return Err(error::locked(waited, holder(&mut client, key)));
        }
        if broken_off.swap(false, Ordering::Relaxed) {
            return Err(DatabaseError::Interrupted);
        }
        thread::sleep(pause.min(patience - waited));
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

/// Returns the process of the server that serves a client now.
///
/// # Errors
/// What PostgreSQL says.
pub(crate) fn backend(client: &mut Client) -> Result<String, DatabaseError> {
    let sql = "SELECT pg_catalog.pg_backend_pid()";
    // By the simple protocol, for the reason that `try_lock` gives.
    let messages = client.simple_query(sql);
    let messages = messages.map_err(|error| error::statement(&error, sql, Duration::ZERO))?;
    let found = messages.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    Ok(found.unwrap_or_default().to_owned())
}

/// Says whether a pooler gives the server's processes to whichever client has a transaction: the lock's holds the one that
/// served this client `before` it was taken, or this client is not served by that one any more.
///
/// # Errors
/// What PostgreSQL says.
pub(crate) fn is_pooled(client: &mut Client, before: String, held: &mut Held) -> Result<bool, DatabaseError> {
    Ok(backend(&mut held.client)? == before || backend(client)? != before)
}

/// Waits until no other session runs one of the statements of a text. A server that runs one when its client dies goes on
/// with it (`client_connection_check_interval` is off as a rule), and a `CREATE INDEX CONCURRENTLY` and who drops its
/// index would wait for each other.
///
/// # Errors
/// [`DatabaseError::Locked`], saying who runs it; [`DatabaseError::Interrupted`] when `broken_off` is set meanwhile.
pub(crate) fn wait_for(
    client: &mut Client,
    sql: &str,
    patience: Duration,
    broken_off: &AtomicBool,
) -> Result<(), DatabaseError> {
    // The server cuts the text off, by default after 1,023 bytes (`track_activity_query_size`).
    let text = lower::sql().kw("SELECT a.pid, a.application_name FROM pg_catalog.pg_stat_activity AS a \
         WHERE a.datname = pg_catalog.current_database() AND a.state = 'active' \
         AND a.pid <> pg_catalog.pg_backend_pid() AND (a.query IN");
    let text = text.list(split::split(sql), |text, one| text.text(one));
    let text =
        text.kw("OR pg_catalog.octet_length(a.query) > 1000 AND pg_catalog.strpos(").glue("").text(sql);
    let text = text.close(",").kw("a.query").close(")").kw("> 0").close(")");
    let text = text.finish();
    let start = Instant::now();
    loop {
        // By the simple protocol, for the reason that `try_lock` gives: a transaction may be open, and what is waited for
        // would wait for its snapshot. It also ends the portal of the query before.
        // Within a transaction the server shows what others do as it was when it was first asked (PostgreSQL's
        // documentation, "The Cumulative Statistics System").
        let again = client.batch_execute("SELECT pg_catalog.pg_stat_clear_snapshot()");
        let messages = again.and_then(|()| client.simple_query(&text));
        let messages = messages.map_err(|error| error::statement(&error, &text, Duration::ZERO))?;
        let found = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((row.get(0)?.to_owned(), row.get(1)?.to_owned())),
            _ => None,
        });
        let Some((pid, name)) = found else { return Ok(()) };
        let waited = start.elapsed();
        if waited >= patience {
            let holder = format!("the server's process {pid} (`{name}`) still runs what a broken run sent");
            return Err(error::locked(waited, Some(holder)));
        }
        if broken_off.swap(false, Ordering::Relaxed) {
            return Err(DatabaseError::Interrupted);
        }
        thread::sleep(Duration::from_millis(50).min(patience - waited));
    }
}

/// Asks for the lock once.
///
/// By the simple protocol: the portal of the extended one would keep its snapshot for as long as the transaction is
/// open, and `CREATE INDEX CONCURRENTLY` waits for whoever has one that is older than the index.
fn try_lock(client: &mut Client, key: i64) -> Result<bool, postgres::Error> {
    let messages = client.simple_query(&format!("SELECT pg_catalog.pg_try_advisory_xact_lock({key})"))?;
    Ok(messages.iter().any(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0) == Some("t"),
        _ => false,
    }))
}

/// Returns the key of a history's lock: of the version table, with its schema.
fn key(client: &mut Client, version_table: &TableName) -> Result<i64, DatabaseError> {
    let sql = "SELECT pg_catalog.current_schema()::text";
    let schema = match &version_table.schema {
        Some(schema) => schema.to_string(),
        None => {
            let rows = client.query_typed(sql, &[]);
            let rows = rows.map_err(|error| error::statement(&error, sql, Duration::ZERO))?;
            rows.first().and_then(|row| row.get::<_, Option<String>>(0)).unwrap_or_default()
        }
    };
    Ok(hash(&format!("limbeck {schema} {}", version_table.name)))
}

/// Returns the FNV-1a hash of a text, which is the same in every version of this program.
fn hash(text: &str) -> i64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    i64::from_ne_bytes(text.bytes().fold(0xcbf2_9ce4_8422_2325, step).to_ne_bytes())
}

/// Says who holds the lock, as far as one may know it.
fn holder(client: &mut Client, key: i64) -> Option<String> {
    // The two halves of the key (postgresql.org/docs/15/view-pg-locks.html).
    let sql =
        lower::sql().kw("SELECT a.pid, a.application_name, coalesce(host(a.client_addr), 'this machine'), \
         to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') \
         FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) \
         AND (l.classid::bigint << 32) | l.objid::bigint =");
    let rows = client.query_typed(&sql.number(key).finish(), &[]).ok()?;
    let row = rows.first()?;
    let (pid, name, address): (i32, String, String) = (row.get(0), row.get(1), row.get(2));
    let since =
        row.get::<_, Option<String>>(3).map(|since| format!(" since {since} UTC")).unwrap_or_default();
    Some(format!("the server's process {pid} (`{name}`, from {address}) has the lock{since}"))
}
