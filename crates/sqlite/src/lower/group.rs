//! All that one `alter_table` comes to: the table before, afterwards, and in between under its old names.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::AlterTable;
use limbeck_core::rebuild::{Origin, Source, origins, under_old_names};
use limbeck_core::schema::{Column, Constraint, Schema, Table};

use super::options::table_options;
use super::spelling;
use super::types::Enums;

/// The change of a table as a whole.
///
/// Whatever way it is made, rows are moved and texts edited under the old names, and columns are renamed in place at
/// the end, because then SQLite itself rewrites all that names them.
pub(super) struct Group<'a> {
    pub(super) op: &'a AlterTable,
    /// The table as it is.
    pub(super) start: &'a Table,
    /// The table as it is to be.
    pub(super) after: Table,
    /// The table as it is to be, but for the names of columns.
    pub(super) copied: Table,
    /// The columns of the table as it is to be, those of the old table first, and where they come from.
    pub(super) columns: Vec<Origin>,
    /// The schema around the table.
    pub(super) before: &'a Schema,
    pub(super) server: &'a ServerInfo,
}

impl<'a> Group<'a> {
    /// Follows the table through all actions.
    ///
    /// # Errors
    /// An action that does not fit, or a table that SQLite could not hold.
    pub(super) fn new(
        op: &'a AlterTable,
        start: &'a Table,
        before: &'a Schema,
        server: &'a ServerInfo,
    ) -> Result<Self, Diagnostic> {
        let mut after = start.clone();
        for action in &*op.in_order(start, before) {
            action.apply(&mut after, before)?;
        }
        table_options(&after)?;
        let columns = origins(op, start);
        let mut copied = under_old_names(&after, &columns, before)?;
        spelling::keep(&mut copied, start);
        Ok(Self { op, start, after, copied, columns, before, server })
    }

    pub(super) fn name(&self) -> &'a TableName {
        &self.start.name
    }

    pub(super) fn enums(&self) -> &'a Enums {
        &self.before.enums
    }

    /// Returns where the column of that name comes from; the name is the one under which it is copied.
    pub(super) fn origin(&self, copied: &Ident) -> Option<&Origin> {
        self.columns.iter().find(|column| column.copied == *copied)
    }

    /// Returns the columns of the old table that are gone afterwards, in order.
    pub(super) fn dropped(&self) -> impl Iterator<Item = &'a Column> {
        self.start.columns.iter().filter(|column| !self.is_kept(&column.name))
    }

    /// Returns the columns that the old table does not have, under the names of the copy, in order.
    pub(super) fn added(&self) -> impl Iterator<Item = &Column> {
        self.copied.columns.iter().filter(|column| !self.is_kept(&column.name))
    }

    /// Says whether a column of that name is in the old table and stays.
    pub(super) fn is_kept(&self, copied: &Ident) -> bool {
        self.origin(copied).is_some_and(|origin| origin.source == Source::Old)
    }

    /// Returns the constraints that the old table does not have under any name.
    pub(super) fn new_constraints(&self) -> impl Iterator<Item = &Constraint> {
        self.copied.constraints.iter().filter(|constraint| !self.had(constraint))
    }

    /// Says whether the old table has a constraint, perhaps under another name: rows need not be held to it again.
    pub(super) fn had(&self, constraint: &Constraint) -> bool {
        let wanted = constraint.nameless();
        self.start.constraints.iter().any(|old| old.nameless() == wanted)
    }
}
