//! Operations: one change each to a schema or its rows, as data.
//!
//! Each file holds one operation with all its dialect-free behaviour. To add one: a file here, a variant in
//! `operation.rs`, and then wherever the compiler stops.

mod alter_enum;
mod alter_sequence;
mod alter_table;
mod create_enum;
mod create_index;
mod create_schema;
mod create_sequence;
mod create_table;
mod create_view;
mod delete;
mod drop_enum;
mod drop_index;
mod drop_schema;
mod drop_sequence;
mod drop_table;
mod drop_view;
mod execute;
mod footprint;
mod given_names;
mod insert;
mod operation;
mod referred;
mod rename_table;
mod scoped;

pub use alter_enum::{AlterEnum, EnumAction, EnumActionKind, ValuePosition};
pub use alter_sequence::AlterSequence;
pub use alter_table::{AlterTable, Recreate};
pub use create_enum::CreateEnum;
pub use create_index::CreateIndex;
pub use create_schema::CreateSchema;
pub use create_sequence::CreateSequence;
pub use create_table::CreateTable;
pub use create_view::CreateView;
pub use delete::Delete;
pub use drop_enum::DropEnum;
pub use drop_index::DropIndex;
pub use drop_schema::DropSchema;
pub use drop_sequence::DropSequence;
pub use drop_table::DropTable;
pub use drop_view::DropView;
pub use execute::Execute;
pub(crate) use execute::summary;
pub use footprint::{Access, Footprint, Object};
pub use insert::{Insert, Row};
pub use operation::{Change, Operation, OperationKind};
pub use rename_table::RenameTable;
pub use scoped::{Origin, Scope, ScopedOperation, Transaction};
