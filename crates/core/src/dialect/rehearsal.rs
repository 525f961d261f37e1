//! A copy of a database's schema without its rows, to try changes on.

use crate::diagnostic::Diagnostic;
use crate::literal::RawSql;
use crate::op::Operation;
use crate::schema::Schema;

use super::{DatabaseError, Lowered};

/// A copy of a database's schema without its rows. What is tried on it leaves the database alone.
pub trait Rehearsal {
    /// Does what [`Connection::survey`](super::Connection::survey) does, on the copy as it is by now.
    ///
    /// # Errors
    /// As there.
    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic>;

    /// Runs what an operation is lowered to. What statements must find is not looked at, because there are no rows.
    ///
    /// # Errors
    /// What the database says; the copy is then as before.
    fn run(&mut self, lowered: &Lowered) -> Result<(), DatabaseError>;

    /// Runs the author's own SQL as far as it changes the schema.
    ///
    /// # Errors
    /// What the database says; how far it got is not known.
    fn follow(&mut self, sql: &RawSql) -> Result<(), DatabaseError>;
}
