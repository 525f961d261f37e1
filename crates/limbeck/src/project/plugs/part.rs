//! An object of a schema, as a program is asked about it.

use limbeck_core::schema::{Column, Constraint, Index, NamedEnum, Sequence, Table, View};

/// An object of a schema. What stands in a table comes with it.
#[derive(Debug, Clone, Copy)]
pub enum Part<'s> {
    /// A table.
    Table(&'s Table),
    /// A column of a table.
    Column(&'s Table, &'s Column),
    /// A constraint of a table.
    Constraint(&'s Table, &'s Constraint),
    /// An index of a table.
    Index(&'s Table, &'s Index),
    /// A named enum.
    Enum(&'s NamedEnum),
    /// A view.
    View(&'s View),
    /// A sequence.
    Sequence(&'s Sequence),
}

/// Which side of a comparison an object is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The database, or the history where no database is asked.
    Existing,
    /// The model.
    Model,
}
