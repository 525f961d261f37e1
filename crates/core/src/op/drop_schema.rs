//! `drop_schema`: drops an empty schema.

use crate::name::Ident;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, CreateSchema, Footprint, Object, Operation};

/// Drops a schema, which must be empty.
#[derive(Debug, Clone, PartialEq)]
pub struct DropSchema {
    /// Its name.
    pub schema: Ident,
    /// Whether a missing schema is no fault.
    pub if_exists: bool,
}

impl DropSchema {
    fn missing(&self, schema: &Schema) -> SchemaError {
        let there = schema.schemas.iter().map(Ident::as_str);
        schema.or_unknown(SchemaError::not_found(ObjectKind::Schema, &self.schema, None, there))
    }
}

impl Change for DropSchema {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        if let Some(object) = schema.object_in(&self.schema) {
            return Err(SchemaError::InUse {
                kind: ObjectKind::Schema,
                name: self.schema.to_string(),
                by: format!("`{object}`"),
            });
        }
        match schema.schemas.remove(&self.schema) {
            false if !self.if_exists => Err(self.missing(schema)),
            _ => Ok(()),
        }
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        match before.schemas.contains(&self.schema) {
            true => Ok(vec![CreateSchema { schema: self.schema.clone(), if_not_exists: false }.into()]),
            false if self.if_exists => Ok(Vec::new()),
            false => Err(self.missing(before)),
        }
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Schema(self.schema.clone()))
    }

    fn describe(&self) -> String {
        format!("drop schema `{}`", self.schema)
    }
}
