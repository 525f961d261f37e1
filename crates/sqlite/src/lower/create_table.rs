//! `create_table`: the text of a table, as SQLAlchemy lays it out, and its indexes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::name::TableName;
use limbeck_core::op::CreateTable;
use limbeck_core::schema::{Constraint, PrimaryKey, Schema, Table};
use limbeck_core::sql::Sql;

use super::options::{TableOptions, table_options};
use super::types::{Enums, type_name};
use super::{column, constraint, index, named, sql, unsupported};
use crate::ddl;

/// Lowers `create_table`.
pub(super) fn create_table(op: &CreateTable, before: &Schema) -> Result<Vec<Statement>, Diagnostic> {
    let CreateTable { table, if_not_exists } = op;
    let named = named(&table.name)?;
    let sql = sql().kw("CREATE TABLE").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS")).table(named);
    let sql = body(sql, table, &before.enums)?;
    let mut statements = vec![Statement::new(sql.finish(), format!("make table `{named}`"))];
    // With a table that is there already, its indexes are its own affair.
    if !(*if_not_exists && before.tables.contains_key(named)) {
        for index in &table.indexes {
            let existence = index::Existence::from_flag(*if_not_exists);
            statements.push(index::make(named, index, existence)?);
        }
    }
    Ok(statements)
}

/// Returns the text of `CREATE TABLE` for a table under another name, if one is given.
pub(crate) fn definition(table: &Table, name: &TableName, enums: &Enums) -> Result<String, Diagnostic> {
    Ok(body(sql().kw("CREATE TABLE").table(name), table, enums)?.finish())
}

/// Says whether a table has one primary key column that counts up with AUTOINCREMENT, and which key that is.
pub(crate) fn counting_key(table: &Table) -> Option<&PrimaryKey> {
    let key = table.primary_key().filter(|key| key.columns.len() == 1)?;
    let column = table.column(&key.columns[0])?;
    (column.autoincrement == Some(true)).then_some(key)
}

/// Says whether the primary key is the rowid: one column whose type is just INTEGER (sqlite.org/lang_createtable.html#rowid).
pub(crate) fn rowid_column<'a>(
    table: &'a Table,
    options: TableOptions,
    enums: &Enums,
) -> Option<&'a limbeck_core::schema::Column> {
    let key = table.primary_key().filter(|key| key.columns.len() == 1 && !options.without_rowid)?;
    let column = table.column(&key.columns[0])?;
    type_name(&column.ty, enums).is_ok_and(|ty| ddl::is_integer(&ty)).then_some(column)
}

fn body(mut sql: Sql, table: &Table, enums: &Enums) -> Result<Sql, Diagnostic> {
    // SQLite keeps no comments; the name is the caller's.
    let Table {
        name: _,
        columns,
        constraints,
        indexes: _,
        comment: _,
        options: _,
        added: _,
        written: _,
        stored: _,
    } = table;
    let options = table_options(table)?;
    check_table(table, enums)?;
    let counting = counting_key(table);
    sql = sql.kw("(");
    for (i, one) in columns.iter().enumerate() {
        sql = column::write(sql.glue(if i == 0 { "\n\t" } else { ", \n\t" }), one, enums)?;
        if let Some(key) = counting.filter(|key| key.columns[0] == one.name) {
            sql = sql.maybe(key.name.as_ref(), |sql, name| sql.kw("CONSTRAINT").ident(name));
            sql = sql.kw("PRIMARY KEY AUTOINCREMENT");
        }
    }
    let (keys, others): (Vec<_>, Vec<_>) =
        constraints.iter().partition(|constraint| matches!(constraint, Constraint::PrimaryKey(_)));
    for one in keys.into_iter().filter(|_| counting.is_none()).chain(others) {
        sql = constraint::write(sql.glue(", \n\t"), one)?;
    }
    sql = sql.glue("\n").kw(")");
    Ok(match (options.without_rowid, options.strict) {
        (true, true) => sql.kw("WITHOUT ROWID, STRICT"),
        (true, false) => sql.kw("WITHOUT ROWID"),
        (false, true) => sql.kw("STRICT"),
        (false, false) => sql,
    })
}

/// Refuses what SQLite would refuse of the table as a whole: AUTOINCREMENT and types in the wrong place, and unknown
/// options.
pub(crate) fn check_table(table: &Table, enums: &Enums) -> Result<(), Diagnostic> {
    let options = table_options(table)?;
    check_counting(table, options, enums)?;
    table.columns.iter().try_for_each(|column| check_strict(table, column, options, enums))
}

/// Refuses AUTOINCREMENT where SQLite does (sqlite.org/autoinc.html).
fn check_counting(table: &Table, options: TableOptions, enums: &Enums) -> Result<(), Diagnostic> {
    let rowid = rowid_column(table, options, enums).map(|column| &column.name);
    for column in table.columns.iter().filter(|column| column.autoincrement == Some(true)) {
        if rowid != Some(&column.name) {
            let column = table.name.print_with_column(&column.name);
            return Err(unsupported(format!(
                "`{column}` cannot count up: SQLite does that only for an `integer` that alone is the primary key"
            )));
        }
    }
    match options.without_rowid && table.primary_key().is_none() {
        true => Err(unsupported(format!("table `{}` is `without_rowid` and has no primary key", table.name))),
        false => Ok(()),
    }
}

/// Refuses types that a strict table does not take (sqlite.org/stricttables.html).
pub(super) fn check_strict(
    table: &Table,
    column: &limbeck_core::schema::Column,
    options: TableOptions,
    enums: &Enums,
) -> Result<(), Diagnostic> {
    const TYPES: [&str; 6] = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
    if !options.strict {
        return Ok(());
    }
    let ty = type_name(&column.ty, enums)?;
    match TYPES.iter().any(|name| name.eq_ignore_ascii_case(&ty)) {
        true => Ok(()),
        false => {
            let column = table.name.print_with_column(&column.name);
            let message =
                format!("`{column}` has the type `{ty}`, which a strict table of SQLite does not take");
            Err(unsupported(message)
                .hint(format!("write `{{ native = \"…\" }}` with one of {}", TYPES.join(", "))))
        }
    }
}
