//! Named enums. They make nothing; their columns are inline `ENUM`s, which `alter_enum` changes, rows included.

use limbeck_core::action::{Action, AlterColumn};
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::op::{AlterEnum, AlterTable, EnumAction, Operation, Recreate};
use limbeck_core::schema::{Column, NamedEnum, Table};

use super::column::{self, Form};
use super::{Target, checks, ddl, types};

/// Lowers `alter_enum`.
///
/// Where values go or get another name, the columns first take the old values and the new, then the rows change, and
/// then the columns take the new values only.
pub(super) fn alter_enum(op: &AlterEnum, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let AlterEnum { name, actions: _ } = op;
    let (old, changed) = (op.definition(target.schema)?, op.changed(target.schema)?);
    let new = &changed.values;
    let tables: Vec<(&Table, Vec<&Column>)> = tables_of(&old, target).collect();
    for (table, columns) in &tables {
        columns.iter().try_for_each(|column| check_default(column, table, new))?;
    }
    let mut all = old.values.clone();
    let mut rows_change = false;
    for action in op.without_moves() {
        match action {
            EnumAction::AddValue { .. } => {}
            EnumAction::RenameValue { value: _, to } => {
                rows_change = true;
                if !all.contains(to) {
                    all.push(to.clone());
                }
            }
            EnumAction::DropValue { .. } => rows_change = true,
        }
    }
    // Values that a later action needs may be new themselves.
    for value in new {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    let mut statements = Vec::new();
    if rows_change {
        let grows = all.len() > old.values.len();
        for (table, columns) in tables.iter().filter(|_| grows) {
            let why = format!("let the columns of `{name}` in `{}` take old values and new", table.name);
            statements.push(modify(table, columns, &all, why, target)?);
        }
        for action in op.without_moves() {
            for (table, columns) in &tables {
                statements.extend(columns.iter().filter_map(|column| rows(action, table, column, target)));
            }
        }
    }
    for (table, columns) in &tables {
        let why = format!("let the columns of `{name}` in `{}` take its values", table.name);
        statements.push(modify(table, columns, new, why, target)?);
    }
    Ok(statements)
}

/// Returns the tables with columns of an enum. A column that brings other values does not follow the enum.
fn tables_of<'a>(
    definition: &'a NamedEnum,
    target: Target<'a>,
) -> impl Iterator<Item = (&'a Table, Vec<&'a Column>)> {
    let is_of = move |ty: &ColumnType| {
        matches!(types::on(ty, target), ColumnType::Enum { name: Some(own), values }
            if *own == definition.name && (values.is_empty() || *values == definition.values))
    };
    target.schema.tables.values().filter_map(move |table| {
        let columns: Vec<&Column> = table.columns.iter().filter(|column| is_of(&column.ty)).collect();
        (!columns.is_empty()).then_some((table, columns))
    })
}

fn check_default(column: &Column, table: &Table, values: &[String]) -> Result<(), Diagnostic> {
    match &column.default {
        Some(Value::Literal(Literal::Text(text))) if !values.iter().any(|value| **value == **text) => {
            let shown = table.name.print_with_column(&column.name);
            let message = format!("`{text}`, the default of `{shown}`, would be no value of its enum");
            Err(Diagnostic::new(Code::StillInUse, message).hint("give the column another default first"))
        }
        _ => Ok(()),
    }
}

fn modify(
    table: &Table,
    columns: &[&Column],
    values: &[String],
    why: String,
    target: Target<'_>,
) -> Result<Statement, Diagnostic> {
    let ty = ColumnType::Enum { name: None, values: values.to_vec() };
    let mut sql = target.sql().kw("ALTER TABLE").table(&table.name);
    let mut actions = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        let changed = Column { ty: ty.clone(), ..(*column).clone() };
        sql = if i == 0 { sql } else { sql.close(",") };
        sql = column::write(sql.kw("MODIFY"), &changed, table, Form::Changed, target)?;
        let alter = AlterColumn { ty: Some(ty.clone()), ..AlterColumn::new(column.name.clone()) };
        actions.push(Action::AlterColumn(Box::new(alter)));
    }
    let part = AlterTable { table: table.name.clone(), actions, recreate: Recreate::Auto };
    Ok(ddl(sql, why).making([Operation::from(part)]))
}

fn rows(action: &EnumAction, table: &Table, column: &Column, target: Target<'_>) -> Option<Statement> {
    let (table, column) = (&table.name, &column.name);
    let replace = |from: &str, to: &str| {
        let update = target.sql().kw("UPDATE").table(table).kw("SET").ident(column).kw("=").text(to);
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
            Some(checks::none_holds(table, column, value, target))
        }
    }
}
