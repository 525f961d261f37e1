//! Named enums. They make nothing on SQLite, but columns have room for their values, and rows hold them.

use limbeck_core::action::{Action, AlterColumn};
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Cost, Expect, Hazard, Lowered, ServerInfo, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterEnum, AlterTable, EnumAction, Recreate};
use limbeck_core::schema::{NamedEnum, Schema, Table};

use super::types::longest;
use super::{alter_table, checks, named, sql};
use crate::dialect::NAME;

/// Lowers `alter_enum`: changes the rows that hold a value that is renamed or replaced, and then the types of the
/// columns where the longest value has another length.
pub(super) fn alter_enum(
    op: &AlterEnum,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Lowered, Diagnostic> {
    let AlterEnum { name, actions: _ } = op;
    let definition = op.definition(before)?;
    let tables: Vec<(&Table, Vec<&Ident>)> = tables_of(&definition, before).collect();
    let mut lowered = Lowered::default();
    for action in op.without_moves() {
        for (table, columns) in &tables {
            named(&table.name)?;
            let rows = columns.iter().filter_map(|column| alter_rows(action, &table.name, column));
            lowered.statements.extend(rows);
        }
    }
    let Some(values) = values_of_other_length(op, before)? else { return Ok(lowered) };
    for (table, columns) in tables {
        let ty = ColumnType::Enum { name: Some(name.clone()), values: values.clone() };
        let retype =
            |column: &Ident| AlterColumn { ty: Some(ty.clone()), ..AlterColumn::new(column.clone()) };
        let actions =
            columns.into_iter().map(|column| Action::AlterColumn(Box::new(retype(column)))).collect();
        let part = AlterTable { table: table.name.clone(), actions, recreate: Recreate::Auto };
        let one = alter_table::alter_table(&part, before, server)?;
        lowered.statements.extend(one.statements);
        lowered.enforcement = lowered.enforcement.max(one.enforcement);
        lowered.reason = lowered.reason.or(one.reason);
    }
    Ok(lowered)
}

/// Returns the tables with columns of an enum, and those columns. A column that brings other values does not
/// follow the enum.
pub(crate) fn tables_of<'a>(
    definition: &'a NamedEnum,
    before: &'a Schema,
) -> impl Iterator<Item = (&'a Table, Vec<&'a Ident>)> {
    let is_of = move |ty: &ColumnType| {
        matches!(ty, ColumnType::Enum { name: Some(own), values }
            if *own == definition.name && (values.is_empty() || *values == definition.values))
    };
    before.tables.values().filter_map(move |table| {
        let columns: Vec<&Ident> = match &table.stored {
            // The database itself knows of no enum.
            Some(stored) => stored.of_enum.iter().collect(),
            None => {
                let columns = table.columns.iter().filter(|column| is_of(column.ty.on(NAME)));
                columns.map(|column| &column.name).collect()
            }
        };
        (!columns.is_empty()).then_some((table, columns))
    })
}

/// Returns the values that the enum is to have, if its columns need more room then, or less.
pub(crate) fn values_of_other_length(
    op: &AlterEnum,
    before: &Schema,
) -> Result<Option<Vec<String>>, Diagnostic> {
    let (old, new) = (op.definition(before)?.values, op.changed(before)?.values);
    let differ = longest(&None, &old, &before.enums)? != longest(&None, &new, &before.enums)?;
    Ok(differ.then_some(new))
}

fn alter_rows(action: &EnumAction, table: &TableName, column: &Ident) -> Option<Statement> {
    let replace = |from: &str, to: &str| {
        let update = sql().kw("UPDATE").table(table).kw("SET").ident(column).kw("=").text(to);
        let update = update.kw("WHERE").ident(column).kw("=").text(from).finish();
        let why = format!("replace `{from}` by `{to}` in `{}`", table.print_with_column(column));
        Statement::new(update, why).costing(Cost::scan(table))
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
            let (column, rows) = (table.print_with_column(column), Cost::scan(table));
            let expect = Expect::NoRows {
                otherwise: format!("`{value}` cannot be dropped: rows that hold it in `{column}`: {{}}"),
                code: Code::StillInUse,
            };
            let why = format!("check that no `{column}` holds `{value}`");
            Some(Statement::new(checks::count(having), why).expecting(expect).costing(rows))
        }
    }
}
