//! `create_enum`: makes a named enum.

use std::collections::BTreeSet;

use crate::schema::{NamedEnum, ObjectKind, Schema, SchemaError};

use super::{Access, Change, DropEnum, Footprint, Object, Operation};

/// Makes a named enum. On databases without named enums it makes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateEnum {
    /// The enum as it is to be.
    pub definition: NamedEnum,
    /// Whether an enum of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl Change for CreateEnum {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.definition.name;
        if schema.enums.contains_key(name) {
            return match self.if_not_exists {
                true => Ok(()),
                false => Err(SchemaError::exists(ObjectKind::Enum, name, None)),
            };
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.definition.values.iter().find(|value| !seen.insert(*value)) {
            return Err(SchemaError::exists(ObjectKind::EnumValue, twice, None));
        }
        schema.enums.insert(name.clone(), self.definition.clone());
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let name = &self.definition.name;
        if self.if_not_exists && before.enums.contains_key(name) {
            return Ok(Vec::new());
        }
        Ok(vec![DropEnum { name: name.clone(), if_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Creates, Object::Type(self.definition.name.clone()))
    }

    fn describe(&self) -> String {
        format!("create enum `{}`", self.definition.name)
    }
}
