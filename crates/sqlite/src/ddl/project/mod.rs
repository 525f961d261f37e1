//! The model as a projection of the tree.

mod column;
mod constraint;
mod default;
mod index;
mod table;
mod types;

pub(crate) use default::{is_bare, is_wrapped, value};
pub(crate) use index::{read_index, read_view};
pub(crate) use table::{Place, Projection, is_integer, project, read_table, same};
pub(crate) use types::read as read_type;
