//! A connection to a PostgreSQL database.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, Interrupt, Limits,
    Progress, ServerInfo, Speller, Watch,
};
use limbeck_core::literal::Literal;
use limbeck_core::name::TableName;
use limbeck_core::op::{self, Operation};
use limbeck_core::schema::Schema;
use postgres::{Client, SimpleQueryMessage};

use crate::lock::{self, Held};
use crate::open::Opener;
use crate::value::Cell;
use crate::{POSTGRES, error, lower, reflect, server, split, survey, url};

/// A connection to a PostgreSQL database.
pub struct PostgresConnection {
    client: Client,
    opener: Opener,
    server: ServerInfo,
    lock_timeout: Duration,
    limits: Limits,
    lock: Option<Held>,
    /// Whether a pooler stands between, as far as that was looked for when the lock was taken.
    pooled: bool,
    transaction: Transaction,
    broken_off: Arc<AtomicBool>,
    watch: Option<Watch>,
}

/// How the transaction under way is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Transaction {
    /// There is none.
    None,
    /// All its statements worked.
    Good,
    /// One failed. PostgreSQL would take a COMMIT for a ROLLBACK, and report no error.
    Failed,
}

impl PostgresConnection {
    /// Connects to the database that the URL names.
    ///
    /// # Errors
    /// [`DatabaseError::BadUrl`], [`DatabaseError::CannotConnect`].
    pub fn open(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Self, DatabaseError> {
        let opener = Opener::new(&url::parse(url, options.variable)?, format!("`{url}`"))?;
        let mut client = opener.open()?;
        let sql = "SELECT pg_catalog.version(), pg_catalog.current_setting('server_version_num')";
        let rows = client.query_typed(sql, &[]);
        let rows = rows.map_err(|error| error::connecting(&error, &opener.database))?;
        let server =
            rows.first().map_or_else(|| server::found("", ""), |row| server::found(row.get(0), row.get(1)));
        Ok(Self {
            client,
            opener,
            server,
            lock_timeout: options.lock_timeout,
            limits: Limits::default(),
            lock: None,
            pooled: false,
            transaction: Transaction::None,
            broken_off: Arc::default(),
            watch: None,
        })
    }

    /// Runs a query that this crate made.
    pub(crate) fn rows(&mut self, sql: &str) -> Result<Vec<postgres::Row>, DatabaseError> {
        let found = self.client.query_typed(sql, &[]);
        found.map_err(|error| self.failure(&error, sql))
    }

    fn failure(&mut self, error: &postgres::Error, sql: &str) -> DatabaseError {
        if self.transaction == Transaction::Good {
            self.transaction = Transaction::Failed;
        }
        match error::is_cancelled(error) && self.broken_off.swap(false, Ordering::Relaxed) {
            true => DatabaseError::Interrupted,
            false => error::statement(error, sql, self.limits.lock_timeout.unwrap_or_default()),
        }
    }

    fn run(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let done = self.client.batch_execute(sql);
        done.map_err(|error| self.failure(&error, sql))
    }

    /// Makes something by statements, looks at it, and leaves nothing of it behind; `None` when the server does not take it, when one
    /// of them is several, or when a transaction has failed.
    pub(crate) fn aside<T>(
        &mut self,
        make: &[String],
        look: impl FnOnce(&mut Self) -> Result<T, DatabaseError>,
    ) -> Result<Option<T>, DatabaseError> {
        let (begin, end) = match self.transaction {
            Transaction::Failed => return Ok(None),
            Transaction::None => ("BEGIN", "ROLLBACK"),
            Transaction::Good => (
                "SAVEPOINT _limbeck_asked",
                "ROLLBACK TO SAVEPOINT _limbeck_asked; RELEASE SAVEPOINT _limbeck_asked",
            ),
        };
        let before = self.transaction;
        // One that is several would leave the transaction.
        if make.iter().any(|one| split::split(one).len() != 1) {
            return Ok(None);
        }
        self.run(begin)?;
        let found = self.run(&make.join(";\n")).and_then(|()| look(self));
        self.transaction = before;
        self.run(end)?;
        match found {
            Ok(found) => Ok(Some(found)),
            Err(DatabaseError::Statement { .. } | DatabaseError::Repeated { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Returns the name of a limit that is set.
    fn limited(&self) -> Option<&'static str> {
        let Limits { lock_timeout, statement_timeout, retries: _ } = self.limits;
        let lock = lock_timeout.map(|_| "lock_timeout");
        lock.or(statement_timeout.map(|_| "statement_timeout"))
    }

    /// Returns the statements that set the limits, each behind a semicolon; none where none is set.
    fn set_limits(&self, scope: &'static str) -> String {
        let Limits { lock_timeout, statement_timeout, retries: _ } = self.limits;
        let one = |name, time: Option<Duration>| {
            time.map(|time| format!("; SET {scope} {name} = {}", time.as_millis())).unwrap_or_default()
        };
        one("lock_timeout", lock_timeout) + &one("statement_timeout", statement_timeout)
    }

    /// Leaves the transaction that was to be committed, by rolling it back if it was not.
    fn committed(&mut self, done: Result<(), DatabaseError>) -> Result<(), DatabaseError> {
        match done {
            Ok(()) => {
                self.transaction = Transaction::None;
                Ok(())
            }
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    fn look(&mut self) -> Result<(), DatabaseError> {
        match self.watch.as_mut().map(|watch| watch(Progress { rows: None })) {
            Some(ControlFlow::Break(())) => Err(DatabaseError::Interrupted),
            _ => Ok(()),
        }
    }
}

impl Connection for PostgresConnection {
    fn dialect(&self) -> &'static dyn Dialect {
        &POSTGRES
    }

    fn server(&self) -> &ServerInfo {
        &self.server
    }

    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.look()?;
        match self.transaction {
            // Together they would be in one transaction.
            Transaction::None => {
                let set = self.set_limits("SESSION");
                if !set.is_empty() {
                    self.run(&set)?;
                }
                let ran = split::split(sql).into_iter().try_for_each(|statement| self.run(statement));
                if !set.is_empty() {
                    self.run("RESET lock_timeout; RESET statement_timeout")?;
                }
                ran
            }
            Transaction::Good | Transaction::Failed => self.run(sql),
        }
    }

    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.look()?;
        let rows = self.rows(sql)?;
        let cell = |row: &postgres::Row, i| row.try_get::<_, Cell>(i).map(|cell| cell.0);
        let read = rows.iter().map(|row| (0..row.len()).map(|i| cell(row, i)).collect::<Result<Vec<_>, _>>());
        read.collect::<Result<Vec<_>, _>>().map_err(|error| self.failure(&error, sql))
    }

    fn limit(&mut self, limits: &Limits) -> Result<(), DatabaseError> {
        self.limits = *limits;
        Ok(())
    }

    fn lock(&mut self, version_table: &TableName, spans: op::Transaction) -> Result<(), DatabaseError> {
        let limited = self.limited();
        if self.lock.is_none() {
            let before = limited.map(|_| lock::backend(&mut self.client)).transpose()?;
            let mut held = lock::take(&self.opener, version_table, self.lock_timeout, &self.broken_off)?;
            self.pooled = match before {
                Some(before) => lock::is_pooled(&mut self.client, before, &mut held)?,
                None => false,
            };
            self.lock = Some(held);
        }
        // What is set for statements outside a transaction is set on the session.
        match limited.filter(|_| self.pooled && spans == op::Transaction::Outside) {
            Some(limit) => {
                self.lock = None;
                Err(DatabaseError::Pooled { limit })
            }
            None => Ok(()),
        }
    }

    fn unlock(&mut self) {
        self.lock = None;
    }

    fn wait_for(&mut self, sql: &str) -> Result<(), DatabaseError> {
        lock::wait_for(&mut self.client, sql, self.lock_timeout, &self.broken_off)
    }

    // PostgreSQL makes no table anew behind the back of those that point at it.
    fn begin(&mut self, _enforcement: Enforcement) -> Result<(), DatabaseError> {
        // In the transaction alone, because a pooler may hand the session to another client behind it.
        let limits = self.set_limits("LOCAL");
        self.run(&format!("BEGIN{limits}"))?;
        self.transaction = Transaction::Good;
        Ok(())
    }

    fn begin_with(
        &mut self,
        _enforcement: Enforcement,
        query: &str,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.look()?;
        let limits = self.set_limits("LOCAL");
        // If the query fails, the BEGIN before it has opened the transaction.
        self.transaction = Transaction::Good;
        let messages = self.client.simple_query(&format!("BEGIN{limits};\n{query}"));
        messages.map(|messages| rows_of(&messages)).map_err(|error| self.failure(&error, query))
    }

    fn commit_with(
        &mut self,
        statements: &[&str],
        query: Option<&str>,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.look()?;
        let all = statements.iter().copied().chain(query);
        let texts: Vec<String> = all.map(|statement| format!("{statement}\n;")).collect();
        // What fails keeps the COMMIT from being run.
        let sql = format!("{}COMMIT", texts.concat());
        let (found, done) = match self.client.simple_query(&sql) {
            Ok(messages) => (rows_of(&messages), Ok(())),
            Err(error) => (Vec::new(), Err(self.failure(&error, &sql))),
        };
        self.committed(done).map(|()| found)
    }

    fn commit(&mut self) -> Result<(), DatabaseError> {
        // In a transaction that has failed, the SELECT fails first and says so.
        let sql = if self.transaction == Transaction::Failed { "SELECT 1; COMMIT" } else { "COMMIT" };
        let done = self.run(sql);
        self.committed(done)
    }

    fn rollback(&mut self) -> Result<(), DatabaseError> {
        match std::mem::replace(&mut self.transaction, Transaction::None) {
            Transaction::None => Ok(()),
            Transaction::Good | Transaction::Failed => self.run("ROLLBACK"),
        }
    }

    fn has_table(&mut self, table: &TableName) -> Result<bool, DatabaseError> {
        let sql = lower::sql().kw(
            "SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND c.relname =",
        );
        let sql = sql.text(table.name.as_str()).kw("AND");
        let sql = match &table.schema {
            Some(schema) => sql.kw("n.nspname =").text(schema.as_str()),
            None => sql.kw("pg_catalog.pg_table_is_visible(c.oid)"),
        };
        Ok(!self.rows(&sql.finish())?.is_empty())
    }

    fn reflect(&mut self, only: Option<&[TableName]>) -> Result<Schema, DatabaseError> {
        reflect::reflect(self, only)
    }

    fn relations(&mut self) -> Result<Vec<String>, DatabaseError> {
        let rows = self.rows(
            "SELECT c.relname::text FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n \
             ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'",
        )?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic> {
        survey::survey(self, operation, folded)
    }

    fn speller(&mut self) -> Option<&mut dyn Speller> {
        Some(self)
    }

    fn interrupt(&self) -> Interrupt {
        let (token, opener) = (self.client.cancel_token(), self.opener.clone());
        let broken_off = self.broken_off.clone();
        Arc::new(move || {
            broken_off.store(true, Ordering::Relaxed);
            opener.cancel(&token);
        })
    }

    /// The server says nothing while a statement runs, so the watch is called before each.
    fn watch(&mut self, watch: Option<Watch>) {
        self.watch = watch;
    }
}

/// Returns the rows that the simple protocol gave, every cell as text.
fn rows_of(messages: &[SimpleQueryMessage]) -> Vec<Vec<Literal>> {
    let cells = |row: &postgres::SimpleQueryRow| {
        (0..row.len()).map(|at| row.get(at).map_or(Literal::Null, Literal::text)).collect()
    };
    let rows = messages.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(cells(row)),
        _ => None,
    });
    rows.collect()
}
