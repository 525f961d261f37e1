//! `create_schema` and `drop_schema`.

use limbeck_core::dialect::Statement;
use limbeck_core::op::{CreateSchema, DropSchema};

use super::sql;

/// Lowers `create_schema`.
pub(super) fn create_schema(op: &CreateSchema) -> Vec<Statement> {
    let CreateSchema { schema, if_not_exists } = op;
    let sql = sql().kw("CREATE SCHEMA").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS")).ident(schema);
    vec![Statement::new(sql.finish(), format!("make schema `{schema}`"))]
}

/// Lowers `drop_schema`. PostgreSQL refuses to drop one that is not empty.
pub(super) fn drop_schema(op: &DropSchema) -> Vec<Statement> {
    let DropSchema { schema, if_exists } = op;
    let sql = sql().kw("DROP SCHEMA").when(*if_exists, |sql| sql.kw("IF EXISTS")).ident(schema);
    vec![Statement::new(sql.finish(), format!("drop schema `{schema}`"))]
}
