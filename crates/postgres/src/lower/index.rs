//! Indexes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Cost, ServerInfo, Statement};
use limbeck_core::literal::Literal;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateIndex, DropIndex, Transaction};
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Nulls, Order, Schema};
use limbeck_core::sql::Sql;

use super::options::{INDEX, Own};
use super::{refuse, sql, unsupported};
use crate::server::NULLS_NOT_DISTINCT;

/// What is done about an index that is there already, or not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existence {
    /// It is an error.
    Strict,
    /// It is passed over.
    Lenient,
}

impl Existence {
    pub(super) fn from_flag(lenient: bool) -> Self {
        if lenient { Self::Lenient } else { Self::Strict }
    }
}

/// Whether writers go on meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writers {
    Wait,
    GoOn,
}

/// Lowers `create_index`.
///
/// With `concurrently` it runs outside the transaction, and one that was broken off leaves an invalid index behind
/// (postgresql.org/docs, Building Indexes Concurrently), which is dropped first.
pub(super) fn create_index(op: &CreateIndex, server: &ServerInfo) -> Result<Vec<Statement>, Diagnostic> {
    let CreateIndex { table, index, if_not_exists, concurrently } = op;
    let existence = Existence::from_flag(*if_not_exists);
    if !*concurrently {
        return Ok(vec![make(table, index, existence, server)?]);
    }
    let name = table.sibling(index.name.clone());
    let mut statement = statement(table, index, existence, Writers::GoOn, server)?;
    statement.sql = format!("{};\n{}", drop_invalid(&name), statement.sql);
    statement.transaction = Transaction::Outside;
    Ok(vec![statement])
}

/// Returns the statement that drops an index if it is invalid.
pub(super) fn drop_invalid(index: &TableName) -> String {
    let name = sql().table(index).finish();
    let drop = Literal::text(sql().kw("DROP INDEX").table(index).finish());
    let body =
        sql().kw("BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE NOT indisvalid AND indexrelid =");
    let body = body.kw("pg_catalog.to_regclass(").glue("").text(&name).close(")").close(") THEN EXECUTE");
    let body = body.literal(&drop).close("; END IF; END");
    sql().kw("DO").text(&body.finish()).finish()
}

/// Lowers `drop_index`. An index is in the schema of its table.
pub(super) fn drop_index(op: &DropIndex, before: &Schema) -> Vec<Statement> {
    let DropIndex { index, table, if_exists, concurrently } = op;
    let owner = before.index_owner(index, table.as_ref()).ok().map(|owner| &owner.name);
    let schema = table.as_ref().or(owner).and_then(|table| table.schema.clone());
    let name = TableName { schema, name: index.clone() };
    let sql = sql().kw("DROP INDEX").when(*concurrently, |sql| sql.kw("CONCURRENTLY"));
    let sql = sql.when(*if_exists, |sql| sql.kw("IF EXISTS")).table(&name);
    let mut statement = Statement::new(sql.finish(), format!("drop index `{index}`"));
    if *concurrently {
        statement.transaction = Transaction::Outside;
    }
    vec![statement]
}

/// Makes the statement that makes an index.
pub(super) fn make(
    table: &TableName,
    index: &Index,
    existence: Existence,
    server: &ServerInfo,
) -> Result<Statement, Diagnostic> {
    statement(table, index, existence, Writers::Wait, server)
}

fn statement(
    table: &TableName,
    index: &Index,
    existence: Existence,
    writers: Writers,
    server: &ServerInfo,
) -> Result<Statement, Diagnostic> {
    let Index { name, unique, columns, filter, include, using, nulls_not_distinct, options } = index;
    let own = Own::read(options, &INDEX, format!("index `{name}`"))?;
    if *nulls_not_distinct {
        refuse::needs(server, NULLS_NOT_DISTINCT, || "NULLS NOT DISTINCT".to_owned())?;
    }
    let sql = sql().kw("CREATE").when(*unique, |sql| sql.kw("UNIQUE")).kw("INDEX");
    let sql = sql.when(writers == Writers::GoOn, |sql| sql.kw("CONCURRENTLY"));
    let sql = sql.when(existence == Existence::Lenient, |sql| sql.kw("IF NOT EXISTS"));
    let sql = sql.ident(name).kw("ON").table(table);
    let sql = sql.maybe(using.as_ref(), |sql, method| sql.kw("USING").ident(method));
    let mut sql = sql.kw("(").glue("");
    for (i, one) in columns.iter().enumerate() {
        sql = key(if i == 0 { sql } else { sql.close(",") }, one, name)?;
    }
    let sql = sql.close(")").when(!include.is_empty(), |sql| sql.kw("INCLUDE").idents(include));
    let sql = sql.when(*nulls_not_distinct, |sql| sql.kw("NULLS NOT DISTINCT"));
    let sql =
        sql.maybe(own.raw("with")?, |sql, parameters| sql.kw("WITH (").glue("").raw(&parameters).close(")"));
    let sql = sql.maybe(own.ident("tablespace")?, |sql, space| sql.kw("TABLESPACE").ident(&space));
    let sql = sql.maybe(filter.as_ref(), |sql, filter| sql.kw("WHERE").raw(filter));
    Ok(Statement::new(sql.finish(), format!("make index `{name}`")).costing(Cost::scan(table)))
}

/// Makes the statement that drops an index of a table.
pub(super) fn remove(table: &TableName, index: &Ident, existence: Existence) -> Statement {
    let sql = sql().kw("DROP INDEX").when(existence == Existence::Lenient, |sql| sql.kw("IF EXISTS"));
    Statement::new(sql.table(&table.sibling(index.clone())).finish(), format!("drop index `{index}`"))
}

fn key(sql: Sql, column: &IndexColumn, index: &Ident) -> Result<Sql, Diagnostic> {
    let IndexColumn { key, order, nulls, collation, op_class, length } = column;
    if length.is_some() {
        return Err(unsupported(format!(
            "PostgreSQL has no indexes on the start of a value, as of index `{index}`"
        ))
        .hint("use an expression, such as `{ sql = \"left(name, 10)\" }`"));
    }
    let sql = match key {
        IndexKey::Column(name) => sql.ident(name),
        IndexKey::Sql(expression) => sql.kw("(").glue("").raw(expression).close(")"),
    };
    let sql = sql.maybe(collation.as_ref(), |sql, collation| sql.kw("COLLATE").ident(collation));
    let sql = sql.maybe(op_class.as_ref(), |sql, class| sql.raw(class));
    let sql = sql.maybe(*order, |sql, order| {
        sql.kw(match order {
            Order::Asc => "ASC",
            Order::Desc => "DESC",
        })
    });
    Ok(sql.maybe(*nulls, |sql, nulls| {
        sql.kw(match nulls {
            Nulls::First => "NULLS FIRST",
            Nulls::Last => "NULLS LAST",
        })
    }))
}
