//! `insert`: inserts rows that the migration holds.

use crate::literal::Value;
use crate::name::{Ident, TableName};
use crate::schema::{Schema, SchemaError};

use super::{Access, Change, Delete, Footprint, Object, Operation};

/// The cells of a row by column, in the order written.
pub type Row = Vec<(Ident, Value)>;

/// Inserts rows. Columns that a row does not name get their default.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: TableName,
    /// The rows, at least one; they need not name the same columns.
    pub rows: Vec<Row>,
}

/// Checks that a table has every column that the rows name.
pub(super) fn check_columns(schema: &Schema, table: &TableName, rows: &[Row]) -> Result<(), SchemaError> {
    let table = schema.table(table)?;
    for (column, _) in rows.iter().flatten() {
        table.column_position(column).map_err(|error| schema.or_unknown(error))?;
    }
    Ok(())
}

/// Returns what rows touch that are put into a table or taken out of it.
pub(super) fn footprint_of(table: &TableName, rows: &[Row]) -> Footprint {
    let columns = rows.iter().flatten().map(|(column, _)| Object::Column(table.clone(), column.clone()));
    Footprint::new()
        .with(Access::Writes, Object::Rows(table.clone()))
        .with(Access::Reads, Object::Table(table.clone()))
        .with_all(Access::Reads, columns)
}

impl Change for Insert {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        check_columns(schema, &self.table, &self.rows)
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let table = before.table(&self.table)?;
        let missing = |what: &str| {
            SchemaError::irreversible(format!(
                "the rows inserted into `{}` cannot be told apart: {what}",
                self.table
            ))
        };
        let key = table.primary_key().ok_or_else(|| missing("the table has no primary key"))?;
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let cell = |name: &Ident| row.iter().find(|(column, _)| column == name).cloned();
            let cells: Option<Row> = key.columns.iter().map(cell).collect();
            rows.push(cells.ok_or_else(|| missing("a row does not give its primary key"))?);
        }
        rows.reverse();
        Ok(vec![Delete { table: self.table.clone(), rows }.into()])
    }

    fn footprint(&self) -> Footprint {
        footprint_of(&self.table, &self.rows)
    }

    fn describe(&self) -> String {
        format!("insert {} {} into `{}`", self.rows.len(), plural(self.rows.len()), self.table)
    }
}

/// Returns "row" or "rows".
pub(super) fn plural(rows: usize) -> &'static str {
    if rows == 1 { "row" } else { "rows" }
}
