//! Edits of odd texts, and the laws that all edits obey.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy lets only test functions panic, not what they share"
)]

mod columns;
mod constraints;
mod everywhere;
mod laws;
mod layouts;
mod refusals;

use limbeck_core::name::Ident;
use limbeck_core::schema::{Column, Constraint, Table};

use super::edit_table;
use crate::ddl::read_table;
use crate::lower::Enums;

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

/// Reads a text, changes its model, edits the text, and lets SQLite read both.
fn edited(sql: &str, change: impl FnOnce(&mut Table)) -> String {
    accepted(sql);
    let from = read_table(sql).unwrap();
    let mut to = from.clone();
    change(&mut to);
    let out = edit_table(sql, &from, &to, &Enums::new()).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    accepted(&out);
    let back = edit_table(&out, &to, &from, &Enums::new()).unwrap_or_else(|fault| panic!("{out}: {fault}"));
    accepted(&back);
    out
}

fn accepted(sql: &str) {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Returns the model of a column or of what else stands between the parentheses of a table.
fn table_of(items: &str) -> Table {
    read_table(&format!("CREATE TABLE t ({items})")).unwrap()
}

fn column(text: &str) -> Column {
    table_of(text).columns.remove(0)
}

/// Returns the model of a constraint; its table has the columns `a`, `b` and `c`.
fn constraint(text: &str) -> Constraint {
    table_of(&format!("a, b, c, {text}")).constraints.remove(0)
}

fn add(table: &mut Table, position: usize, text: &str) {
    table.columns.insert(position, column(text));
}

fn drop_column(table: &mut Table, name: &str) {
    table.columns.retain(|column| column.name.as_str() != name);
    table.constraints.retain(|constraint| !constraint.columns().contains(&&ident(name)));
}

fn of<'t>(table: &'t mut Table, name: &str) -> &'t mut Column {
    table.columns.iter_mut().find(|column| column.name.as_str() == name).unwrap()
}
