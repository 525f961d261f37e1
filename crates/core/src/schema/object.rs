//! What a schema holds besides tables.

use crate::literal::RawSql;
use crate::name::TableName;

/// A named enum type, where the database has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedEnum {
    /// Its name.
    pub name: TableName,
    /// Its values, in order.
    pub values: Vec<String>,
}

/// A view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: TableName,
    /// The query behind `AS`.
    pub sql: RawSql,
    /// Whether its rows are stored (PostgreSQL).
    pub materialized: bool,
}

/// A sequence. `None` leaves a value to the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// Its name.
    pub name: TableName,
    /// The first value.
    pub start: Option<i64>,
    /// The step.
    pub increment: Option<i64>,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
    /// How many values are taken at a time.
    pub cache: Option<i64>,
    /// Whether it starts again at the end.
    pub cycle: bool,
}

impl Sequence {
    /// Says whether each value is less than the one before.
    pub fn counts_down(&self) -> bool {
        self.increment.is_some_and(|step| step < 0)
    }

    /// Returns the first value, which the least or the greatest is where none is said.
    pub fn first(&self) -> i64 {
        let usual = if self.counts_down() { self.max.unwrap_or(-1) } else { self.min.unwrap_or(1) };
        self.start.unwrap_or(usual)
    }
}
