//! `drop_enum`: drops a named enum.

use crate::column_type::ColumnType;
use crate::name::TableName;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, CreateEnum, Footprint, Object, Operation};

/// Drops a named enum.
#[derive(Debug, Clone, PartialEq)]
pub struct DropEnum {
    /// The enum.
    pub name: TableName,
    /// Whether a missing enum is no fault.
    pub if_exists: bool,
}

impl Change for DropEnum {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        if !schema.enums.contains_key(&self.name) {
            return match self.if_exists {
                true => Ok(()),
                false => Err(schema.missing(ObjectKind::Enum, &self.name, schema.enums.keys())),
            };
        }
        // Only a type that names the enum without values uses it; with values, the column brings its own.
        let uses = |ty: &ColumnType| matches!(ty, ColumnType::Enum { name: Some(name), values } if *name == self.name && values.is_empty());
        if let Some(table) =
            schema.tables.values().find(|table| table.columns.iter().any(|column| uses(&column.ty)))
        {
            return Err(SchemaError::InUse {
                kind: ObjectKind::Enum,
                name: self.name.to_string(),
                by: format!("a column of table `{}`", table.name),
            });
        }
        schema.enums.remove(&self.name);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        match before.enums.get(&self.name) {
            Some(definition) => {
                Ok(vec![CreateEnum { definition: definition.clone(), if_not_exists: false }.into()])
            }
            None if self.if_exists => Ok(Vec::new()),
            None => Err(before.missing(ObjectKind::Enum, &self.name, before.enums.keys())),
        }
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Type(self.name.clone()))
    }

    fn describe(&self) -> String {
        format!("drop enum `{}`", self.name)
    }
}
