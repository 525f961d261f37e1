//! One revision, as a migration of Diesel's.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use diesel::connection::{BoxableConnection, TransactionManager};
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion, Result};
use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::graph::{Direction, Heads};
use limbeck_core::migrator::{Guest, GuestScript};
use limbeck_core::op::Transaction;
use limbeck_core::revision::RevisionId;

use super::rows::Reads;

/// One revision.
pub(super) struct Revision<C> {
    pub(super) guest: Arc<Guest>,
    pub(super) revision: RevisionId,
    pub(super) version: String,
    pub(super) message: String,
    pub(super) connection: PhantomData<fn(&mut C)>,
}

impl<C: Reads> Revision<C> {
    fn go(&self, connection: &mut dyn BoxableConnection<C::Backend>, direction: Direction) -> Result<()> {
        let Some(connection) = connection.downcast_mut::<C>() else {
            let wanted = std::any::type_name::<C>();
            return Err(format!("these migrations are for a connection of type `{wanted}`").into());
        };
        let wanted = self.guest.transaction(&self.revision)?;
        connection.batch_execute(&self.guest.tables()?)?;
        let broken_off = match self.guest.broken_off_query() {
            Some(query) => connection.entries(&query)?.pop(),
            None => None,
        };
        if let Some(fault) = broken_off.and_then(|entry| self.guest.refusal(entry)) {
            return Err(Diagnostics::from(fault).into());
        }
        let heads: Heads = connection.heads(&self.guest.heads_query())?.iter().map(String::as_str).collect();
        let (script, verb) = match direction {
            Direction::Up => (self.guest.upgrade(&self.revision, &heads)?, "upgrade"),
            Direction::Down => (self.guest.downgrade(&self.revision, &heads)?, "downgrade"),
        };
        let Some(GuestScript { statements, transaction }) = script else { return Ok(()) };
        if (wanted, transaction) == (Transaction::Inside, Transaction::Outside) {
            let message = format!(
                "the {verb} of revision `{}` cannot run in Diesel's transaction on this database, which is at {heads}; \
                 `limbeck {verb}` can run it",
                self.revision
            );
            return Err(message.into());
        }
        match transaction {
            Transaction::Inside => Ok(statements.iter().try_for_each(|sql| connection.batch_execute(sql))?),
            Transaction::Outside => self.alone(connection, &statements),
        }
    }

    /// Runs a script that brings its own transaction, and puts back what it switched.
    fn alone(&self, connection: &mut C, statements: &[String]) -> Result<()> {
        let status = C::TransactionManager::transaction_manager_status_mut(connection);
        if status.transaction_depth()?.is_some() {
            let message = format!(
                "revision `{}` brings its own transaction, and cannot run in the one that is open on this connection",
                self.revision
            );
            return Err(message.into());
        }
        let settings = match self.guest.session_query() {
            Some(query) => connection.settings(query)?,
            None => Vec::new(),
        };
        let ran = statements.iter().try_for_each(|sql| connection.batch_execute(sql));
        if ran.is_err() {
            // What was begun is left open by the error; there may be nothing to roll back.
            let _ = connection.batch_execute("ROLLBACK");
        }
        let put_back = settings.iter().try_for_each(|sql| connection.batch_execute(sql));
        Ok(ran.and(put_back)?)
    }
}

impl<C: Reads> Migration<C::Backend> for Revision<C> {
    fn run(&self, connection: &mut dyn BoxableConnection<C::Backend>) -> Result<()> {
        self.go(connection, Direction::Up)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<C::Backend>) -> Result<()> {
        self.go(connection, Direction::Down)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        self
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl<C> MigrationMetadata for Revision<C> {
    fn run_in_transaction(&self) -> bool {
        // What keeps it from being planned is told when it is run.
        self.guest.transaction(&self.revision).is_ok_and(|wanted| wanted == Transaction::Inside)
    }
}

impl<C> MigrationName for Revision<C> {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(&self.version)
    }
}

impl<C> fmt::Display for Revision<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.lines().next() {
            Some(message) => write!(f, "{}: {message}", self.revision),
            None => write!(f, "{}", self.revision),
        }
    }
}
