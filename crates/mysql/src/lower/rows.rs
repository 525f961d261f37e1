//! Rows that a migration inserts and deletes.

use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{Delete, Insert, Row};

use super::Target;

/// How many rows one INSERT holds at most, so that no statement grows without bound.
const BATCH: usize = 500;

/// Lowers `insert`: one statement for rows that follow each other and name the same columns.
pub(super) fn insert(op: &Insert, target: Target<'_>) -> Vec<Statement> {
    let Insert { table, rows } = op;
    let names = |row: &'_ Row| row.iter().map(|(name, _)| name.clone()).collect::<Vec<Ident>>();
    let alike = rows.chunk_by(|a, b| names(a) == names(b));
    let batches = alike.flat_map(|rows| rows.chunks(BATCH));
    batches.map(|rows| insert_batch(table, rows, target)).collect()
}

fn insert_batch(table: &TableName, rows: &[Row], target: Target<'_>) -> Statement {
    let why = match rows.len() {
        1 => format!("insert a row into `{table}`"),
        many => format!("insert {many} rows into `{table}`"),
    };
    let columns = rows[0].iter().map(|(name, _)| name);
    let mut sql = target.sql().kw("INSERT INTO").table(table).idents(columns).kw("VALUES");
    for (i, row) in rows.iter().enumerate() {
        sql = if i == 0 { sql } else { sql.close(",") };
        sql = sql.list(row, |sql, (_, value)| sql.value(value));
    }
    Statement::new(sql.finish(), why)
}

/// Lowers `delete`: one statement a row, so that each finds its row by the key.
pub(super) fn delete(op: &Delete, target: Target<'_>) -> Vec<Statement> {
    let Delete { table, rows } = op;
    let one = |row: &Row| {
        let mut sql = target.sql().kw("DELETE FROM").table(table);
        for (i, (name, value)) in row.iter().enumerate() {
            sql = sql.kw(if i == 0 { "WHERE" } else { "AND" }).ident(name);
            sql = match value {
                Value::Literal(Literal::Null) => sql.kw("IS NULL"),
                value => sql.kw("=").value(value),
            };
        }
        Statement::new(sql.finish(), format!("delete a row from `{table}`"))
            .hazard(Hazard::LosesData(format!("a row of `{table}`")))
    };
    rows.iter().map(one).collect()
}
