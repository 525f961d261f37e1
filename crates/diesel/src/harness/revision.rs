//! One revision, as a migration of Diesel's.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationVersion, Result};
use diesel::query_builder::SqlQuery;
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl};
use limbeck_core::graph::{Direction, Heads};
use limbeck_core::migrator::{Guest, GuestScript};
use limbeck_core::op::Transaction;
use limbeck_core::revision::RevisionId;

/// A row of the version table.
#[derive(QueryableByName)]
pub struct Head {
    #[diesel(sql_type = Text)]
    version_num: String,
}

/// One revision.
pub(super) struct Revision<C> {
    pub(super) guest: Arc<Guest>,
    pub(super) revision: RevisionId,
    /// Whether Diesel's transaction is wanted.
    pub(super) inside: bool,
    pub(super) version: String,
    pub(super) message: String,
    pub(super) connection: PhantomData<fn(&mut C)>,
}

impl<C> Revision<C>
where
    C: Connection + 'static,
    SqlQuery: for<'q> LoadQuery<'q, C, Head>,
{
    fn go(&self, connection: &mut dyn BoxableConnection<C::Backend>, direction: Direction) -> Result<()> {
        let Some(connection) = connection.downcast_mut::<C>() else {
            let wanted = std::any::type_name::<C>();
            return Err(format!("these migrations are for a connection of type `{wanted}`").into());
        };
        connection.batch_execute(&self.guest.tables()?)?;
        let rows: Vec<Head> = diesel::sql_query(self.guest.heads_query()).load(connection)?;
        let heads: Heads = rows.iter().map(|row| row.version_num.as_str()).collect();
        let script = match direction {
            Direction::Up => self.guest.upgrade(&self.revision, &heads)?,
            Direction::Down => self.guest.downgrade(&self.revision, &heads)?,
        };
        let Some(GuestScript { sql, transaction }) = script else { return Ok(()) };
        if self.inside && transaction == Transaction::Outside {
            let message = format!(
                "revision `{}` cannot run in Diesel's transaction on this database, which is at {heads}; \
                 `limbeck upgrade` can run it",
                self.revision
            );
            return Err(message.into());
        }
        connection.batch_execute(&sql).map_err(|error| {
            if !self.inside {
                // What it began is left open by the error; there may be nothing to roll back.
                let _ = connection.batch_execute("ROLLBACK");
            }
            error.into()
        })
    }
}

impl<C> Migration<C::Backend> for Revision<C>
where
    C: Connection + 'static,
    SqlQuery: for<'q> LoadQuery<'q, C, Head>,
{
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
        self.inside
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
