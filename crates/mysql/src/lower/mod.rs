//! Turns operations into the SQL of MySQL and MariaDB. Each file lowers one concern.

mod acting_keys;
mod alter_column;
mod alter_table;
mod checks;
mod clauses;
mod column;
mod constraint;
mod counted_columns;
mod counting;
mod create_table;
mod enums;
mod execute;
mod generated_keys;
mod index;
mod kept_checks;
mod key_index;
mod literal;
mod named_in;
mod names;
mod options;
mod refuse;
mod rows;
mod sequence;
mod split;
mod table;
mod target;
mod types;
mod view;
mod whole;

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, ServerInfo, Statement};
use limbeck_core::name::TableName;
use limbeck_core::op::{DropIndex, Operation, Transaction};
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use crate::server::Feature;

pub(crate) use counting::counts_up;
pub(crate) use key_index::{is_after, is_given_to_key, is_made_for_key, is_number};
pub(crate) use options::{own_options, table_options};
use refuse::{such_as, unsupported};
use target::Target;
pub(crate) use types::type_text;

/// Starts an empty text whose literals mean the same whatever a backslash means, in all that reads and writes rows.
pub(crate) fn sql_for_any_mode() -> Sql {
    Sql::new(&literal::ANY)
}

/// Says whether values of a type are kept beside the row, as long texts are.
pub(crate) fn is_large(ty: &ColumnType, schema: &Schema, server: &ServerInfo) -> bool {
    column::is_large(ty, Target { server, schema })
}

/// Returns the table whose foreign keys lose their index with one that is dropped, if the server must be told which other ones it
/// has for them.
pub(crate) fn uncovers(op: &DropIndex, schema: &Schema, server: &ServerInfo) -> Option<TableName> {
    let target = Target { server, schema };
    let found = key_index::uncovered_by(op, target).filter(|_| !target.has(Feature::Leniency));
    found.map(|(table, _)| table.name.clone())
}

/// Turns an operation into the statements that make the change.
///
/// # Errors
/// What the server cannot do. It is known before anything runs.
pub(crate) fn lower(
    operation: &Operation,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Lowered, Diagnostic> {
    names::check(operation)?;
    let target = Target { server, schema: before };
    let statements = match operation {
        Operation::CreateTable(op) => create_table::create_table(op, target)?,
        Operation::DropTable(op) => table::drop_table(op, target),
        Operation::RenameTable(op) => table::rename_table(op, target),
        Operation::AlterTable(op) => alter_table::alter_table(op, target)?,
        Operation::CreateIndex(op) => index::create_index(op, target)?,
        Operation::DropIndex(op) => index::drop_index(op, target)?,
        Operation::CreateEnum(_) | Operation::DropEnum(_) => Vec::new(),
        Operation::AlterEnum(op) => enums::alter_enum(op, target)?,
        Operation::CreateView(op) => view::create_view(op, target)?,
        Operation::DropView(op) => view::drop_view(op, target)?,
        Operation::CreateSequence(op) => sequence::create_sequence(op, target)?,
        Operation::AlterSequence(op) => sequence::alter_sequence(op, target)?,
        Operation::DropSequence(op) => sequence::drop_sequence(op, target)?,
        Operation::CreateSchema(op) => table::create_schema(op, target),
        Operation::DropSchema(op) => table::drop_schema(op, target),
        Operation::Execute(op) => execute::execute(op),
        Operation::Insert(op) => rows::insert(op, target),
        Operation::Delete(op) => rows::delete(op, target),
    };
    Ok(Lowered { statements, ..Lowered::default() })
}

/// Makes a statement that changes the schema, and so commits by itself.
fn ddl(sql: Sql, why: impl Into<String>) -> Statement {
    Statement { transaction: Transaction::Outside, ..Statement::new(sql.finish(), why) }
}
