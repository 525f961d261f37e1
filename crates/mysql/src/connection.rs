//! A connection to MySQL or MariaDB.

mod cells;
mod watcher;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, Interrupt, Limits,
    ServerInfo, Speller, Watch,
};
use limbeck_core::literal::Literal;
use limbeck_core::name::TableName;
use limbeck_core::op::{Operation, Transaction};
use limbeck_core::schema::Schema;
use mysql::Conn;
use mysql::prelude::Queryable;

use crate::lock::Lock;
use crate::url::{self, Location};
use crate::{MYSQL, error, lower, open, reflect, server, survey};
use watcher::Watcher;

/// A connection to MySQL or MariaDB.
pub struct MysqlConnection {
    inner: Conn,
    server: ServerInfo,
    location: Arc<Location>,
    lock_timeout: Duration,
    /// How long a statement waits for another session.
    wait_timeout: Duration,
    /// Foreign keys were switched off for the transaction under way.
    suspended: bool,
    watcher: Option<Watcher>,
    lock: Option<Lock>,
}

impl MysqlConnection {
    /// Opens the database that the URL names, which must be there.
    ///
    /// # Errors
    /// [`DatabaseError::BadUrl`], [`DatabaseError::CannotConnect`].
    pub fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Self, DatabaseError> {
        let location = url::parse(url)?;
        let (inner, server) = open::open(&location, options.lock_timeout)?;
        Ok(Self {
            inner,
            server,
            location: Arc::new(location),
            lock_timeout: options.lock_timeout,
            wait_timeout: options.lock_timeout,
            suspended: false,
            watcher: None,
            lock: None,
        })
    }

    /// Runs a text of one statement or several, and hands over the rows of each.
    fn run(&mut self, sql: &str, row: impl FnMut(mysql::Row)) -> Result<(), DatabaseError> {
        self.send(sql, sql, row)
    }

    /// Does what [`run`](Self::run) does; a fault shows another text.
    fn send(&mut self, sql: &str, shown: &str, mut row: impl FnMut(mysql::Row)) -> Result<(), DatabaseError> {
        let _running = self.watcher.as_ref().map(Watcher::running);
        let wait_timeout = self.wait_timeout;
        let mut read = || {
            let mut result = self.inner.query_iter(sql)?;
            // A later statement's fault comes with its result, so all of them are looked at.
            while let Some(rows) = result.iter() {
                for found in rows {
                    row(found?);
                }
            }
            Ok(())
        };
        read().map_err(|error: mysql::Error| error::statement(&error, shown, wait_timeout))
    }

    fn suspend(&mut self, enforcement: Enforcement) -> Result<(), DatabaseError> {
        if enforcement == Enforcement::Suspended {
            self.execute("SET SESSION foreign_key_checks = 0")?;
            self.suspended = true;
        }
        Ok(())
    }

    /// Leaves the transaction that was to be committed, by rolling it back if it was not.
    fn committed(&mut self, done: Result<(), DatabaseError>) -> Result<(), DatabaseError> {
        match done {
            Ok(()) => self.settle(),
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    fn settle(&mut self) -> Result<(), DatabaseError> {
        match std::mem::take(&mut self.suspended) {
            true => self.run("SET SESSION foreign_key_checks = 1", drop),
            false => Ok(()),
        }
    }
}

impl Connection for MysqlConnection {
    fn dialect(&self) -> &'static dyn Dialect {
        &MYSQL
    }

    fn server(&self) -> &ServerInfo {
        &self.server
    }

    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.lock.as_ref().map_or(Ok(()), Lock::check)?;
        self.run(sql, drop)
    }

    // The server stops at the first that fails.
    fn execute_behind(&mut self, record: &str, sql: &str) -> Result<(), DatabaseError> {
        self.lock.as_ref().map_or(Ok(()), Lock::check)?;
        self.send(&format!("{record};\n{sql}"), sql, drop)
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        let mut found = Vec::new();
        self.run(sql, |row| found.push(cells::read(row)))?;
        Ok(found)
    }

    fn limit(&mut self, limits: &Limits) -> Result<(), DatabaseError> {
        let Limits { lock_timeout, statement_timeout, retries: _ } = limits;
        if let Some(time) = lock_timeout {
            // The server counts in whole seconds, and takes no 0 everywhere.
            let seconds = time.as_secs().clamp(1, 31_536_000);
            self.execute(&format!(
                "SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}"
            ))?;
            self.wait_timeout = Duration::from_secs(seconds);
        }
        if let Some(time) = statement_timeout {
            // MySQL's own `max_execution_time` is about SELECT alone.
            if !server::is_mariadb(&self.server) {
                return Err(DatabaseError::Unlimited { database: "MySQL", limit: "statement_timeout" });
            }
            self.execute(&format!("SET SESSION max_statement_time = {}", time.as_secs_f64()))?;
        }
        Ok(())
    }

    fn lock(&mut self, version_table: &TableName, _spans: Transaction) -> Result<(), DatabaseError> {
        if self.lock.is_none() {
            let Self { inner, location, .. } = self;
            self.lock = Some(Lock::take(inner, location, version_table, self.lock_timeout)?);
        }
        Ok(())
    }

    fn unlock(&mut self) {
        if let Some(lock) = self.lock.take() {
            lock.release(&mut self.inner);
        }
    }

    fn begin(&mut self, enforcement: Enforcement) -> Result<(), DatabaseError> {
        self.lock.as_ref().map_or(Ok(()), Lock::check)?;
        self.suspend(enforcement)?;
        self.execute("START TRANSACTION")
    }

    fn begin_with(
        &mut self,
        enforcement: Enforcement,
        query: &str,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.lock.as_ref().map_or(Ok(()), Lock::check)?;
        self.suspend(enforcement)?;
        self.query(&format!("START TRANSACTION;\n{query}"))
    }

    fn commit_with(
        &mut self,
        statements: &[&str],
        query: Option<&str>,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        let all = statements.iter().copied().chain(query);
        let texts: Vec<String> = all.map(|statement| format!("{statement}\n;")).collect();
        // The server stops at what fails, before the COMMIT.
        let found = self.query(&format!("{}COMMIT", texts.concat()));
        let (found, done) = found.map_or_else(|error| (Vec::new(), Err(error)), |found| (found, Ok(())));
        self.committed(done).map(|()| found)
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        let done = self.run("COMMIT", drop);
        self.committed(done)
    }

    fn rollback(&mut self) -> Result<(), DatabaseError> {
        self.run("ROLLBACK", drop)?;
        self.settle()
    }

    fn has_table(&mut self, table: &TableName) -> Result<bool, DatabaseError> {
        let sql = lower::sql_for_any_mode();
        let sql = sql.kw("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA =");
        let sql = match &table.schema {
            Some(schema) => sql.text(schema.as_str()),
            None => sql.kw("DATABASE()"),
        };
        let sql = sql.kw("AND TABLE_NAME =").text(table.name.as_str());
        Ok(!self.query(&sql.finish())?.is_empty())
    }

    fn reflect(&mut self, only: Option<&[TableName]>) -> Result<Schema, DatabaseError> {
        reflect::reflect(self, only)
    }

    fn relations(&mut self) -> Result<Vec<String>, DatabaseError> {
        let rows =
            self.query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()")?;
        Ok(rows.iter().filter_map(|row| Some(row.first()?.as_text()?.to_owned())).collect())
    }

    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic> {
        survey::survey(self, operation, folded)
    }

    fn speller(&mut self) -> Option<&mut dyn Speller> {
        Some(self)
    }

    fn interrupt(&self) -> Interrupt {
        let (location, id) = (self.location.clone(), self.inner.connection_id());
        Arc::new(move || {
            let location = location.clone();
            // Connecting takes its time, and whoever interrupts does not.
            thread::spawn(move || {
                // If the server cannot be reached, the statement ends by itself or by its time-out.
                let _ =
                    open::connect(&location).and_then(|mut conn| conn.query_drop(format!("KILL QUERY {id}")));
            });
        })
    }

    fn watch(&mut self, watch: Option<Watch>) {
        // The old one ends before the new one begins.
        self.watcher = None;
        self.watcher = watch.map(|watch| Watcher::new(watch, self.interrupt()));
    }
}
