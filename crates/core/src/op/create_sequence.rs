//! `create_sequence`: makes a sequence.

use crate::schema::{ObjectKind, Schema, SchemaError, Sequence};

use super::{Access, Change, DropSequence, Footprint, Object, Operation};

/// Makes a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSequence {
    /// The sequence as it is to be.
    pub sequence: Sequence,
    /// Whether a sequence of that name that is there already is left as it is.
    pub if_not_exists: bool,
}

impl Change for CreateSequence {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let name = &self.sequence.name;
        if schema.sequences.contains_key(name) {
            return match self.if_not_exists {
                true => Ok(()),
                false => Err(SchemaError::exists(ObjectKind::Sequence, name, None)),
            };
        }
        schema.sequences.insert(name.clone(), self.sequence.clone());
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let name = &self.sequence.name;
        if self.if_not_exists && before.sequences.contains_key(name) {
            return Ok(Vec::new());
        }
        Ok(vec![DropSequence { sequence: name.clone(), if_exists: false }.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Creates, Object::Sequence(self.sequence.name.clone()))
    }

    fn describe(&self) -> String {
        format!("create sequence `{}`", self.sequence.name)
    }
}
