//! What an operation touches, down to the column: the ground on which two branches are compared.

use std::collections::BTreeSet;
use std::fmt;

use crate::name::{Ident, TableName};

/// How an object is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Access {
    /// Its state matters and stays.
    Reads,
    /// Its state changes.
    Writes,
    /// It comes to be.
    Creates,
    /// It goes.
    Drops,
}

/// An object that an operation touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Object {
    /// A table as a whole.
    Table(TableName),
    /// A column.
    Column(TableName, Ident),
    /// A constraint, by name or by shape.
    Constraint(TableName, String),
    /// An index; in a namespace of its own beside tables.
    Index(Ident),
    /// A named type.
    Type(TableName),
    /// A view.
    View(TableName),
    /// A sequence.
    Sequence(TableName),
    /// A schema.
    Schema(Ident),
    /// The rows of a table.
    Rows(TableName),
    /// Anything at all: raw SQL that is not understood.
    Anything,
}

/// What an operation touches and how. In order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Footprint {
    touched: BTreeSet<(Object, Access)>,
}

impl Footprint {
    /// Makes an empty footprint.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an object.
    #[must_use]
    pub fn with(mut self, access: Access, object: Object) -> Self {
        self.touched.insert((object, access));
        self
    }

    /// Adds objects.
    #[must_use]
    pub fn with_all(mut self, access: Access, objects: impl IntoIterator<Item = Object>) -> Self {
        self.touched.extend(objects.into_iter().map(|object| (object, access)));
        self
    }

    /// Adds all of another footprint.
    #[must_use]
    pub fn and(mut self, other: Footprint) -> Self {
        self.touched.extend(other.touched);
        self
    }

    /// Returns what is touched, in order of object.
    pub fn iter(&self) -> impl Iterator<Item = (Access, &Object)> {
        self.touched.iter().map(|(object, access)| (*access, object))
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(name) => write!(f, "table `{name}`"),
            Self::Column(table, column) => write!(f, "column `{}`", table.print_with_column(column)),
            Self::Constraint(table, name) => write!(f, "constraint `{name}` of `{table}`"),
            Self::Index(name) => write!(f, "index `{name}`"),
            Self::Type(name) => write!(f, "type `{name}`"),
            Self::View(name) => write!(f, "view `{name}`"),
            Self::Sequence(name) => write!(f, "sequence `{name}`"),
            Self::Schema(name) => write!(f, "schema `{name}`"),
            Self::Rows(table) => write!(f, "rows of `{table}`"),
            Self::Anything => write!(f, "anything"),
        }
    }
}
