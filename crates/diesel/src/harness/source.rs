//! What Diesel gets its migrations from.

use std::marker::PhantomData;
use std::sync::Arc;

use diesel::migration::{Migration, MigrationSource, Result};
use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::history::History;
use limbeck_core::migrator::{Guest, Settings};

use super::revision::Revision;
use super::rows::Reads;
use super::version::versions;

/// A history, for connections of one type: `connection.run_pending_migrations(migrations)`.
///
/// Each revision keeps Limbeck's version table and log, beside the table of Diesel's. So a database may be moved by the command
/// line of Limbeck too: what that has applied counts as run when Diesel comes to it.
///
/// A revision that makes a table of SQLite anew, or that holds something which cannot be in a transaction, brings its own
/// transaction; the row of Diesel's table then comes after it. What such a revision switches for its session is put back, also
/// when it fails. What it had committed before it failed stays. A revision that a run of Limbeck's left half done is not gone on
/// with, and nothing is run before it is finished.
///
/// What is done is planned from the history alone, as for `limbeck upgrade --sql`; what stands in the database and in no revision
/// is not known. A lock is not taken: that is the business of whoever runs Diesel.
pub struct Migrations<C> {
    guest: Arc<Guest>,
    /// Of the revisions, in their order.
    versions: Arc<[String]>,
    connection: PhantomData<fn(&mut C)>,
}

impl<C> Migrations<C> {
    /// Takes a history for a kind of server. Only headers are read; the whole is planned when Diesel comes to the first revision
    /// that is pending, and all that can be found in it without a database is told before that one runs. Data work in Rust
    /// cannot be run by Diesel.
    ///
    /// # Errors
    /// Ids that are too long for Diesel's table, which holds 50 characters, and versions that would run in another order.
    pub fn new(
        history: History,
        (dialect, server): (&'static dyn Dialect, ServerInfo),
        settings: Settings,
    ) -> std::result::Result<Self, Diagnostics> {
        let guest = Guest::new(history, dialect, server, settings)?;
        let versions = versions(&guest)?.into();
        Ok(Self { guest: Arc::new(guest), versions, connection: PhantomData })
    }
}

impl<C> Clone for Migrations<C> {
    fn clone(&self) -> Self {
        Self { guest: self.guest.clone(), versions: self.versions.clone(), connection: PhantomData }
    }
}

impl<C: Reads> MigrationSource<C::Backend> for Migrations<C> {
    fn migrations(&self) -> Result<Vec<Box<dyn Migration<C::Backend>>>> {
        let revisions = self.guest.revisions().iter().zip(&*self.versions).map(|(revision, version)| {
            let header = self.guest.history().graph().get(revision.as_str());
            let migration: Box<dyn Migration<C::Backend>> = Box::new(Revision::<C> {
                guest: self.guest.clone(),
                revision: revision.clone(),
                version: version.clone(),
                message: header.map(|header| header.message.clone()).unwrap_or_default(),
                connection: PhantomData,
            });
            migration
        });
        Ok(revisions.collect())
    }
}
