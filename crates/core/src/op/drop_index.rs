//! `drop_index`: drops an index, by its name alone or with its table.

use crate::name::{Ident, TableName};
use crate::schema::{Schema, SchemaError};

use super::referred::check_referred_keys;
use super::{Access, Change, CreateIndex, Footprint, Object, Operation};

/// Drops an index.
#[derive(Debug, Clone, PartialEq)]
pub struct DropIndex {
    /// The index.
    pub index: Ident,
    /// Its table, which MySQL needs to be told; the schema knows it where it is not given.
    pub table: Option<TableName>,
    /// Whether a missing index is no fault.
    pub if_exists: bool,
    /// Whether readers and writers go on meanwhile (PostgreSQL's CONCURRENTLY).
    pub concurrently: bool,
}

impl Change for DropIndex {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let owner = match schema.index_owner(&self.index, self.table.as_ref()) {
            Ok(owner) => owner.name.clone(),
            Err(SchemaError::NotFound { .. }) if self.if_exists => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut after = schema.table(&owner)?.clone();
        after.indexes.retain(|index| index.name != self.index);
        check_referred_keys(schema, &after, &[])?;
        *schema.table_mut(&owner)? = after;
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let owner = match before.index_owner(&self.index, self.table.as_ref()) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => return Ok(Vec::new()),
            other => other?,
        };
        let index = owner.indexes[owner.index_position(&self.index)?].clone();
        let (table, concurrently) = (owner.name.clone(), self.concurrently);
        Ok(vec![CreateIndex { table, index, if_not_exists: false, concurrently }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new()
            .with(Access::Drops, Object::Index(self.index.clone()))
            .with_all(Access::Reads, self.table.iter().map(|table| Object::Table(table.clone())))
    }

    fn describe(&self) -> String {
        format!("drop index `{}`", self.index)
    }
}
