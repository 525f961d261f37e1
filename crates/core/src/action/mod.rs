//! Actions: the changes that an [`AlterTable`](crate::op::AlterTable) groups.
//!
//! Each file holds one action, or one family of them, with all its dialect-free behaviour.

mod action_list;
mod add_column;
mod alter_column;
mod constraint;
mod drop_column;
mod index;
mod rename_column;
mod table_wide;

pub use action_list::{Action, ActionKind};
pub use add_column::{AddColumn, Position};
pub use alter_column::{AlterColumn, Edit};
pub use constraint::{DropConstraint, RenameConstraint};
pub use drop_column::DropColumn;
pub use index::{AddIndex, RemoveIndex};
pub use rename_column::RenameColumn;
pub use table_wide::{SetComment, SetOptions};
