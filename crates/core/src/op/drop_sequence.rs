//! `drop_sequence`: drops a sequence.

use crate::name::TableName;
use crate::schema::{ObjectKind, Schema, SchemaError};

use super::{Access, Change, CreateSequence, Footprint, Object, Operation};

/// Drops a sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct DropSequence {
    /// The sequence.
    pub sequence: TableName,
    /// Whether a missing sequence is no fault.
    pub if_exists: bool,
}

impl Change for DropSequence {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        match schema.sequences.remove(&self.sequence) {
            None if !self.if_exists => {
                Err(schema.missing(ObjectKind::Sequence, &self.sequence, schema.sequences.keys()))
            }
            _ => Ok(()),
        }
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        match before.sequences.get(&self.sequence) {
            Some(sequence) => {
                Ok(vec![CreateSequence { sequence: sequence.clone(), if_not_exists: false }.into()])
            }
            None if self.if_exists => Ok(Vec::new()),
            None => Err(before.missing(ObjectKind::Sequence, &self.sequence, before.sequences.keys())),
        }
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Drops, Object::Sequence(self.sequence.clone()))
    }

    fn describe(&self) -> String {
        format!("drop sequence `{}`", self.sequence)
    }
}
