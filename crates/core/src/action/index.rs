//! `create_index` and `drop_index` as actions of a table.

use crate::name::{Ident, TableName};
use crate::op::{Access, Footprint, Object};
use crate::schema::{Index, ObjectKind, Schema, SchemaError, Table};

use super::Action;

/// Makes an index on the table.
#[derive(Debug, Clone, PartialEq)]
pub struct AddIndex {
    /// The index as it is to be.
    pub index: Index,
    /// Whether an index of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

/// Drops an index of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveIndex {
    /// The index.
    pub index: Ident,
    /// Whether a missing index is no fault.
    pub if_exists: bool,
}

impl AddIndex {
    /// Makes an index that must not be there yet.
    pub fn new(index: Index) -> Self {
        Self { index, if_not_exists: false }
    }

    pub(super) fn apply(&self, table: &mut Table, schema: &Schema) -> Result<(), SchemaError> {
        let name = &self.index.name;
        let elsewhere = schema.index_beside(name, &table.name).is_some_and(|owner| owner.name != table.name);
        if elsewhere || table.index_position(name).is_ok() {
            return match self.if_not_exists {
                true => Ok(()),
                false => Err(SchemaError::exists(ObjectKind::Index, name, Some(&table.name))),
            };
        }
        for column in self.index.named_columns() {
            table.column_position(column)?;
        }
        table.indexes.push(self.index.clone());
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        if self.if_not_exists && before.index_position(&self.index.name).is_ok() {
            return Ok(Vec::new());
        }
        Ok(vec![Action::DropIndex(RemoveIndex {
            index: self.index.name.clone(),
            // An index of that name on another table made this one superfluous.
            if_exists: self.if_not_exists,
        })])
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        let columns =
            self.index.named_columns().into_iter().map(|name| Object::Column(table.clone(), name.clone()));
        Footprint::new()
            .with(Access::Creates, Object::Index(self.index.name.clone()))
            .with_all(Access::Reads, columns)
    }

    pub(super) fn describe(&self) -> String {
        format!("create index `{}`", self.index.name)
    }
}

impl RemoveIndex {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        match table.index_position(&self.index) {
            Ok(at) => {
                table.indexes.remove(at);
                Ok(())
            }
            Err(SchemaError::NotFound { .. }) if self.if_exists => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        match before.index_position(&self.index) {
            Err(SchemaError::NotFound { .. }) if self.if_exists => Ok(Vec::new()),
            at => Ok(vec![Action::CreateIndex(AddIndex::new(before.indexes[at?].clone()))]),
        }
    }

    pub(super) fn footprint(&self, _table: &TableName) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Index(self.index.clone()))
    }

    pub(super) fn describe(&self) -> String {
        format!("drop index `{}`", self.index)
    }
}
