//! Turns operations into SQLite's SQL. Each file lowers one concern.

mod affinity;
mod alter_table;
mod as_known;
mod as_stored;
mod checks;
pub(crate) mod column;
pub(crate) mod constraint;
mod create_table;
mod enums;
mod foreign_keys;
mod group;
mod index;
mod literal;
mod native;
mod nullness;
pub(crate) mod options;
mod probes;
mod readers;
mod rebuild;
mod refuse;
mod rows;
mod rows_before;
mod same_keys;
mod schema_edit;
mod sound;
mod spelling;
mod statistics;
mod table;
mod text;
mod types;
mod view;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, ServerInfo, Statement};
use limbeck_core::op::{Execute, Operation};
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use refuse::{named, unsupported};

/// Starts an empty text in SQLite's quoting.
pub(crate) fn sql() -> Sql {
    Sql::new(&literal::QUOTING)
}

pub(crate) use affinity::converts_with_loss;
pub(crate) use create_table::{check_table, counting_key, definition, rowid_column};
pub(crate) use enums::{tables_of, values_of_other_length};
pub(crate) use index::index_definition;
pub(crate) use probes::{of_triggers, of_view, of_virtual_table};
pub(crate) use rebuild::aside_name;
pub(crate) use types::{Enums, type_name};

/// Turns an operation into the statements that make the change, by the cheapest sound way.
///
/// # Errors
/// What SQLite cannot do, or what a rebuild would lose. It is known before anything runs.
pub(crate) fn lower(
    operation: &Operation,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Lowered, Diagnostic> {
    let statements = match operation {
        Operation::CreateTable(op) => create_table::create_table(op, before)?,
        Operation::DropTable(op) => return table::drop_table(op, before),
        Operation::RenameTable(op) => table::rename_table(op)?,
        Operation::AlterTable(op) => return alter_table::alter_table(op, before, server),
        Operation::CreateIndex(op) => index::create_index(op, before)?,
        Operation::DropIndex(op) => index::drop_index(op)?,
        Operation::CreateEnum(_) | Operation::DropEnum(_) => Vec::new(),
        Operation::AlterEnum(op) => return enums::alter_enum(op, before, server),
        Operation::CreateView(op) => view::create_view(op)?,
        Operation::DropView(op) => view::drop_view(op)?,
        Operation::CreateSequence(op) => {
            return Err(unsupported(format!("SQLite has no sequences, such as `{}`", op.sequence.name)));
        }
        Operation::AlterSequence(op) => {
            return Err(unsupported(format!("SQLite has no sequences, such as `{}`", op.sequence)));
        }
        Operation::DropSequence(op) => {
            return Err(unsupported(format!("SQLite has no sequences, such as `{}`", op.sequence)));
        }
        Operation::CreateSchema(op) => {
            return Err(unsupported(format!("SQLite has no schemas, such as `{}`", op.schema)));
        }
        Operation::DropSchema(op) => {
            return Err(unsupported(format!("SQLite has no schemas, such as `{}`", op.schema)));
        }
        Operation::Execute(Execute { sql, state: _ }) => {
            vec![Statement::new(sql.as_str(), "run the author's SQL")]
        }
        Operation::Insert(op) => rows::insert(op)?,
        Operation::Delete(op) => rows::delete(op)?,
    };
    Ok(Lowered { statements, ..Lowered::default() })
}
