//! Questions put to the rows before and after a change, so that it is refused in words and not half done.
//!
//! Each asks for a number and finds no row when it is 0. The number stands for `{}` in what is said otherwise.

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{Cost, Expect, Statement};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Check, Table};
use limbeck_core::sql::Sql;

use super::affinity::Affinity;
use super::sql;

/// Returns the query for how many rows another one finds; no row if none.
pub(super) fn count(rows: Sql) -> String {
    let counted = sql().kw("SELECT count(*) AS n FROM (").glue("").sql(&rows).close(")");
    sql().kw("SELECT n FROM (").glue("").sql(&counted).close(")").kw("WHERE n > 0").finish()
}

fn none(table: &TableName, rows: Sql, why: String, otherwise: String) -> Statement {
    let none = Expect::NoRows { otherwise, code: Code::StatementFailed };
    Statement::new(count(rows), why).expecting(none).costing(Cost::scan(table))
}

/// How many keys of rows are named.
const NAMED: u32 = 5;

/// Checks that no row holds NULL in a column, and names the first that do by their primary key.
pub(super) fn no_nulls(table: &Table, column: &Ident) -> Statement {
    let nulls = |sql: Sql| sql.kw("FROM").table(&table.name).kw("WHERE").ident(column).kw("IS NULL");
    let rows = nulls(sql().kw("SELECT 1"));
    let keys: Vec<&Ident> = table.primary_key().iter().flat_map(|key| &key.columns).collect();
    let names = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    let sql = match keys.is_empty() {
        true => count(rows),
        false => {
            let mut first = sql().kw("SELECT");
            for (i, key) in keys.iter().enumerate() {
                first =
                    first.when(i > 0, |sql| sql.kw("|| ', ' ||")).kw("quote(").glue("").ident(key).close(")");
            }
            let first = nulls(first.kw("AS of_row")).kw("LIMIT").number(NAMED);
            let listed = sql().kw("SELECT group_concat(of_row, '; ') FROM (").glue("").sql(&first).close(")");
            let counted = sql().kw("SELECT count(*) AS n FROM (").glue("").sql(&rows).close(")");
            let told = sql().kw("SELECT n ||").text(&format!(", the first at {names}: ")).kw("|| (");
            told.glue("")
                .sql(&listed)
                .close(")")
                .kw("FROM (")
                .glue("")
                .sql(&counted)
                .close(")")
                .kw("WHERE n > 0")
                .finish()
        }
    };
    let column = table.name.print_with_column(column);
    let sql = Statement::new(sql, format!("check that no `{column}` is NULL"));
    sql.costing(Cost::scan(&table.name)).expecting(Expect::NoRows {
        otherwise: format!("`{column}` cannot become NOT NULL; rows that hold NULL: {{}}"),
        code: Code::StatementFailed,
    })
}

/// Checks that a table has no rows, because a new column would have no value in them.
pub(super) fn no_rows(table: &TableName, column: &Ident) -> Statement {
    let column = table.print_with_column(column);
    none(
        table,
        sql().kw("SELECT 1 FROM").table(table),
        format!("check that no row lacks a value for `{column}`"),
        format!("`{column}` is NOT NULL and has no default; rows that would lack a value: {{}}"),
    )
}

/// Checks that all rows keep to a check constraint.
pub(super) fn keeps_to(table: &TableName, check: &Check) -> Statement {
    let rows = sql().kw("SELECT 1 FROM").table(table).kw("WHERE NOT (").glue("").raw(&check.sql).close(")");
    let name = check.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
    none(
        table,
        rows,
        format!("check that the rows of `{table}` keep to the check{name}"),
        format!("rows of `{table}` that break the check{name}: {{}}"),
    )
}

/// Checks that no value of some columns would be converted to the type of its column, which it was not so far. None
/// where there are no columns.
///
/// That is a number under TEXT, a text that is a number under another type, and a whole number that is stored with a
/// point (sqlite.org/datatype3.html#type_affinity).
pub(super) fn fits(table: &Table, columns: &[(&Ident, Affinity)]) -> Option<Statement> {
    let mut rows = sql().kw("SELECT 1 FROM").table(&table.name).kw("WHERE");
    for (i, (column, affinity)) in columns.iter().enumerate() {
        let of = |kind: &'static str, rest: &'static str| {
            sql().kw("typeof(").glue("").ident(column).kw(kind).ident(column).kw(rest)
        };
        let number = || of(") = 'text' AND CAST(", "AS NUMERIC) = +").glue("").ident(column);
        let found = match affinity {
            Affinity::Text => sql().kw("typeof(").glue("").ident(column).kw(") IN ('integer', 'real')"),
            Affinity::Real => number(),
            Affinity::Numeric => {
                let whole = of(") = 'real' AND CAST(", "AS INTEGER) =").ident(column);
                number().kw("OR").sql(&whole)
            }
            Affinity::Blob => sql().kw("0"),
        };
        rows = rows.when(i > 0, |sql| sql.kw("OR")).sql(&found);
    }
    let names = columns.iter().map(|(column, _)| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    let statement = none(
        &table.name,
        rows,
        format!("check that values fit the types of {names}, to which they are converted"),
        format!(
            "values of {names} in `{}` do not fit their type and would be converted; rows: {{}}",
            table.name
        ),
    );
    (!columns.is_empty()).then_some(statement)
}

/// Checks that no two rows have the same values in all these columns.
pub(super) fn distinct(table: &TableName, columns: &[Ident]) -> Statement {
    let mut rows = sql().kw("SELECT 1 FROM").table(table).kw("WHERE");
    for (i, column) in columns.iter().enumerate() {
        rows = rows.when(i > 0, |sql| sql.kw("AND")).ident(column).kw("IS NOT NULL");
    }
    rows = rows.kw("GROUP BY");
    for (i, column) in columns.iter().enumerate() {
        rows = if i > 0 { rows.close(",") } else { rows }.ident(column);
    }
    let names = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    none(
        table,
        rows.kw("HAVING count(*) > 1"),
        format!("check that no two rows of `{table}` are equal in {names}"),
        format!("values of {names} that several rows of `{table}` share: {{}}"),
    )
}
