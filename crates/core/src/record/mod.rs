//! Records operations from Rust code: what a [`RustRevision`](crate::history::RustRevision) is given.

mod alter;
mod column;
mod faults;
mod index;
mod operations;
mod table;

pub use alter::AlterBuilder;
pub use column::{ColumnBuilder, ColumnChange};
pub use index::IndexBuilder;
pub use operations::Operations;
pub use table::{ConstraintBuilder, TableBuilder};
