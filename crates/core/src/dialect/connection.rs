//! A connection to a database.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::literal::Literal;
use crate::name::TableName;
use crate::op::{Operation, Transaction};
use crate::schema::Schema;

use super::{DatabaseError, Dialect, Limits, Rehearsal, ServerInfo, Speller};

/// A connection: synchronous, and usable as an object.
pub trait Connection: Send {
    /// Returns the dialect.
    fn dialect(&self) -> &'static dyn Dialect;

    /// Returns what is at the other end.
    fn server(&self) -> &ServerInfo;

    /// Runs one statement or several set apart by semicolons, and passes over any rows.
    ///
    /// # Errors
    /// [`DatabaseError::Statement`], [`DatabaseError::Locked`], [`DatabaseError::Interrupted`].
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// Outside a transaction, runs a statement that makes a record, and then another, each of which commits by itself; in
    /// one message where the database takes that.
    ///
    /// # Errors
    /// As [`Connection::execute`], of either. The record may then be made or not.
    fn execute_behind(&mut self, record: &str, sql: &str) -> Result<(), DatabaseError> {
        self.execute(record)?;
        self.execute(sql)
    }

    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn query(&mut self, sql: &str) -> Result<Vec<Vec<Literal>>, DatabaseError>;

    /// Takes the lock that lets one migrator at a time move the database, waiting for the others as long as the connect
    /// options allow. `version_table` tells apart histories that share a database; `spans` says whether all statements
    /// of the run stand in its transactions.
    ///
    /// Does nothing where it is held already, and where [`begin`](Connection::begin) is lock enough (SQLite, as long as
    /// all stands in transactions). Elsewhere it is held beside the transactions, and goes when the process does.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`], with who holds it where the database knows; [`DatabaseError::Interrupted`];
    /// [`DatabaseError::Pooled`].
    fn lock(&mut self, version_table: &TableName, spans: Transaction) -> Result<(), DatabaseError>;

    /// Gives the lock back. Does nothing where it is not held.
    fn unlock(&mut self);

    /// Sets how long statements may wait and run from now on.
    ///
    /// # Errors
    /// [`DatabaseError::Unlimited`] where the database has no such limit.
    fn limit(&mut self, limits: &Limits) -> Result<(), DatabaseError>;

    /// Waits until no other session runs a statement any more, as long as the connect options allow: a server may go on
    /// with it when the client that sent it is gone.
    ///
    /// Does nothing where the lock is held by the session that runs the statements.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`], or as [`Connection::execute`].
    fn wait_for(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let _ = sql;
        Ok(())
    }

    /// Opens a transaction. Where there is no other lock, no other writer can be in one at the same time, and the others
    /// are waited for as long as the connect options allow.
    ///
    /// # Errors
    /// [`DatabaseError::Locked`], or as [`Connection::execute`].
    fn begin(&mut self, enforcement: Enforcement) -> Result<(), DatabaseError>;

    /// Opens a transaction and runs one query in it, in one message where the database takes that. The columns of the
    /// query are text.
    ///
    /// # Errors
    /// As [`begin`](Connection::begin) and [`query`](Connection::query). If it is the query that fails, the transaction is
    /// open.
    fn begin_with(
        &mut self,
        enforcement: Enforcement,
        query: &str,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        self.begin(enforcement)?;
        self.query(query)
    }

    /// Runs statements that return no rows, then a query if there is one, and commits; in one message where the database
    /// takes that. The cells of the query may be text whatever they are.
    ///
    /// # Errors
    /// As [`execute`](Connection::execute) and [`commit`](Connection::commit). The transaction is then still open, or
    /// rolled back.
    fn commit_with(
        &mut self,
        statements: &[&str],
        query: Option<&str>,
    ) -> Result<Vec<Vec<Literal>>, DatabaseError> {
        statements.iter().try_for_each(|statement| self.execute(statement))?;
        let found = query.map_or_else(|| Ok(Vec::new()), |query| self.query(query))?;
        self.commit()?;
        Ok(found)
    }

    /// Commits, and puts the enforcement of foreign keys back.
    ///
    /// # Errors
    /// As [`Connection::execute`]; the transaction is then rolled back.
    fn commit(&mut self) -> Result<(), DatabaseError>;

    /// Rolls back, and puts the enforcement of foreign keys back. Does nothing outside a transaction.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn rollback(&mut self) -> Result<(), DatabaseError>;

    /// Says whether a table of that name is there.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn has_table(&mut self, table: &TableName) -> Result<bool, DatabaseError>;

    /// Reads the schema back from the database, all of it or only some tables.
    ///
    /// Tables that are asked for and not there are left out.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn reflect(&mut self, only: Option<&[TableName]>) -> Result<Schema, DatabaseError>;

    /// Returns the names of all that can be read like a table, without their schemas, in no order: also of what
    /// [`Connection::reflect`] leaves out, such as virtual tables, partitions and what extensions bring.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn relations(&mut self) -> Result<Vec<String>, DatabaseError>;

    /// Returns the schema that an operation finds, as far as lowering must see the database itself for it; `None`
    /// when the folded schema is enough.
    ///
    /// # Errors
    /// A diagnostic when the operation would lose something that the model does not hold.
    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic>;

    /// Makes a copy of the schema without its rows, to try changes on; `None` where the database has no such way.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn rehearsal(&mut self) -> Result<Option<Box<dyn Rehearsal>>, DatabaseError> {
        Ok(None)
    }

    /// Returns whoever asks the database how it would write what it keeps; `None` where the dialect's normal form says it all.
    fn speller(&mut self) -> Option<&mut dyn Speller> {
        None
    }

    /// Counts the rows of a table, if that costs little beside copying them; an estimate will do. `None` where the
    /// database has no such way, or no such table.
    ///
    /// # Errors
    /// As [`Connection::execute`].
    fn count_rows(&mut self, table: &TableName) -> Result<Option<u64>, DatabaseError> {
        let _ = table;
        Ok(None)
    }

    /// Returns a handle with which another thread can break off the statement that is running.
    fn interrupt(&self) -> Interrupt;

    /// Calls `watch` now and then while statements run; `None` ends it.
    fn watch(&mut self, watch: Option<Watch>);
}

/// Breaks off the running statement, which then ends with [`DatabaseError::Interrupted`].
pub type Interrupt = Arc<dyn Fn() + Send + Sync>;

/// Is told how far the running statement has got; [`ControlFlow::Break`] breaks it off.
pub type Watch = Box<dyn FnMut(Progress) -> ControlFlow<()> + Send>;

/// How far the running statement has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows written so far by the statement, where the database can tell.
    pub rows: Option<u64>,
}

/// Whether foreign keys are enforced in a transaction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Enforcement {
    /// As the connection is set up.
    #[default]
    Configured,
    /// Not, because a table that others point at is made anew. The statements check what they concern themselves.
    Suspended,
}
