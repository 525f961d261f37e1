//! A connection to a SQLite database.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, Interrupt, Limits,
    Progress, Rehearsal, ServerInfo, Watch,
};
use limbeck_core::literal::Literal;
use limbeck_core::name::TableName;
use limbeck_core::op::{Operation, Transaction};
use limbeck_core::schema::Schema;
use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;

use crate::lock::{self, FileLock};
use crate::survey::RowFacts;
use crate::url::{ForeignKeys, Place};
use crate::{SQLITE, error, lower, open, reflect, rehearsal, server, survey, url};

/// How many instructions of SQLite's virtual machine pass between two looks at the watch.
const WATCH_EVERY: i32 = 20_000;

/// A connection to a SQLite database.
///
/// Foreign keys are enforced unless the URL says `?foreign_keys=off`. A name in double quotes is never a text.
#[derive(Debug)]
pub struct SqliteConnection {
    pub(crate) inner: rusqlite::Connection,
    server: ServerInfo,
    database: String,
    foreign_keys: ForeignKeys,
    lock_timeout: Duration,
    /// Foreign keys were switched off for the transaction under way.
    suspended: bool,
    journal: Journal,
    broken_off: Arc<AtomicBool>,
    /// Held while a run is under way that has statements outside its transactions.
    lock: Option<FileLock>,
    /// What is known of the rows of the database that this one rehearses for, if it does.
    pub(crate) rehearses: Option<RowFacts>,
    rows: Arc<AtomicU64>,
}

/// What was done about the rollback journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Journal {
    /// Nothing.
    Untouched,
    /// It is kept between transactions, and goes when the connection closes.
    Kept,
    /// The database has another way than deleting it, which stays as it is.
    Other,
}

impl SqliteConnection {
    /// Opens the database that the URL names.
    ///
    /// # Errors
    /// [`DatabaseError::BadUrl`], [`DatabaseError::CannotConnect`], [`DatabaseError::NotADatabase`].
    pub fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Self, DatabaseError> {
        let mut location = url::parse(url)?;
        if let Place::File(path) = &mut location.place {
            *path = options.directory.join(&*path);
        }
        Ok(Self {
            inner: open::open(&location, options)?,
            server: server::linked(),
            database: open::name(&location.place),
            foreign_keys: location.foreign_keys,
            lock_timeout: options.lock_timeout,
            suspended: false,
            journal: Journal::Untouched,
            broken_off: Arc::default(),
            lock: None,
            rehearses: None,
            rows: Arc::default(),
        })
    }

    /// Keeps the rollback journal between the transactions of a run, which then make and delete no file each.
    ///
    /// The mode is the connection's alone, and as safe as deleting (sqlite.org/pragma.html#pragma_journal_mode).
    fn keep_journal(&mut self) -> Result<(), DatabaseError> {
        if self.journal == Journal::Untouched {
            let deletes = self.query("PRAGMA journal_mode")? == [[Literal::text("delete")]];
            self.journal = if deletes { Journal::Kept } else { Journal::Other };
            if deletes {
                self.query("PRAGMA journal_mode = PERSIST")?;
            }
        }
        Ok(())
    }

    /// Runs a statement that another connection may be in the way of, until it gets through or time is up.
    ///
    /// SQLite's own waiting does not notice an interrupt, so it is done here.
    fn patiently(&mut self, sql: &'static str) -> Result<(), DatabaseError> {
        self.broken_off.store(false, Ordering::Relaxed);
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        self.wait_in_sqlite(Duration::ZERO)?;
        let outcome = loop {
            let error = match self.inner.prepare_cached(sql).and_then(|mut statement| statement.execute([])) {
                Ok(_) => break Ok(()),
                Err(error) => error,
            };
            let waited = start.elapsed();
            if !error::is_busy(&error) || waited >= self.lock_timeout {
                break Err(error::statement(&error, sql, waited));
            }
            if self.broken_off.swap(false, Ordering::Relaxed) {
                break Err(DatabaseError::Interrupted);
            }
            thread::sleep(pause.min(self.lock_timeout - waited));
            pause = (pause * 2).min(Duration::from_millis(50));
        };
        self.wait_in_sqlite(self.lock_timeout)?;
        outcome
    }

    fn wait_in_sqlite(&self, time: Duration) -> Result<(), DatabaseError> {
        self.inner.busy_timeout(time).map_err(|error| self.failure(&error, "PRAGMA busy_timeout"))
    }

    /// Enforces foreign keys where another connection does.
    pub(crate) fn enforce_as(&mut self, other: &Self) -> Result<(), DatabaseError> {
        self.foreign_keys = other.foreign_keys;
        self.enforce(self.foreign_keys == ForeignKeys::On)
    }

    fn enforce(&self, enforced: bool) -> Result<(), DatabaseError> {
        match self.inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, enforced) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.failure(&error, "PRAGMA foreign_keys")),
        }
    }

    /// Lets the author's own text make a table again in which a name in double quotes is a text, as SQLite does when it
    /// reads its stored schema (sqlite.org/quirks.html#dblquote).
    fn read_quotes_as_stored(&self, as_stored: bool) -> Result<(), DatabaseError> {
        let set = self.inner.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, as_stored);
        set.map(drop).map_err(|error| self.failure(&error, "SQLITE_DBCONFIG_DQS_DDL"))
    }

    /// Puts back what a transaction may have switched.
    fn settle(&mut self) -> Result<(), DatabaseError> {
        if self.suspended {
            self.suspended = false;
            self.enforce(self.foreign_keys == ForeignKeys::On)?;
            // A rebuild that failed half-way leaves this on.
            let modern = self.inner.set_db_config(DbConfig::SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, false);
            modern.map_err(|error| self.failure(&error, "PRAGMA legacy_alter_table"))?;
            self.read_quotes_as_stored(false)?;
        }
        Ok(())
    }

    pub(crate) fn failure(&self, error: &rusqlite::Error, sql: &str) -> DatabaseError {
        let waited = if self.inner.is_autocommit() { self.lock_timeout } else { Duration::ZERO };
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ReadOnly) => DatabaseError::CannotConnect {
                database: self.database.clone(),
                reason: "it can only be read".to_owned(),
                hint: Some(
                    "allow writing the file and its directory, or leave `mode=ro` out of the URL".to_owned(),
                ),
            },
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                error::opening(error, &self.database, waited)
            }
            _ => error::statement(error, sql, waited),
        }
    }
}

impl Connection for SqliteConnection {
    fn dialect(&self) -> &'static dyn Dialect {
        &SQLITE
    }

    fn server(&self) -> &ServerInfo {
        &self.server
    }

    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.rows.store(0, Ordering::Relaxed);
        self.inner.execute_batch(sql).map_err(|error| self.failure(&error, sql))
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.rows.store(0, Ordering::Relaxed);
        let read = || {
            let mut statement = self.inner.prepare_cached(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let cells = (0..columns).map(|i| row.get_ref(i).map(literal)).collect::<Result<_, _>>()?;
                found.push(cells);
            }
            Ok(found)
        };
        read().map_err(|error: rusqlite::Error| self.failure(&error, sql))
    }

    fn limit(&mut self, limits: &Limits) -> Result<(), DatabaseError> {
        // `--lock-timeout` is how long SQLite waits for another writer.
        let limit = match limits {
            Limits { lock_timeout: None, statement_timeout: None, .. } => return Ok(()),
            Limits { lock_timeout: Some(_), .. } => "lock_timeout",
            Limits { .. } => "statement_timeout",
        };
        Err(DatabaseError::Unlimited { database: "SQLite", limit })
    }

    // `BEGIN IMMEDIATE` lets one writer in, and whoever waits for it looks anew where the database is. Only what runs
    // outside a transaction needs more; whoever needs no more waits for one that does.
    fn lock(&mut self, _version_table: &TableName, spans: Transaction) -> Result<(), DatabaseError> {
        let Some(file) = self.inner.path().filter(|path| !path.is_empty()).map(Path::new) else {
            return Ok(());
        };
        let needed = spans == Transaction::Outside || lock::is_made(file);
        if needed && self.lock.is_none() {
            self.lock = Some(FileLock::take(file, self.lock_timeout, &self.broken_off)?);
        }
        Ok(())
    }

    fn unlock(&mut self) {
        self.lock = None;
    }

    fn begin(&mut self, enforcement: Enforcement) -> Result<(), DatabaseError> {
        if enforcement == Enforcement::Suspended {
            // SQLite ignores this inside a transaction (sqlite.org/pragma.html#pragma_foreign_keys).
            self.enforce(false)?;
            self.suspended = true;
            self.read_quotes_as_stored(true)?;
        }
        self.keep_journal()?;
        match self.patiently("BEGIN IMMEDIATE") {
            Ok(()) => Ok(()),
            Err(error) => {
                self.settle()?;
                Err(error)
            }
        }
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        match self.patiently("COMMIT") {
            Ok(()) => self.settle(),
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    fn rollback(&mut self) -> Result<(), DatabaseError> {
        // SQLite may have rolled back by itself, as it does on an interrupted write or a full disk.
        if !self.inner.is_autocommit() {
            let sql = "ROLLBACK";
            self.inner.execute_batch(sql).map_err(|error| self.failure(&error, sql))?;
        }
        // What failed half-way may have left these on, and an edited schema in memory.
        let sql = "PRAGMA writable_schema = RESET; PRAGMA ignore_check_constraints = OFF";
        self.inner.execute_batch(sql).map_err(|error| self.failure(&error, sql))?;
        self.settle()
    }

    fn has_table(&mut self, table: &TableName) -> Result<bool, DatabaseError> {
        let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE";
        let found =
            self.inner.prepare_cached(sql).and_then(|mut statement| statement.exists([table.name.as_str()]));
        found.map_err(|error| self.failure(&error, sql))
    }

    fn reflect(&mut self, only: Option<&[TableName]>) -> Result<Schema, DatabaseError> {
        reflect::reflect(self, only)
    }

    fn relations(&mut self) -> Result<Vec<String>, DatabaseError> {
        let sql = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let rows = self.query(sql)?;
        Ok(rows.iter().filter_map(|row| Some(row.first()?.as_text()?.to_owned())).collect())
    }

    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic> {
        survey::survey(self, operation, folded)
    }

    fn rehearsal(&mut self) -> Result<Option<Box<dyn Rehearsal>>, DatabaseError> {
        rehearsal::rehearsal(self)
    }

    fn count_rows(&mut self, table: &TableName) -> Result<Option<u64>, DatabaseError> {
        if !self.has_table(table)? {
            return Ok(None);
        }
        // Of the smallest index: 2,000,000 rows take 0.03 s, and 4 s to copy.
        let rows = self.query(&lower::sql().kw("SELECT count(*) FROM").table(table).finish())?;
        let count = rows.first().and_then(|row| row.first()).and_then(Literal::as_integer);
        Ok(count.and_then(|count| u64::try_from(count).ok()))
    }

    fn interrupt(&self) -> Interrupt {
        let handle = self.inner.get_interrupt_handle();
        let broken_off = self.broken_off.clone();
        Arc::new(move || {
            broken_off.store(true, Ordering::Relaxed);
            handle.interrupt();
        })
    }

    fn watch(&mut self, watch: Option<Watch>) {
        // Neither hook can fail on an open connection; rusqlite only says so for one that is borrowed.
        let _ = match watch {
            Some(mut watch) => {
                let written = self.rows.clone();
                let counted = self.inner.update_hook(Some(move |_, _: &str, _: &str, _| {
                    written.fetch_add(1, Ordering::Relaxed);
                }));
                let written = self.rows.clone();
                counted.and(self.inner.progress_handler(
                    WATCH_EVERY,
                    Some(move || {
                        let rows = Some(written.load(Ordering::Relaxed));
                        watch(Progress { rows }) == ControlFlow::Break(())
                    }),
                ))
            }
            None => {
                let counted = self.inner.update_hook(None::<fn(rusqlite::hooks::Action, &str, &str, i64)>);
                counted.and(self.inner.progress_handler(0, None::<fn() -> bool>))
            }
        };
    }
}

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        if self.journal == Journal::Kept {
            // If it fails, an empty journal stays, which SQLite takes for none.
            let _ = self.query("PRAGMA journal_mode = DELETE");
        }
    }
}

fn literal(value: ValueRef<'_>) -> Literal {
    match value {
        ValueRef::Null => Literal::Null,
        ValueRef::Integer(number) => Literal::Integer(number),
        ValueRef::Real(number) => Literal::Float(number),
        // SQLite does not check that a text is UTF-8.
        ValueRef::Text(text) => Literal::text(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => Literal::Bytes(bytes.into()),
    }
}
