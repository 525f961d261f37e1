//! `create_table`: makes a table with its constraints and indexes.

use crate::schema::{ObjectKind, Schema, SchemaError, Table};

use super::{Access, Change, DropTable, Footprint, Object, Operation};

/// Makes a table with its constraints and indexes.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table as it is to be.
    pub table: Table,
    /// Whether a table of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl CreateTable {
    /// Does what [`apply`](Change::apply) does, for a table none of whose indexes has a name that is taken. The
    /// caller knows that; looking through all tables for it would make a long history slow.
    pub(crate) fn apply_with_new_indexes(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.table.name;
        match schema.relation(name) {
            Some(ObjectKind::Table) if self.if_not_exists => return Ok(()),
            Some(kind) => return Err(SchemaError::exists(kind, name, None)),
            None => {}
        }
        self.table.validate()?;
        schema.tables.insert(name.clone(), self.table.clone());
        Ok(())
    }
}

impl Change for CreateTable {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.table.name;
        if !schema.tables.contains_key(name) {
            self.table.validate()?;
            for index in &self.table.indexes {
                if let Some(owner) = schema.index_beside(&index.name, name) {
                    return Err(SchemaError::exists(ObjectKind::Index, &index.name, Some(&owner.name)));
                }
            }
        }
        self.apply_with_new_indexes(schema)
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let name = &self.table.name;
        if self.if_not_exists && before.tables.contains_key(name) {
            return Ok(Vec::new());
        }
        Ok(vec![DropTable { table: name.clone(), if_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        let name = &self.table.name;
        let others = self.table.foreign_keys().filter(|key| key.references != *name);
        Footprint::new()
            .with(Access::Creates, Object::Table(name.clone()))
            .with_all(
                Access::Creates,
                self.table.indexes.iter().map(|index| Object::Index(index.name.clone())),
            )
            .with_all(Access::Reads, others.map(|key| Object::Table(key.references.clone())))
    }

    fn describe(&self) -> String {
        format!("create table `{}`", self.table.name)
    }
}
