//! A change of columns that may or may not leave the rows there as they are stored.

use crate::schema::{Column, Table};

/// A change of columns.
#[derive(Debug, Clone, Copy)]
pub enum ColumnChange<'c> {
    /// A column comes.
    Add {
        /// The column.
        column: &'c Column,
        /// The table with it.
        table: &'c Table,
    },
    /// The type or the collation of a column changes, without an expression that makes new values of the old ones.
    Retype {
        /// The column as it is.
        from: &'c Column,
        /// The column as it is to be.
        to: &'c Column,
    },
}
