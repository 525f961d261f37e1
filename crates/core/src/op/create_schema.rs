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

impl CreateSchema {
    /// Says whether the schema is there: made by an operation, or known by what stands in it.
    fn is_there(&self, schema: &Schema) -> bool {
        schema.schemas.contains(&self.schema) || schema.object_in(&self.schema).is_some()
    }
}

impl Change for CreateSchema {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        match (self.is_there(schema), self.if_not_exists) {
            (true, true) => {}
            (true, false) => return Err(SchemaError::exists(ObjectKind::Schema, &self.schema, None)),
            (false, _) => drop(schema.schemas.insert(self.schema.clone())),
        }
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        if self.if_not_exists && self.is_there(before) {
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
