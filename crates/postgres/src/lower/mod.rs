//! Turns operations into PostgreSQL's SQL. Each file lowers one concern.

mod alter_column;
mod alter_table;
pub(crate) mod anew;
mod batch;
pub(crate) mod carried;
mod column;
mod constraint;
mod counting;
mod create_table;
mod enums;
mod execute;
mod index;
mod literal;
mod names;
mod options;
pub(crate) mod rebuild;
mod refuse;
mod rows;
mod schema;
mod sequence;
mod table;
mod taken;
mod types;
mod view;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, ServerInfo};
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use refuse::unsupported;

pub(crate) use alter_column::is_widening;
pub(crate) use column::{counts_up, may_count};
pub(crate) use constraint::given_name;
pub(crate) use types::type_name;

/// Starts an empty text in PostgreSQL's quoting.
pub(crate) fn sql() -> Sql {
    Sql::new(&literal::QUOTING)
}

/// Turns an operation into the statements that make the change, with one `ALTER TABLE` for a group wherever that works.
///
/// # Errors
/// What PostgreSQL cannot do. It is known before anything runs.
pub(crate) fn lower(
    operation: &Operation,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Lowered, Diagnostic> {
    names::check(operation)?;
    taken::check(operation, before)?;
    let statements = match operation {
        Operation::CreateTable(op) => create_table::create_table(op, before, server)?,
        Operation::DropTable(op) => table::drop_table(op, before),
        Operation::RenameTable(op) => table::rename_table(op),
        Operation::AlterTable(op) => alter_table::alter_table(op, before, server)?,
        Operation::CreateIndex(op) => index::create_index(op, server)?,
        Operation::DropIndex(op) => index::drop_index(op, before),
        Operation::CreateEnum(op) => enums::create_enum(op),
        Operation::DropEnum(op) => enums::drop_enum(op),
        Operation::AlterEnum(op) => enums::alter_enum(op, before, server)?,
        Operation::CreateView(op) => view::create_view(op),
        Operation::DropView(op) => view::drop_view(op),
        Operation::CreateSequence(op) => sequence::create_sequence(op),
        Operation::AlterSequence(op) => sequence::alter_sequence(op, before)?,
        Operation::DropSequence(op) => sequence::drop_sequence(op),
        Operation::CreateSchema(op) => schema::create_schema(op),
        Operation::DropSchema(op) => schema::drop_schema(op),
        Operation::Execute(op) => execute::execute(op),
        Operation::Insert(op) => rows::insert(op),
        Operation::Delete(op) => rows::delete(op),
    };
    let reason = match operation {
        Operation::AlterTable(op) => anew::reason(op, before, server)?,
        _ => None,
    };
    Ok(Lowered { statements, reason, ..Lowered::default() })
}
