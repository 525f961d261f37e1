//! Asks a database how it would write what it keeps.

use crate::literal::RawSql;
use crate::schema::{Schema, Table};

use super::DatabaseError;

/// A database that writes expressions anew in ways that only it knows: `a <> 'x'` of a number becomes `a <> 0`.
pub trait Speller {
    /// Returns the checks of a table as the database would write them, in their order; `None` when it cannot be asked, or does not
    /// take one of them. `around` is the schema that the table is in.
    ///
    /// Nothing is left behind, and a transaction that is open stays open.
    ///
    /// # Errors
    /// What ends the connection, or the run.
    fn checks(&mut self, table: &Table, around: &Schema) -> Result<Option<Vec<RawSql>>, DatabaseError>;
}
