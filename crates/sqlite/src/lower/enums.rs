//! Named enums. They make nothing on SQLite, but rows hold their values.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Expect, Hazard, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterEnum, EnumAction};
use limbeck_core::schema::Schema;

use super::{checks, named, sql};
use crate::dialect::NAME;

/// Lowers `alter_enum`: changes the rows that hold a value that is renamed or replaced.
pub(super) fn alter_enum(op: &AlterEnum, before: &Schema) -> Result<Vec<Statement>, Diagnostic> {
    let AlterEnum { name, actions } = op;
    let columns: Vec<(&TableName, &Ident)> = columns_of(name, before).collect();
    let mut statements = Vec::new();
    for action in actions {
        for (table, column) in &columns {
            named(table)?;
            statements.extend(alter_rows(action, table, column));
        }
    }
    Ok(statements)
}

/// Returns the columns of an enum. A column that brings its own values does not follow the enum.
fn columns_of<'a>(
    name: &'a TableName,
    before: &'a Schema,
) -> impl Iterator<Item = (&'a TableName, &'a Ident)> {
    let is_of = move |ty: &ColumnType| matches!(ty, ColumnType::Enum { name: Some(own), values } if own == name && values.is_empty());
    before.tables.values().flat_map(move |table| {
        let columns = table.columns.iter().filter(move |column| is_of(column.ty.on(NAME)));
        columns.map(move |column| (&table.name, &column.name))
    })
}

fn alter_rows(action: &EnumAction, table: &TableName, column: &Ident) -> Option<Statement> {
    let replace = |from: &str, to: &str| {
        let update = sql().kw("UPDATE").table(table).kw("SET").ident(column).kw("=").text(to);
        let update = update.kw("WHERE").ident(column).kw("=").text(from).finish();
        Statement::new(update, format!("replace `{from}` by `{to}` in `{}`", table.print_with_column(column)))
    };
    match action {
        EnumAction::AddValue { value: _, position: _ } => None,
        EnumAction::RenameValue { value, to } => Some(replace(value, to)),
        EnumAction::DropValue { value, replace_with: Some(other) } => {
            let lost = format!("which rows of `{table}` held `{value}`");
            Some(replace(value, other).hazard(Hazard::LosesData(lost)))
        }
        EnumAction::DropValue { value, replace_with: None } => {
            let having = sql().kw("SELECT 1 FROM").table(table).kw("WHERE").ident(column).kw("=").text(value);
            let column = table.print_with_column(column);
            let expect = Expect::NoRows {
                otherwise: format!("`{value}` cannot be dropped: rows that hold it in `{column}`: {{}}"),
                code: Code::StillInUse,
            };
            let why = format!("check that no `{column}` holds `{value}`");
            Some(Statement::new(checks::count(having), why).expecting(expect))
        }
    }
}
