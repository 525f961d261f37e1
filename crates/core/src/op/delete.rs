//! `delete`: deletes rows by the cells that tell them apart; what undoes an insert.

use crate::name::TableName;
use crate::schema::{Schema, SchemaError};

use super::insert::{check_columns, footprint_of, plural};
use super::{Change, Footprint, Operation, Row};

/// Deletes the rows whose cells equal all the cells of one of the rows given.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The table.
    pub table: TableName,
    /// The cells that tell each row, at least one row and one cell each.
    pub rows: Vec<Row>,
}

impl Change for Delete {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        check_columns(schema, &self.table, &self.rows)
    }

    fn invert(&self, _before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        Err(SchemaError::irreversible(format!("the rows deleted from `{}` are gone", self.table)))
    }

    fn footprint(&self) -> Footprint {
        footprint_of(&self.table, &self.rows)
    }

    fn describe(&self) -> String {
        format!("delete {} {} from `{}`", self.rows.len(), plural(self.rows.len()), self.table)
    }
}
