//! The closed list of operations, and what each of them can do without a dialect.

use crate::schema::{Schema, SchemaError};

use super::{
    AlterEnum, AlterSequence, AlterTable, CreateEnum, CreateIndex, CreateSchema, CreateSequence, CreateTable,
    CreateView, Delete, DropEnum, DropIndex, DropSchema, DropSequence, DropTable, DropView, Execute,
    Footprint, Insert, RenameTable,
};

/// What every operation can do without a dialect.
pub trait Change {
    /// Makes the change to the schema. On an error the schema is as it was.
    ///
    /// # Errors
    /// Why the operation does not fit the schema.
    fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError>;

    /// Returns the operations that lead back, given the schema before this one. In order of running.
    ///
    /// Rows that the operation destroys do not come back.
    ///
    /// # Errors
    /// [`SchemaError::Irreversible`], or whatever keeps the operation from fitting `before`.
    fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError>;

    /// Returns what the operation reads, writes, creates and drops.
    fn footprint(&self) -> Footprint;

    /// Says in a few words what it does, names in backticks: "create table `cart`".
    fn describe(&self) -> String;
}

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// One change. The first key of an operation in a migration file is its [`OperationKind`].
        #[derive(Debug, Clone, PartialEq, strum::EnumDiscriminants)]
        #[strum_discriminants(
            name(OperationKind),
            doc = "The name of an operation, as migration files write it.",
            derive(strum::EnumString, strum::IntoStaticStr, strum::EnumIter, strum::Display, PartialOrd, Ord, Hash),
            strum(serialize_all = "snake_case")
        )]
        pub enum Operation {
            $($(#[$doc])* $name($name),)*
        }

        impl Change for Operation {
            fn apply(&self, schema: &mut Schema) -> Result<(), SchemaError> {
                match self {
                    $(Self::$name(op) => op.apply(schema),)*
                }
            }

            fn invert(&self, before: &Schema) -> Result<Vec<Operation>, SchemaError> {
                match self {
                    $(Self::$name(op) => op.invert(before),)*
                }
            }

            fn footprint(&self) -> Footprint {
                match self {
                    $(Self::$name(op) => op.footprint(),)*
                }
            }

            fn describe(&self) -> String {
                match self {
                    $(Self::$name(op) => op.describe(),)*
                }
            }
        }

        $(impl From<$name> for Operation {
            fn from(op: $name) -> Self {
                Self::$name(op)
            }
        })*
    };
}

operations! {
    /// Makes a table with its constraints and indexes.
    CreateTable,
    /// Drops a table.
    DropTable,
    /// Gives a table another name.
    RenameTable,
    /// Makes all the changes to one table.
    AlterTable,
    /// Makes an index.
    CreateIndex,
    /// Drops an index.
    DropIndex,
    /// Makes a named enum.
    CreateEnum,
    /// Changes the values of a named enum.
    AlterEnum,
    /// Drops a named enum.
    DropEnum,
    /// Makes a view.
    CreateView,
    /// Drops a view.
    DropView,
    /// Makes a sequence.
    CreateSequence,
    /// Changes how a sequence counts.
    AlterSequence,
    /// Drops a sequence.
    DropSequence,
    /// Makes a schema.
    CreateSchema,
    /// Drops a schema.
    DropSchema,
    /// Runs the author's SQL.
    Execute,
    /// Inserts rows.
    Insert,
    /// Deletes rows by their key; what undoes an insert.
    Delete,
}
