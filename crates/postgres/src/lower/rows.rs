//! Rows that a migration inserts and deletes.

use limbeck_core::dialect::{Hazard, Statement};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{Delete, Insert, Row};

use super::sql;

/// How many rows one INSERT holds at most, so that no statement grows without bound.
const BATCH: usize = 500;

/// Lowers `insert`: one statement for rows that follow each other and name the same columns.
pub(super) fn insert(op: &Insert) -> Vec<Statement> {
    let Insert { table, rows } = op;
    let names = |row: &'_ Row| row.iter().map(|(name, _)| name.clone()).collect::<Vec<Ident>>();
    let alike = rows.chunk_by(|a, b| !a.is_empty() && names(a) == names(b));
    alike.flat_map(|rows| rows.chunks(BATCH)).map(|rows| insert_batch(table, rows)).collect()
}

fn insert_batch(table: &TableName, rows: &[Row]) -> Statement {
    let why = match rows.len() {
        1 => format!("insert a row into `{table}`"),
        many => format!("insert {many} rows into `{table}`"),
    };
    let sql = sql().kw("INSERT INTO").table(table);
    let columns: Vec<&Ident> = rows[0].iter().map(|(name, _)| name).collect();
    if columns.is_empty() {
        return Statement::new(sql.kw("DEFAULT VALUES").finish(), why);
    }
    let mut sql = sql.idents(columns).kw("VALUES");
    for (i, row) in rows.iter().enumerate() {
        sql = if i == 0 { sql } else { sql.close(",") };
        sql = sql.list(row, |sql, (_, value)| sql.value(value));
    }
    Statement::new(sql.finish(), why)
}

/// Lowers `delete`: one statement a row, so that each finds its row by the key.
pub(super) fn delete(op: &Delete) -> Vec<Statement> {
    let Delete { table, rows } = op;
    let one = |row: &Row| {
        let mut sql = sql().kw("DELETE FROM").table(table);
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
