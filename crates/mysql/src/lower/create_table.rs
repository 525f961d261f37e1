//! `create_table`: the text of a table, as SQLAlchemy lays it out, and its indexes.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Statement;
use limbeck_core::op::{CreateIndex, CreateTable};
use limbeck_core::schema::{Constraint, Schema, Table};
use limbeck_core::sql::Sql;

use super::column::{self, Form};
use super::{Target, acting_keys, constraint, counted_columns, ddl, generated_keys, index, options};

/// Lowers `create_table`.
pub(super) fn create_table(op: &CreateTable, target: Target<'_>) -> Result<Vec<Statement>, Diagnostic> {
    let CreateTable { table, if_not_exists } = op;
    let name = &table.name;
    // One that is there already is left as it is.
    let is_there = *if_not_exists && target.schema.tables.contains_key(name);
    if !is_there {
        acting_keys::check(None, table, target)?;
        counted_columns::check(None, table, target)?;
        generated_keys::check(None, table, target)?;
    }
    let sql = target.sql().kw("CREATE TABLE").when(*if_not_exists, |sql| sql.kw("IF NOT EXISTS"));
    let sql = body(sql.table(name), table, target)?;
    let bare = Table { indexes: Vec::new(), ..table.clone() };
    let make = CreateTable { table: bare.clone(), if_not_exists: *if_not_exists };
    let mut statements = vec![ddl(sql, format!("make table `{name}`")).making([make.into()])];
    // With a table that is there already, its indexes are its own affair.
    if !is_there {
        // Whether an index is there can be told from the table alone.
        let mut around = Schema::new();
        around.tables.insert(name.clone(), bare);
        for index in &table.indexes {
            let make = CreateIndex {
                table: name.clone(),
                index: index.clone(),
                if_not_exists: *if_not_exists,
                concurrently: false,
            };
            statements.extend(index::create_index(&make, Target { schema: &around, ..target })?);
        }
    }
    Ok(statements)
}

fn body(mut sql: Sql, table: &Table, target: Target<'_>) -> Result<Sql, Diagnostic> {
    let Table { name, columns, constraints, indexes: _, comment, options, added: _, written: _, stored: _ } =
        table;
    sql = sql.kw("(");
    for (i, one) in columns.iter().enumerate() {
        sql = sql.glue(if i == 0 { "\n\t" } else { ", \n\t" });
        sql = column::write(sql, one, table, Form::New, target)?;
    }
    let (keys, others): (Vec<_>, Vec<_>) =
        constraints.iter().partition(|constraint| matches!(constraint, Constraint::PrimaryKey(_)));
    for one in keys.into_iter().chain(others) {
        sql = constraint::write(sql.glue(", \n\t"), one, table, target)?;
    }
    let owner = format!("table `{name}`");
    options::write(sql.glue("\n)"), options, comment.as_deref(), &owner, target)
}
