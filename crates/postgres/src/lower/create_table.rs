//! `create_table`: the text of a table, as SQLAlchemy lays it out, and what comes around it.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{ServerInfo, Statement};
use limbeck_core::name::Ident;
use limbeck_core::op::CreateTable;
use limbeck_core::schema::{Column, Constraint, NamedEnum, Schema, Table};
use limbeck_core::sql::Sql;

use super::options::{Own, TABLE};
use super::{column, constraint, enums, index, sql, table as table_wide};
use crate::dialect::NAME;

/// Lowers `create_table`: enums that its columns bring, the table, rules that are checked later, indexes, comments.
pub(super) fn create_table(
    op: &CreateTable,
    before: &Schema,
    server: &ServerInfo,
) -> Result<Vec<Statement>, Diagnostic> {
    let CreateTable { table, if_not_exists } = op;
    let name = &table.name;
    let there = *if_not_exists && before.tables.contains_key(name);
    let mut statements = brought_enums(&table.columns, before);
    if there {
        statements.clear();
    }
    let text = body(
        table,
        if *if_not_exists { index::Existence::Lenient } else { index::Existence::Strict },
        server,
    )?;
    statements.push(Statement::new(text, format!("make table `{name}`")));
    // With a table that is there already, what is about it is its own affair.
    if there {
        return Ok(statements);
    }
    for one in constraints_later(table) {
        let sql = constraint::write(sql().kw("ALTER TABLE").table(name).kw("ADD"), one, server)?;
        statements.push(Statement::new(sql.finish(), "add a rule that CREATE TABLE does not take"));
    }
    for one in &table.indexes {
        statements.push(index::make(name, one, index::Existence::from_flag(*if_not_exists), server)?);
    }
    if table.comment.is_some() {
        statements.push(table_wide::comment(name, table.comment.as_deref()));
    }
    for one in &table.columns {
        statements.extend(column::afterwards(name, one)?);
    }
    Ok(statements)
}

/// Returns the statements that make the enums which columns bring along, each once, unless they are there.
pub(super) fn brought_enums(columns: &[Column], before: &Schema) -> Vec<Statement> {
    let there = enums::brought(before.tables.values().flat_map(|table| &table.columns));
    let mut new: Vec<NamedEnum> = Vec::new();
    for one in enums::brought(columns) {
        let known = |all: &[NamedEnum]| all.iter().any(|other| other.name == one.name);
        if !known(&there) && !known(&new) && !before.enums.contains_key(&one.name) {
            new.push(one);
        }
    }
    new.iter().map(enums::make).collect()
}

/// Writes `CREATE TABLE` with the rules that stand in it.
///
/// # Errors
/// What PostgreSQL, or the version at hand, has not.
pub(super) fn body(
    table: &Table,
    existence: index::Existence,
    server: &ServerInfo,
) -> Result<String, Diagnostic> {
    let Table {
        name,
        columns,
        constraints,
        indexes: _,
        comment: _,
        options,
        added: _,
        written: _,
        stored: _,
    } = table;
    let own = Own::read(options, &TABLE, format!("table `{name}`"))?;
    let sql = sql().kw("CREATE").when(own.flag("unlogged")?, |sql| sql.kw("UNLOGGED")).kw("TABLE");
    let sql = sql.when(existence == index::Existence::Lenient, |sql| sql.kw("IF NOT EXISTS"));
    let mut sql = sql.table(name).kw("(");
    for (i, one) in columns.iter().enumerate() {
        sql = column::write(sql.glue(if i == 0 { "\n\t" } else { ", \n\t" }), one, table, server)?;
    }
    let (keys, others): (Vec<_>, Vec<_>) =
        constraints.iter().partition(|constraint| matches!(constraint, Constraint::PrimaryKey(_)));
    let later = constraints_later(table);
    for one in keys.into_iter().chain(others).filter(|one| !later.contains(one)) {
        sql = constraint::write(sql.glue(", \n\t"), one, server)?;
    }
    Ok(storage(sql.glue("\n").kw(")"), &own)?.finish())
}

/// Returns the constraints that come in a statement of their own: those that are not checked yet, which a new table takes
/// as checked, and those over the columns of another key, of which it makes only one (`transformIndexConstraints` in
/// PostgreSQL's `parse_utilcmd.c`).
fn constraints_later(table: &Table) -> Vec<&Constraint> {
    let keys = |one: &Constraint| match one {
        Constraint::PrimaryKey(key) => Some(key.columns.clone()),
        Constraint::Unique(unique) => Some(unique.columns.clone()),
        _ => None,
    };
    let primary = table.constraints.iter().filter(|one| matches!(one, Constraint::PrimaryKey(_)));
    let mut met: Vec<Vec<Ident>> = primary.filter_map(keys).collect();
    let mut is_later = |one: &&Constraint| match one {
        Constraint::Unique(unique) => {
            let known = met.contains(&unique.columns);
            met.push(unique.columns.clone());
            known
        }
        other => column::is_checked_later(other),
    };
    table.constraints.iter().filter(|one| is_later(one)).collect()
}

/// Writes what stands behind the parentheses, in SQLAlchemy's order.
fn storage(sql: Sql, own: &Own<'_>) -> Result<Sql, Diagnostic> {
    let sql = sql.maybe(own.table("inherits")?, |sql, parent| {
        sql.kw("INHERITS").kw("(").glue("").table(&parent).close(")")
    });
    let sql = sql.maybe(own.raw("partition_by")?, |sql, by| sql.kw("PARTITION BY").raw(&by));
    let sql = sql.maybe(own.ident("using")?, |sql, method| sql.kw("USING").ident(&method));
    let sql =
        sql.maybe(own.raw("with")?, |sql, parameters| sql.kw("WITH (").glue("").raw(&parameters).close(")"));
    Ok(sql.maybe(own.ident("tablespace")?, |sql, space| sql.kw("TABLESPACE").ident(&space)))
}

/// Says whether a type is an enum that brings its values along, and which.
pub(super) fn brought_by(ty: &ColumnType) -> Option<NamedEnum> {
    match ty.on(NAME) {
        ColumnType::Enum { name: Some(name), values } if !values.is_empty() => {
            Some(NamedEnum { name: name.clone(), values: values.clone() })
        }
        ColumnType::Array(item) => brought_by(item),
        _ => None,
    }
}
