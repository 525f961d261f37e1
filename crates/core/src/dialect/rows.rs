//! Rows that a migration inserts and deletes, in the SQL that all databases share.

use crate::literal::{Literal, Value};
use crate::name::{Ident, TableName};
use crate::op::{Delete, Insert, Row};
use crate::sql::Sql;

use super::{Hazard, Statement};

/// How many rows one INSERT holds at most, so that no statement grows without bound.
const BATCH: usize = 500;

/// How a row is inserted that names no column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlankRow {
    /// By itself, by `DEFAULT VALUES`.
    DefaultValues,
    /// As `() VALUES ()`.
    EmptyLists,
}

/// Writes `insert`: one statement for rows that follow each other and name the same columns. `sql` starts a text in the
/// dialect's quoting.
pub fn insert(op: &Insert, blank: BlankRow, sql: impl Fn() -> Sql) -> Vec<Statement> {
    let Insert { table, rows } = op;
    let names = |row: &'_ Row| row.iter().map(|(name, _)| name.clone()).collect::<Vec<Ident>>();
    let alone = |row: &Row| row.is_empty() && blank == BlankRow::DefaultValues;
    let alike = rows.chunk_by(|a, b| !alone(a) && names(a) == names(b));
    let batches = alike.flat_map(|rows| rows.chunks(BATCH));
    batches.map(|rows| insert_batch(table, rows, blank, sql())).collect()
}

fn insert_batch(table: &TableName, rows: &[Row], blank: BlankRow, sql: Sql) -> Statement {
    let why = match rows.len() {
        1 => format!("insert a row into `{table}`"),
        many => format!("insert {many} rows into `{table}`"),
    };
    let sql = sql.kw("INSERT INTO").table(table);
    let columns: Vec<&Ident> = rows[0].iter().map(|(name, _)| name).collect();
    if columns.is_empty() && blank == BlankRow::DefaultValues {
        return Statement::new(sql.kw("DEFAULT VALUES").finish(), why);
    }
    let mut sql = sql.idents(columns).kw("VALUES");
    for (i, row) in rows.iter().enumerate() {
        sql = if i == 0 { sql } else { sql.close(",") };
        sql = sql.list(row, |sql, (_, value)| sql.value(value));
    }
    Statement::new(sql.finish(), why)
}

/// Writes `delete`: one statement a row, so that each finds its row by the key.
pub fn delete(op: &Delete, sql: impl Fn() -> Sql) -> Vec<Statement> {
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
