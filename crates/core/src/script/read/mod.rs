//! Reads the TOML forms of operations and of the model: each file knows the keys of one kind of thing.

mod action;
mod column;
mod column_type;
mod constraint;
mod edit;
mod exception;
mod index;
mod object;
mod operation;
mod options;
mod reader;
mod rows;
mod scalar;
mod table;
mod untold;

pub(super) use exception::exceptions;
pub(super) use object::{enum_values, sequence, view};
pub(super) use operation::operations;
pub(super) use options::DIALECTS;
pub(super) use reader::{Keys, Node, Reader, What, list};
pub(super) use table::table;
pub(super) use untold::untold;
