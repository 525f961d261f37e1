//! Indexes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{CreateIndex, DropIndex};
use limbeck_core::schema::{Index, IndexColumn, IndexKey, Nulls, Order, Schema};
use limbeck_core::sql::Sql;

use super::{named, options, refuse, sql, unsupported};

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

/// Lowers `create_index`. SQLite has one writer at a time, so `concurrently` changes nothing.
pub(super) fn create_index(op: &CreateIndex, before: &Schema) -> Result<Vec<Statement>, Diagnostic> {
    let CreateIndex { table, index, if_not_exists, concurrently: _ } = op;
    let _ = before;
    Ok(vec![make(table, index, Existence::from_flag(*if_not_exists))?])
}

/// Lowers `drop_index`.
pub(super) fn drop_index(op: &DropIndex) -> Result<Vec<Statement>, Diagnostic> {
    let DropIndex { index, table, if_exists, concurrently: _ } = op;
    if let Some(table) = table {
        named(table)?;
    }
    Ok(vec![remove(index, Existence::from_flag(*if_exists))])
}

/// Makes the statement that makes an index.
pub(super) fn make(table: &TableName, index: &Index, existence: Existence) -> Result<Statement, Diagnostic> {
    let Index {
        name,
        unique,
        columns,
        filter,
        // Columns carried along only speed up reading.
        include: _,
        using,
        nulls_not_distinct,
        options,
    } = index;
    options::no_options(options, &format!("index `{name}`"))?;
    if let Some(method) = using.as_ref().filter(|method| !method.as_str().eq_ignore_ascii_case("btree")) {
        return Err(unsupported(format!("SQLite has no index method `{method}`, as of index `{name}`")));
    }
    if *nulls_not_distinct {
        return Err(unsupported(format!("SQLite has no NULLS NOT DISTINCT, as of index `{name}`")));
    }
    let sql = sql().kw("CREATE").when(*unique, |sql| sql.kw("UNIQUE")).kw("INDEX");
    let sql = sql.when(existence == Existence::Lenient, |sql| sql.kw("IF NOT EXISTS"));
    let mut sql = sql.ident(name).kw("ON").table(named(table)?).kw("(").glue("");
    for (i, one) in columns.iter().enumerate() {
        sql = key(if i == 0 { sql } else { sql.close(",") }, one, name)?;
    }
    let sql = sql.close(")").maybe(filter.as_ref(), |sql, filter| sql.kw("WHERE").raw(filter));
    Ok(Statement::new(sql.finish(), format!("make index `{name}`")))
}

/// Makes the statement that drops an index.
pub(super) fn remove(index: &Ident, existence: Existence) -> Statement {
    let sql = sql().kw("DROP INDEX").when(existence == Existence::Lenient, |sql| sql.kw("IF EXISTS"));
    Statement::new(sql.ident(index).finish(), format!("drop index `{index}`"))
}

fn key(sql: Sql, column: &IndexColumn, index: &Ident) -> Result<Sql, Diagnostic> {
    let IndexColumn { key, order, nulls, collation, op_class, length } = column;
    if op_class.is_some() {
        return Err(unsupported(format!("SQLite has no operator classes, as of index `{index}`")));
    }
    if length.is_some() {
        return Err(unsupported(format!(
            "SQLite has no indexes on the start of a value, as of index `{index}`"
        )));
    }
    let sql = match key {
        IndexKey::Column(name) => sql.ident(name),
        // Parentheses keep a text or a lone name from being taken as a column.
        IndexKey::Sql(expression) => sql.kw("(").glue("").raw(expression).close(")"),
    };
    let collation = collation.as_ref().map(refuse::collation).transpose()?;
    let sql = sql.maybe(collation, |sql, collation| sql.kw("COLLATE").ident(collation));
    let sql = sql.maybe(*order, |sql, order| {
        sql.kw(match order {
            Order::Asc => "ASC",
            Order::Desc => "DESC",
        })
    });
    // NULLs come first going up and last going down, and an index of SQLite has them nowhere else.
    match (order, nulls) {
        (_, None)
        | (None | Some(Order::Asc), Some(Nulls::First))
        | (Some(Order::Desc), Some(Nulls::Last)) => Ok(sql),
        (_, Some(nulls)) => {
            let place = if *nulls == Nulls::First { "FIRST" } else { "LAST" };
            Err(unsupported(format!(
                "SQLite cannot place NULLS {place} in that direction, as of index `{index}`"
            )))
        }
    }
}

/// Returns the text of `CREATE INDEX`.
pub(crate) fn index_definition(table: &TableName, index: &Index) -> Result<String, Diagnostic> {
    Ok(make(table, index, Existence::Strict)?.sql)
}
