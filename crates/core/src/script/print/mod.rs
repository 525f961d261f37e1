//! Prints operations and the model in their canonical TOML form: each file knows the keys of one kind of thing.
//!
//! Sugar is used where a constraint has no name, one column, and nothing else to say.

mod action;
mod column;
mod column_type;
mod constraint;
mod index;
mod item;
mod object;
mod operation;
mod table;
mod value;

pub use column_type::type_text;
pub(super) use item::{Item, Texts, Toml, quoted};
pub(super) use object::{sequence, view};
pub(super) use operation::{scoped, untold};
pub(super) use table::table;
