//! `alter_sequence`: changes how a sequence counts; it goes on from where it stands.

use crate::action::Edit;
use crate::name::TableName;
use crate::schema::{ObjectKind, Schema, SchemaError, Sequence};

use super::{Access, Change, Footprint, Object, Operation};

/// Changes how a sequence counts. What it does not name stays as it is, and the sequence goes on from where it stands, but for
/// one that counts the other way then: it starts again.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterSequence {
    /// The sequence.
    pub sequence: TableName,
    /// The first value, of which only a restart takes notice.
    pub start: Edit<i64>,
    /// The step.
    pub increment: Edit<i64>,
    /// The least value.
    pub min: Edit<i64>,
    /// The greatest value.
    pub max: Edit<i64>,
    /// How many values are taken at a time.
    pub cache: Edit<i64>,
    /// Whether it starts again at the end.
    pub cycle: Option<bool>,
}

impl AlterSequence {
    /// Returns the sequence as it is before the change and as it is behind it.
    ///
    /// # Errors
    /// [`SchemaError::NotFound`] with the nearest name, or [`SchemaError::Opaque`] when raw SQL may have made it.
    pub fn both(&self, before: &Schema) -> Result<[Sequence; 2], SchemaError> {
        let Self { sequence: name, start, increment, min, max, cache, cycle } = self;
        let Some(old) = before.sequences.get(name) else {
            return Err(before.missing(ObjectKind::Sequence, name, before.sequences.keys()));
        };
        let mut new = old.clone();
        start.apply(&mut new.start);
        increment.apply(&mut new.increment);
        min.apply(&mut new.min);
        max.apply(&mut new.max);
        cache.apply(&mut new.cache);
        new.cycle = cycle.unwrap_or(new.cycle);
        Ok([old.clone(), new])
    }

    /// Says whether the sequence counts the other way then, and so starts again.
    pub fn turns(&self, before: &Schema) -> bool {
        self.both(before).is_ok_and(|[old, new]| old.counts_down() != new.counts_down())
    }
}

impl Change for AlterSequence {
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
        let [_, new] = self.both(schema)?;
        schema.sequences.insert(self.sequence.clone(), new);
        Ok(())
    }

    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
        let [old, _] = self.both(before)?;
        let undo = AlterSequence {
            sequence: self.sequence.clone(),
            start: self.start.invert(&old.start),
            increment: self.increment.invert(&old.increment),
            min: self.min.invert(&old.min),
            max: self.max.invert(&old.max),
            cache: self.cache.invert(&old.cache),
            cycle: self.cycle.map(|_| old.cycle),
        };
        Ok(vec![undo.into()])
    }

    fn footprint(&self) -> Footprint {
        Footprint::new().with(Access::Writes, Object::Sequence(self.sequence.clone()))
    }

    fn describe(&self) -> String {
        format!("alter sequence `{}`", self.sequence)
    }
}
