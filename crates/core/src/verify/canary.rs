//! A row in every table that one can be made for, so that what becomes of rows is seen.

use std::collections::BTreeMap;

use crate::column_type::ColumnType;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::{Connection, Enforcement};
use crate::diff::diff;
use crate::literal::{Literal, Value};
use crate::name::{Ident, TableName};
use crate::op::{Insert, Operation, Row};
use crate::schema::{Column, Schema, Table};

/// Puts a row into every table that has none; returns how many tables have one, and how many have none because no row could
/// be made that the table takes.
pub(super) fn plant(connection: &mut dyn Connection, schema: &Schema) -> Result<(usize, usize), Diagnostics> {
    let mut rows: BTreeMap<TableName, Row> = BTreeMap::new();
    let (mut planted, mut bare) = (0, 0);
    for table in parents_first(schema) {
        let row = row(table, schema, &rows, connection.server().dialect);
        let is_there = has_rows(connection, table);
        let made = is_there || row.as_ref().is_some_and(|row| insert(connection, table, row, schema));
        match made {
            true => planted += 1,
            false => bare += 1,
        }
        if let Some(row) = row.filter(|_| made) {
            rows.insert(table.name.clone(), row);
        }
    }
    // A transaction that failed must not be left open.
    connection.rollback().map_err(Diagnostic::from)?;
    Ok((planted, bare))
}

fn has_rows(connection: &mut dyn Connection, table: &Table) -> bool {
    let sql = connection.dialect().sql().kw("SELECT 1 FROM").table(&table.name).kw("LIMIT 1").finish();
    connection.query(&sql).is_ok_and(|rows| !rows.is_empty())
}

/// Inserts a row in a transaction of its own; what the table refuses, as by a check, is no fault.
fn insert(connection: &mut dyn Connection, table: &Table, row: &Row, schema: &Schema) -> bool {
    let operation: Operation = Insert { table: table.name.clone(), rows: vec![row.clone()] }.into();
    let server = connection.server().clone();
    let Ok(lowered) = connection.dialect().lower(&operation, schema, &server) else { return false };
    if connection.begin(Enforcement::default()).is_err() {
        return false;
    }
    let done = lowered.statements.iter().all(|statement| connection.execute(&statement.sql).is_ok());
    match done {
        true => connection.commit().is_ok(),
        false => {
            let _ = connection.rollback();
            false
        }
    }
}

/// Makes a row; `None` when a column that must have a value gets none.
fn row(table: &Table, schema: &Schema, rows: &BTreeMap<TableName, Row>, dialect: &str) -> Option<Row> {
    let mut row = Row::new();
    for column in &table.columns {
        if column.generated.is_some() || column.identity.as_ref().is_some_and(|identity| identity.always) {
            continue;
        }
        let value = match pointing(table, &column.name, rows, schema) {
            Pointing::Nowhere => value(column, schema, dialect),
            Pointing::At(value) => Some(value),
            Pointing::AtNothing => None,
        };
        match value {
            Some(value) => row.push((column.name.clone(), value)),
            None if column.nullable || column.default.is_some() || column.identity.is_some() => {}
            None => return None,
        }
    }
    Some(row)
}

/// Where a column points.
enum Pointing {
    /// It is part of no foreign key.
    Nowhere,
    /// At a row that is there, which has this value.
    At(Value),
    /// At a table without a row.
    AtNothing,
}

fn pointing(table: &Table, column: &Ident, rows: &BTreeMap<TableName, Row>, schema: &Schema) -> Pointing {
    let key = table.foreign_keys().find(|key| key.columns.contains(column));
    let Some(key) = key else { return Pointing::Nowhere };
    let at = key.columns.iter().position(|name| name == column).unwrap_or_default();
    let referred = match key.referred_columns.get(at) {
        Some(name) => Some(name.clone()),
        None => {
            let parent = schema.tables.get(&key.references).and_then(Table::primary_key);
            parent.and_then(|parent| parent.columns.get(at).cloned())
        }
    };
    let cell = rows.get(&key.references).zip(referred).and_then(|(row, name)| {
        row.iter().find(|(column, _)| *column == name).map(|(_, value)| value.clone())
    });
    cell.map_or(Pointing::AtNothing, Pointing::At)
}

fn value(column: &Column, schema: &Schema, dialect: &str) -> Option<Value> {
    Some(Value::Literal(match column.ty.on(dialect) {
        ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint => Literal::Integer(7),
        ColumnType::Boolean => Literal::Bool(true),
        ColumnType::String { .. } | ColumnType::Text | ColumnType::Unicode { .. } => Literal::text("c"),
        ColumnType::Float { .. } | ColumnType::Double | ColumnType::Decimal { .. } => Literal::Integer(1),
        ColumnType::Date => Literal::text("2026-01-02"),
        ColumnType::Time => Literal::text("03:04:05"),
        ColumnType::Datetime | ColumnType::Datetimetz => Literal::text("2026-01-02 03:04:05"),
        ColumnType::Binary { .. } => Literal::Bytes([1, 2].into()),
        ColumnType::Json => Literal::text("{}"),
        ColumnType::Uuid => Literal::text("00000000-0000-4000-8000-000000000001"),
        ColumnType::Enum { name, values } => {
            let named = name.as_ref().and_then(|name| schema.enums.get(name)).map(|known| &known.values);
            Literal::text(values.first().or_else(|| named.and_then(|values| values.first()))?.as_str())
        }
        ColumnType::Native(text) if text.as_str().to_lowercase().contains("char") => Literal::text("c"),
        ColumnType::Native(text) if text.as_str().to_lowercase().contains("int") => Literal::Integer(7),
        ColumnType::Interval | ColumnType::Array(_) | ColumnType::Native(_) | ColumnType::Variant { .. } => {
            return None;
        }
    }))
}

/// Returns the tables so that each comes behind those that it points at, as far as that can be.
fn parents_first(schema: &Schema) -> Vec<&Table> {
    let making = diff(&Schema::new(), schema, Schema::clone);
    let made = making.iter().filter_map(|operation| match operation {
        Operation::CreateTable(create) => schema.tables.get(&create.table.name),
        _ => None,
    });
    made.collect()
}
