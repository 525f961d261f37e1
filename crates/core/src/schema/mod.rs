//! The schema model: what a database looks like at a revision, complete enough to rebuild a table.
//!
//! A [`Schema`] is what operations add up to; [`Change::apply`](crate::op::Change::apply) changes it.
//! It is the same on every dialect, and no database is needed to have one.

mod brought;
mod column;
pub mod computed;
mod constraint;
mod error;
mod index;
pub mod mention;
mod model;
mod object;
mod opaque;
mod stored;
mod table;
pub(crate) mod words;

pub use column::{Column, Generated, GeneratedStorage, Identity};
pub use constraint::{
    Check, Constraint, ConstraintKind, ConstraintRef, Deferrable, Exclude, ExcludeElement, ForeignKey, Match,
    PrimaryKey, ReferentialAction, Unique,
};
pub use error::{ObjectKind, SchemaError};
pub use index::{Index, IndexColumn, IndexKey, Nulls, Order};
pub use model::{IndexNames, Schema};
pub use object::{NamedEnum, Sequence, View};
pub use opaque::{Opaque, OpaqueCause};
pub use stored::{Carried, CarryStage, Probe, Reader, Stored};
pub use table::{Options, Table};
