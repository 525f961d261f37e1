//! `create_index`: makes an index on a table that is there.

use crate::name::TableName;
use crate::schema::{Index, ObjectKind, Schema, SchemaError};

use super::{Access, Change, DropIndex, Footprint, Object, Operation};

/// Makes an index on a table that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// The table.
    pub table: TableName,
    /// The index as it is to be.
    pub index: Index,
    /// Whether an index of that name that is there already is left as it is.
    pub if_not_exists: bool,
    /// Whether writers go on meanwhile (PostgreSQL's CONCURRENTLY).
    pub concurrently: bool,
}

impl CreateIndex {
    /// Does what [`apply`](Change::apply) does, for an index whose name is not taken. The caller knows that.
    pub(crate) fn apply_with_new_name(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let table = schema.table(&self.table)?;
        for column in self.index.named_columns() {
            table.column_position(column).map_err(|error| schema.or_unknown(error))?;
        }
        schema.table_mut(&self.table)?.indexes.push(self.index.clone());
        Ok(())
    }
}

impl Change for CreateIndex {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        // A table that is missing is a fault whether the index is there or not.
        schema.table(&self.table)?;
        if let Some(owner) = schema.index_beside(&self.index.name, &self.table) {
            return match self.if_not_exists {
                true => Ok(()),
                false => Err(SchemaError::exists(ObjectKind::Index, &self.index.name, Some(&owner.name))),
            };
        }
        self.apply_with_new_name(schema)
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        if self.if_not_exists && before.index_beside(&self.index.name, &self.table).is_some() {
            return Ok(Vec::new());
        }
        Ok(vec![
            DropIndex {
                index: self.index.name.clone(),
                table: Some(self.table.clone()),
                if_exists: false,
                concurrently: self.concurrently,
            }
            .into(),
        ])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new()
            .with(Access::Creates, Object::Index(self.index.name.clone()))
            .with(Access::Reads, Object::Table(self.table.clone()))
            .with_all(
                Access::Reads,
                self.index
                    .named_columns()
                    .into_iter()
                    .map(|name| Object::Column(self.table.clone(), name.clone())),
            )
    }

    fn describe(&self) -> String {
        format!("create index `{}` on `{}`", self.index.name, self.table)
    }
}
