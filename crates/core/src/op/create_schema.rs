//! `create_schema`: makes a schema, where the database has them.

use crate::name::Ident;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, DropSchema, Footprint, Object, Operation};

/// Makes a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    /// Its name.
    pub schema: Ident,
    /// Whether a schema of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl Change for CreateSchema {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        if !schema.schemas.insert(self.schema.clone()) && !self.if_not_exists {
            return Err(SchemaError::exists(ObjectKind::Schema, &self.schema, None));
        }
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        if self.if_not_exists && before.schemas.contains(&self.schema) {
            return Ok(Vec::new());
        }
        Ok(vec![DropSchema { schema: self.schema.clone(), if_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Creates, Object::Schema(self.schema.clone()))
    }

    fn describe(&self) -> String {
        format!("create schema `{}`", self.schema)
    }
}
