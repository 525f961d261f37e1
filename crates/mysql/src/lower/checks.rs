//! Questions put to the rows before a change, so that it is refused in words whatever the session's `sql_mode` is.

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{Cost, Expect, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::sql::Sql;

use super::Target;

/// Makes a statement that finds no row, or one with the number of rows that another query finds.
fn none(table: &TableName, rows: Sql, why: String, otherwise: String, target: Target<'_>) -> Statement {
    let counted = target.sql().kw("SELECT count(*) AS n FROM (").glue("").sql(&rows).close(")");
    let sql = target.sql().kw("SELECT n FROM (").glue("").sql(&counted.kw("AS found")).close(")");
    let sql = sql.kw("AS counted WHERE n > 0");
    Statement::new(sql.finish(), why)
        .costing(Cost::scan(table))
        .expecting(Expect::NoRows { otherwise, code: Code::StatementFailed })
}

/// Checks that no row holds NULL in a column. Outside strict mode the server would put another value there.
pub(super) fn no_nulls(table: &TableName, column: &Ident, target: Target<'_>) -> Statement {
    let rows = target.sql().kw("SELECT 1 FROM").table(table).kw("WHERE").ident(column).kw("IS NULL");
    let shown = table.print_with_column(column);
    none(
        table,
        rows,
        format!("check that no `{shown}` is NULL"),
        format!("`{shown}` cannot become NOT NULL; rows that hold NULL: {{}}"),
        target,
    )
}

/// Checks that a table has no rows, because the server would make up a value for a new column in them.
pub(super) fn no_rows(table: &TableName, column: &Ident, target: Target<'_>) -> Statement {
    let shown = table.print_with_column(column);
    none(
        table,
        target.sql().kw("SELECT 1 FROM").table(table),
        format!("check that no row lacks a value for `{shown}`"),
        format!("`{shown}` is NOT NULL and has no default; rows that would lack a value: {{}}"),
        target,
    )
}

/// Checks that no row holds 0 in a column that is to count up: the server would give it another number
/// (dev.mysql.com/doc/refman/8.4/en/sql-mode.html#sqlmode_no_auto_value_on_zero).
pub(super) fn no_zero(table: &TableName, column: &Ident, target: Target<'_>) -> Statement {
    let rows = target.sql().kw("SELECT 1 FROM").table(table).kw("WHERE").ident(column).kw("= 0");
    let shown = table.print_with_column(column);
    none(
        table,
        rows,
        format!("check that no `{shown}` is 0"),
        format!("`{shown}` cannot count up: rows with 0 would get another number: {{}}"),
        target,
    )
}

/// Checks that no row holds a value.
pub(super) fn none_holds(table: &TableName, column: &Ident, value: &str, target: Target<'_>) -> Statement {
    let rows = target.sql().kw("SELECT 1 FROM").table(table).kw("WHERE").ident(column).kw("=").text(value);
    let shown = table.print_with_column(column);
    let mut statement = none(
        table,
        rows,
        format!("check that no `{shown}` holds `{value}`"),
        format!("`{value}` cannot be dropped: rows that hold it in `{shown}`: {{}}"),
        target,
    );
    if let Expect::NoRows { code, .. } = &mut statement.expect {
        *code = Code::StillInUse;
    }
    statement
}
