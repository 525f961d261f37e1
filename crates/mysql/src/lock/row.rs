//! A lock that is a row, which a Galera cluster shares between its nodes.
//!
//! Its holder shows that it is alive by changing it. A row that stays as it is belongs to a migrator that is gone, and is
//! taken over. While a node changes the schema, no node commits anything, and a holder cannot show that it is alive; so
//! whoever waits writes as well, and counts the silence only while the cluster takes what he writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::{Ident, TableName};
use mysql::Conn;
use mysql::prelude::Queryable;

use super::{POLL, locked};
use crate::url::Location;
use crate::{error, lower, open};

/// How often the holder shows that it is alive, and whoever waits that the cluster takes what is written.
const BEAT: Duration = Duration::from_secs(1);
/// How long a row may stay unchanged before its holder counts as gone.
const SILENCE: Duration = Duration::from_secs(10);

/// The row, held. It is deleted when this is dropped.
pub(super) struct RowLock {
    lost: Arc<AtomicBool>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The row of another, as it was seen.
struct Seen {
    holder: String,
    beat: i64,
    /// Since when it has not changed, as far as a holder could have changed it.
    since: Instant,
    /// When the cluster last took what was written.
    pinged: Instant,
}

impl RowLock {
    /// Puts the row in, or takes over one that has not changed for a while. Only one of several nodes that commit the
    /// same row gets through, by the cluster's certification.
    pub(super) fn take(
        location: &Location,
        version_table: &TableName,
        start: Instant,
        patience: Duration,
    ) -> Result<Self, DatabaseError> {
        let fails = |error: mysql::Error| error::statement(&error, "the row of the lock", patience);
        let mut conn = open::connect(location).map_err(|error| error::opening(&error, location))?;
        let table = version_table.sibling(version_table.name.with_affixes("", "_lock"));
        let names = Names::of(&table);
        let sql = "SELECT CONCAT(UUID(), ' ', USER(), ' on ', @@hostname, ':', @@port)";
        let me: String = conn.query_first(sql).map_err(fails)?.unwrap_or_default();
        let mut seen: Option<Seen> = None;
        loop {
            match attempt(&mut conn, &names, &me, seen.take()) {
                Ok(Attempt::Held) => return Ok(Self::held(conn, names, me)),
                Ok(Attempt::Waits(now)) => seen = now,
                // Another node was first; it is to be seen who.
                Err(error) if error::is_conflict(&error) => {}
                Err(error) => return Err(fails(error)),
            }
            if start.elapsed() >= patience {
                let who = seen.map(|seen| {
                    let who = seen.holder.split_once(' ').map_or(&*seen.holder, |(_, who)| who);
                    format!(
                        "`{who}`, by the row in `{table}`, which is taken over {} s after it is gone",
                        SILENCE.as_secs()
                    )
                });
                return Err(locked(start, who));
            }
            thread::sleep(POLL);
        }
    }

    fn held(mut conn: Conn, names: Names, me: String) -> Self {
        let (stop, stopped) = mpsc::channel();
        let lost = Arc::new(AtomicBool::new(false));
        let noted = lost.clone();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                // One beat may be lost; ten in a row are a silence.
                if conn.exec_drop(&names.beat, (&me,)).is_ok() && conn.affected_rows() == 0 {
                    noted.store(true, Ordering::Relaxed);
                }
            }
            // If it stays, it is taken over after the silence.
            let _ = conn.exec_drop(&names.delete, (&me,));
        });
        Self { lost, stop: Some(stop), thread: Some(thread) }
    }

    /// Says whether somebody took the row away.
    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }
}

/// What came of an attempt.
enum Attempt {
    Held,
    Waits(Option<Seen>),
}

fn attempt(conn: &mut Conn, names: &Names, me: &str, seen: Option<Seen>) -> mysql::Result<Attempt> {
    let there: Option<u8> = conn.query_first(&names.exists)?;
    if there.is_none() {
        conn.query_drop(&names.create)?;
    }
    let row: Option<(String, i64)> = conn.query_first(&names.select)?;
    let Some((holder, beat)) = row else {
        conn.exec_drop(&names.insert, (me,))?;
        let row: Option<(String, i64)> = conn.query_first(&names.select)?;
        return Ok(if row.is_some_and(|(holder, _)| holder == me) {
            Attempt::Held
        } else {
            Attempt::Waits(None)
        });
    };
    if holder == me {
        return Ok(Attempt::Held);
    }
    let now = Instant::now();
    let known = seen.filter(|seen| seen.holder == holder && seen.beat == beat);
    let mut seen = known.unwrap_or(Seen { holder, beat, since: now, pinged: now });
    if now.duration_since(seen.pinged) >= BEAT {
        conn.query_drop(&names.ping)?;
        seen.pinged = Instant::now();
        if seen.pinged.duration_since(now) >= BEAT {
            seen.since = seen.pinged;
        }
    }
    if seen.pinged.duration_since(seen.since) >= SILENCE {
        conn.exec_drop(&names.bury, (&seen.holder, beat))?;
    }
    Ok(Attempt::Waits(Some(seen)))
}

impl Drop for RowLock {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ = thread.join();
        }
    }
}

/// The statements about the row.
struct Names {
    exists: String,
    create: String,
    insert: String,
    select: String,
    beat: String,
    ping: String,
    delete: String,
    bury: String,
}

impl Names {
    fn of(table: &TableName) -> Self {
        let sql = lower::sql_for_any_mode;
        let [holder, beat] =
            ["holder", "beat"].map(|name| Ident::new(name).expect("names in the program are good"));
        let whose = |text: limbeck_core::sql::Sql| text.kw("WHERE id = 1 AND").ident(&holder).kw("= ?");
        let exists = sql().kw("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA =");
        let exists = match &table.schema {
            Some(schema) => exists.text(schema.as_str()),
            None => exists.kw("DATABASE()"),
        };
        let create =
            sql().kw("CREATE TABLE IF NOT EXISTS").table(table).kw("(id INTEGER NOT NULL PRIMARY KEY,");
        let create = create.ident(&holder).kw("VARCHAR(255) NOT NULL,").ident(&beat).kw("BIGINT NOT NULL)");
        let insert = sql().kw("INSERT IGNORE INTO").table(table).kw("VALUES (1, ?, 0)");
        let select = sql().kw("SELECT").ident(&holder).close(",").ident(&beat).kw("FROM").table(table);
        let update = sql().kw("UPDATE").table(table).kw("SET").ident(&beat).kw("=").ident(&beat).kw("+ 1");
        // A second row, which says nothing.
        let ping = sql().kw("REPLACE INTO").table(table).kw("VALUES (2, UUID(), 0)");
        let delete = whose(sql().kw("DELETE FROM").table(table));
        Self {
            exists: exists.kw("AND TABLE_NAME =").text(table.name.as_str()).finish(),
            create: create.kw("ENGINE=InnoDB").finish(),
            insert: insert.finish(),
            select: select.kw("WHERE id = 1").finish(),
            beat: whose(update).finish(),
            ping: ping.finish(),
            delete: delete.clone().finish(),
            bury: delete.kw("AND").ident(&beat).kw("= ?").finish(),
        }
    }
}
