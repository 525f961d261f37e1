//! What a database itself says of a table, beyond the model.

use crate::literal::RawSql;
use crate::name::Ident;

use super::Constraint;

/// What a database itself says of a table, as far as a rebuild must keep it.
///
/// Only [`Connection::survey`](crate::dialect::Connection::survey) finds it; a folded table has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The statements that make the triggers of the table, as the database keeps them, in order of name.
    pub triggers: Vec<RawSql>,
    /// The texts that made the indexes of the table, as the database keeps them, in the order of its indexes.
    pub indexes: Vec<RawSql>,
    /// The tables in which the database keeps statistics of this one.
    pub statistics: Vec<Ident>,
    /// Statements that change nothing and fail when a view or trigger elsewhere no longer fits the table.
    pub probes: Vec<RawSql>,
    /// Whether a foreign key of the table points at columns that are no key, so that the database cannot check any.
    pub mismatched: bool,
    /// What a rebuild would lose, in words, literals in backticks. Empty when the model holds everything.
    pub unheld: Vec<String>,
    /// The rules that have no name in the model, with the names that the database has given them.
    pub given_names: Vec<(Constraint, Ident)>,
}
