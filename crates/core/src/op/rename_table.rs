//! `rename_table`: gives a table another name; foreign keys follow it.

use crate::name::{Ident, TableName};
use crate::schema::{Constraint, Schema, SchemaError};

use super::{Access, Change, Footprint, Object, Operation};

/// Gives a table another name within its schema; foreign keys follow it.
#[derive(Debug, Clone, PartialEq)]
pub struct RenameTable {
    /// The table.
    pub table: TableName,
    /// Its new name.
    pub to: Ident,
}

impl RenameTable {
    /// Returns the new name, with the schema.
    pub fn target(&self) -> TableName {
        self.table.sibling(self.to.clone())
    }
}

impl Change for RenameTable {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let to = self.target();
        schema.table(&self.table)?;
        if let Some(kind) = schema.relation(&to) {
            return Err(SchemaError::exists(kind, &to, None));
        }
        if let Some(mut table) = schema.tables.remove(&self.table) {
            table.name = to.clone();
            table.written = None;
            schema.tables.insert(to.clone(), table);
        }
        schema.opaque.rename(&self.table.name, &self.to);
        for table in schema.tables.values_mut() {
            for constraint in &mut table.constraints {
                if let Constraint::ForeignKey(key) = constraint
                    && key.references == self.table
                {
                    key.references = to.clone();
                }
            }
        }
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        before.table(&self.table)?;
        Ok(vec![RenameTable { table: self.target(), to: self.table.name.clone() }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new()
            .with(Access::Drops, Object::Table(self.table.clone()))
            .with(Access::Creates, Object::Table(self.target()))
    }

    fn describe(&self) -> String {
        format!("rename table `{}` to `{}`", self.table, self.to)
    }
}
