//! `drop_table`: drops a table with its rows, constraints and indexes.

use crate::name::TableName;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, CreateTable, Footprint, Object, Operation};

/// Drops a table with its rows, constraints and indexes.
#[derive(Debug, Clone, PartialEq)]
pub struct DropTable {
    /// The table.
    pub table: TableName,
    /// Whether a missing table is no fault.
    pub if_exists: bool,
}

impl Change for DropTable {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        if self.if_exists && !schema.tables.contains_key(&self.table) {
            return Ok(());
        }
        schema.table(&self.table)?;
        if let Some(other) = schema.referring_tables(&self.table).next() {
            return Err(SchemaError::InUse {
                kind: ObjectKind::Table,
                name: self.table.to_string(),
                by: format!("a foreign key of table `{}`", other.name),
            });
        }
        schema.tables.remove(&self.table);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        if self.if_exists && !before.tables.contains_key(&self.table) {
            return Ok(Vec::new());
        }
        let table = before.table(&self.table)?.clone();
        Ok(vec![CreateTable { table, if_not_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new()
            .with(Access::Drops, Object::Table(self.table.clone()))
            .with(Access::Drops, Object::Rows(self.table.clone()))
    }

    fn describe(&self) -> String {
        format!("drop table `{}`", self.table)
    }
}
