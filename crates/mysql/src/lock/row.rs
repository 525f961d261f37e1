//! A lock that is a row, which a Galera cluster shares between its nodes.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use limbeck_core::dialect::DatabaseError;
use limbeck_core::name::{Ident, TableName};
use mysql::prelude::Queryable;

use super::{POLL, locked};
use crate::url::Location;
use crate::{error, lower, open};

/// How often the holder shows that it is alive.
const BEAT: Duration = Duration::from_secs(2);
/// How long a row may stay unchanged before its holder counts as gone.
const SILENCE: Duration = Duration::from_secs(20);

/// The row, held. It is deleted when this is dropped.
pub(super) struct RowLock {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
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
        conn.query_drop(&names.create).map_err(fails)?;
        let sql = "SELECT CONCAT(UUID(), ' ', USER(), ' on ', @@hostname, ':', @@port)";
        let me: String = conn.query_first(sql).map_err(fails)?.unwrap_or_default();
        let mut seen: Option<(String, i64, Instant)> = None;
        loop {
            // A conflict with another node is an error here; the row then tells who was first.
            let _ = conn.exec_drop(&names.insert, (&me,));
            let row: Option<(String, i64)> = conn.query_first(&names.select).map_err(fails)?;
            match row {
                Some((holder, _)) if holder == me => break,
                Some((holder, beat)) => {
                    let now = Instant::now();
                    let known = seen.as_ref().filter(|(who, at, _)| *who == holder && *at == beat);
                    let since = known.map_or(now, |(_, _, since)| *since);
                    if now.duration_since(since) >= SILENCE {
                        let _ = conn.exec_drop(&names.bury, (&holder, beat));
                    } else if start.elapsed() >= patience {
                        let who = holder.split_once(' ').map_or(holder.as_str(), |(_, who)| who);
                        return Err(locked(start, Some(format!("`{who}`"))));
                    }
                    seen = Some((holder, beat, since));
                }
                None if start.elapsed() >= patience => return Err(locked(start, None)),
                None => {}
            }
            thread::sleep(POLL);
        }
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                // One beat may be lost; ten in a row are a silence.
                let _ = conn.exec_drop(&names.beat, (&me,));
            }
            // If it stays, it is taken over after the silence.
            let _ = conn.exec_drop(&names.delete, (&me,));
        });
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
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
    create: String,
    insert: String,
    select: String,
    beat: String,
    delete: String,
    bury: String,
}

impl Names {
    fn of(table: &TableName) -> Self {
        let sql = lower::sql_for_any_mode;
        let [holder, beat] =
            ["holder", "beat"].map(|name| Ident::new(name).expect("names in the program are good"));
        let whose = |text: limbeck_core::sql::Sql| text.kw("WHERE id = 1 AND").ident(&holder).kw("= ?");
        let create =
            sql().kw("CREATE TABLE IF NOT EXISTS").table(table).kw("(id INTEGER NOT NULL PRIMARY KEY,");
        let create = create.ident(&holder).kw("VARCHAR(255) NOT NULL,").ident(&beat).kw("BIGINT NOT NULL)");
        let insert = sql().kw("INSERT IGNORE INTO").table(table).kw("VALUES (1, ?, 0)");
        let select = sql().kw("SELECT").ident(&holder).close(",").ident(&beat).kw("FROM").table(table);
        let update = sql().kw("UPDATE").table(table).kw("SET").ident(&beat).kw("=").ident(&beat).kw("+ 1");
        let delete = whose(sql().kw("DELETE FROM").table(table));
        Self {
            create: create.kw("ENGINE=InnoDB").finish(),
            insert: insert.finish(),
            select: select.kw("WHERE id = 1").finish(),
            beat: whose(update).finish(),
            delete: delete.clone().finish(),
            bury: delete.kw("AND").ident(&beat).kw("= ?").finish(),
        }
    }
}
