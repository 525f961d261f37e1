//! Revisions that run on a connection of the program's, inside its transaction.

use diesel::connection::TransactionManager;
use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::dialect::Enforcement;
use limbeck_core::graph::{Direction, Heads, Target};
use limbeck_core::migrator::{Guest, HostedStep};
use limbeck_core::op::Transaction;
use limbeck_core::revision::RevisionId;

use super::rows::Reads;

/// A migrator on a borrowed connection of Diesel's, inside the transaction that is open on it.
///
/// The transaction is neither committed nor rolled back: all of a run stands in a savepoint of it, so that a run that fails leaves
/// nothing behind, and what the program had done before stays, to be committed or not. Where none is open, the run has one of its
/// own.
///
/// What cannot run inside a transaction is refused, with the reason and before anything runs: on MySQL and MariaDB all that changes
/// the schema, as it would commit what the program has begun; an index of PostgreSQL that is made `concurrently`; a table of SQLite
/// that others point at and that is made anew, while the connection enforces foreign keys. Data work in Rust wants a connection of
/// Limbeck's.
///
/// A transaction that was begun with SQL of the program's own, past Diesel, is not seen.
///
/// ```
/// use diesel::prelude::*;
/// use limbeck::core::graph::Target;
/// use limbeck::core::history::History;
/// use limbeck::core::migrator::Guest;
/// use limbeck_diesel::harness::Migrator;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
/// let text = r#"
/// revision = "aaaa"
///
/// [[upgrade]]
/// create_table = "account"
/// columns = [{ name = "id", type = "integer", primary_key = true }]
/// "#;
/// let history = History::builder().text("aaaa.toml".into(), text.into()).build()?;
/// let (dialect, server) = limbeck::server("sqlite")?;
/// let guest = Guest::new(history, dialect, server, limbeck::settings())?;
/// let mut connection = SqliteConnection::establish(":memory:")?;
/// connection.transaction(|connection| {
///     Migrator::new(&guest, connection).upgrade(&Target::heads())?;
///     diesel::sql_query("INSERT INTO account (id) VALUES (1)").execute(connection)?;
///     Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// })?;
/// # Ok(())
/// # }
/// ```
pub struct Migrator<'a, C> {
    guest: &'a Guest,
    connection: &'a mut C,
}

/// Why a run came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be done, and nothing was run.
    #[error(transparent)]
    Refused(#[from] Diagnostics),
    /// The database refused a statement of a revision; what the run had done is rolled back.
    #[error("revision `{revision}`: {error}, at `{statement}`")]
    Statement {
        /// The revision.
        revision: RevisionId,
        /// The statement, shortened.
        statement: String,
        /// What the database said.
        #[source]
        error: diesel::result::Error,
    },
    /// The database refused something else.
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

impl From<Diagnostic> for Fault {
    fn from(fault: Diagnostic) -> Self {
        Self::Refused(fault.into())
    }
}

impl<'a, C: Reads> Migrator<'a, C> {
    /// Takes a history, made ready for the kind of database, and a connection to one.
    pub fn new(guest: &'a Guest, connection: &'a mut C) -> Self {
        Self { guest, connection }
    }

    /// Returns the rows of the version table; none when nothing was ever run.
    ///
    /// # Errors
    /// What the database says.
    pub fn current(&mut self) -> Result<Heads, Fault> {
        C::TransactionManager::begin_transaction(self.connection)?;
        let found = self.provide_tables().and_then(|()| self.heads());
        // Tables that were made only to be read are not to stay.
        let put_back = C::TransactionManager::rollback_transaction(self.connection);
        let found = found?;
        put_back?;
        Ok(found)
    }

    /// Runs all that leads up to a target. Returns the revisions in order of running; none when there was nothing to do.
    ///
    /// # Errors
    /// As [`Migrator`] says; a step that a run of Limbeck's left half done; what the database says.
    pub fn upgrade(&mut self, target: &Target) -> Result<Vec<RevisionId>, Fault> {
        self.run(Direction::Up, target)
    }

    /// Undoes all that leads down to a target. Returns the revisions in order of running; none when there was nothing to do.
    ///
    /// # Errors
    /// As [`Migrator::upgrade`]; also when a revision cannot be undone.
    pub fn downgrade(&mut self, target: &Target) -> Result<Vec<RevisionId>, Fault> {
        self.run(Direction::Down, target)
    }

    fn run(&mut self, direction: Direction, target: &Target) -> Result<Vec<RevisionId>, Fault> {
        let settings = match self.guest.session_query() {
            Some(query) => self.connection.settings(query)?,
            None => Vec::new(),
        };
        let ran = self.in_savepoint(|this| {
            this.provide_tables()?;
            // Who waited for another run must not go by the rows of before.
            this.connection.batch_execute(&this.guest.hold_statement())?;
            this.refuse_half_done()?;
            let heads = this.heads()?;
            let enforcement = match this.guest.enforced_query() {
                Some(query) if this.connection.settings(query)?.is_empty() => Enforcement::Suspended,
                _ => Enforcement::Configured,
            };
            let steps = this.guest.hosted(&heads, direction, target, enforcement)?;
            steps.iter().try_for_each(|step| this.step(step))?;
            Ok(steps.into_iter().map(|step| step.revision).collect())
        });
        let put_back = settings.iter().try_for_each(|sql| self.connection.batch_execute(sql));
        let ran = ran?;
        put_back?;
        Ok(ran)
    }

    fn step(&mut self, step: &HostedStep) -> Result<(), Fault> {
        for sql in &step.statements {
            self.connection.batch_execute(sql).map_err(|error| Fault::Statement {
                revision: step.revision.clone(),
                statement: limbeck_core::dialect::DatabaseError::shorten(sql),
                error,
            })?;
        }
        let heads = self.heads()?;
        if heads != step.after {
            let message = format!(
                "after revision `{}` the database is at {heads}, not at {}; another run has been at work",
                step.revision, step.after
            );
            return Err(Diagnostic::new(Code::ChangedMeanwhile, message).into());
        }
        Ok(())
    }

    /// Makes the version table and the log where they are missing, if that leaves the transaction open.
    fn provide_tables(&mut self) -> Result<(), Fault> {
        if self.guest.tables_transaction()? == Transaction::Inside {
            self.connection.batch_execute(&self.guest.tables()?)?;
            return Ok(());
        }
        let there = self.heads().and_then(|_| self.half_done());
        there.map(drop).map_err(|fault| {
            let message = format!(
                "the version table and the log are not there, and making them would commit the transaction that is open: {fault}"
            );
            Diagnostic::new(Code::Unsupported, message).hint("make them once: `limbeck ensure_version`").into()
        })
    }

    fn refuse_half_done(&mut self) -> Result<(), Fault> {
        match self.half_done()? {
            Some(fault) => Err(fault.into()),
            None => Ok(()),
        }
    }

    fn half_done(&mut self) -> Result<Option<Diagnostic>, Fault> {
        let Some(query) = self.guest.broken_off_query() else { return Ok(None) };
        Ok(self.connection.entries(&query)?.pop().and_then(|entry| self.guest.refusal(entry)))
    }

    fn heads(&mut self) -> Result<Heads, Fault> {
        Ok(self.connection.heads(&self.guest.heads_query())?.iter().map(String::as_str).collect())
    }

    /// Does something in a savepoint of the transaction that is open, or in a transaction where none is; what it did is rolled
    /// back when it fails.
    fn in_savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        C::TransactionManager::begin_transaction(self.connection)?;
        match work(self) {
            Ok(value) => {
                C::TransactionManager::commit_transaction(self.connection)?;
                Ok(value)
            }
            Err(fault) => {
                // The first fault is what a person must know.
                let _ = C::TransactionManager::rollback_transaction(self.connection);
                Err(fault)
            }
        }
    }
}
