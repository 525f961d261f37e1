//! What is not known of a schema, and because of which statement.

use crate::diagnostic::Place;

/// Why the state of objects is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpaqueCause {
    /// The statement, shortened for display.
    pub statement: String,
    /// Where it stands.
    pub place: Option<Place>,
}

/// The statements that may have changed any object in a way that is not known. In order of running.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opaque {
    causes: Vec<OpaqueCause>,
}

impl Opaque {
    /// Records a statement whose effect is not known.
    pub fn add(&mut self, cause: OpaqueCause) {
        self.causes.push(cause);
    }

    /// Says where the statements stand that were recorded after the first `known`.
    pub fn locate(&mut self, known: usize, place: &Place) {
        for cause in self.causes.iter_mut().skip(known) {
            cause.place.get_or_insert_with(|| place.clone());
        }
    }

    /// Returns the statements.
    pub fn causes(&self) -> &[OpaqueCause] {
        &self.causes
    }

    /// Says whether everything is known.
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty()
    }
}
