//! What a database itself says of a table, beyond the model.

use crate::literal::RawSql;
use crate::name::Ident;

use super::{Constraint, Index};

/// What a database itself says of a table, as far as a change of the table must keep it.
///
/// Only [`Connection::survey`](crate::dialect::Connection::survey) finds it; a folded table has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stored {
    /// The text that made the table, as the database keeps it, if it was read.
    pub definition: Option<RawSql>,
    /// A name that no object has, for the old table while a new one takes its place.
    pub aside: Option<Ident>,
    /// The columns that rows from before they were added may lack, so that the value is read from the default.
    pub lacking: Vec<Ident>,
    /// The columns that the history says are of the enum that is altered (SQLite, which keeps only their length).
    pub of_enum: Vec<Ident>,
    /// The statements that make the triggers of the table, as the database keeps them, in order of making.
    pub triggers: Vec<RawSql>,
    /// The texts that made the indexes of the table, as the database keeps them, in the order of its indexes.
    pub indexes: Vec<RawSql>,
    /// The indexes that the database made by itself for foreign keys (MySQL).
    pub key_indexes: Vec<Index>,
    /// The tables in which the database keeps statistics of this one.
    pub statistics: Vec<Ident>,
    /// Questions whether views and triggers elsewhere still fit the table. Each has a good answer now.
    pub probes: Vec<Probe>,
    /// The views, triggers and virtual tables that may name the table or a view over it.
    pub readers: Vec<Reader>,
    /// The triggers of the table in words, if it has any and all of them work.
    pub own_triggers: Option<String>,
    /// Whether a foreign key of the table points at columns that are no key, so that the database cannot check any.
    pub mismatched: bool,
    /// What the model does not hold, in words, literals in backticks; making the table anew would lose it.
    pub unheld: Vec<String>,
    /// The rules that have no name in the model, with the names that the database has given them.
    pub given_names: Vec<(Constraint, Ident)>,
    /// What stands on the table and must come back when it is made anew, in order of running (PostgreSQL).
    pub carried: Vec<Carried>,
}

/// A statement about something that stands on a table which is made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// When it runs.
    pub stage: CarryStage,
    /// What it is about, in words, its name in backticks.
    pub object: String,
    /// The statement.
    pub sql: RawSql,
}

/// When a statement runs that keeps something while a table is made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CarryStage {
    /// Before: it takes away what would hold the old table.
    Away,
    /// When both tables are there, and the rows are moved.
    Beside,
    /// When the old table is gone: its rules and indexes, whose names are free now.
    Rules,
    /// At the end.
    Back,
}

/// A question whether something still fits a table that was changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Probe {
    /// A statement that changes nothing, and fails when it does not.
    pub sql: RawSql,
    /// What is asked about, in words, its name in backticks.
    pub object: String,
}

/// What may read a table, or a view over it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// What it is, in words, its name in backticks.
    pub object: String,
    /// The view that it is, if it is one.
    pub view: Option<Ident>,
    /// The text that made it.
    pub sql: RawSql,
    /// The other tables and views that it names, as far as they are known, with their columns.
    pub relations: Vec<(Ident, Vec<Ident>)>,
}
