//! Prints tables, as `create_table` and the model file have them.

use crate::schema::{Constraint, Table};

use super::column::{Constraints, column};
use super::constraint::{Head, lists, primary_key};
use super::index;
use super::item::{Item, Layout, Toml};

/// Prints a table but for its name.
pub(in crate::script) fn table(table: &Table) -> Toml {
    let Table { name: _, columns, constraints, indexes, comment, options, added: _, written: _, stored: _ } =
        table;
    let mut left = Constraints::new(constraints);
    let columns = (columns.iter())
        .map(|one| Toml::with("name", Item::ident(&one.name)).and(column(one, &mut left)).item())
        .collect();
    let key = left.take(|constraint| matches!(constraint, Constraint::PrimaryKey(_)));
    let key = key.and_then(|key| match key {
        Constraint::PrimaryKey(key) if key.name.is_none() => Some(Item::texts(&key.columns)),
        Constraint::PrimaryKey(key) => Some(primary_key(key, Head::Item("columns")).item()),
        _ => None,
    });
    Toml::default()
        .put_as(Layout::Lines, "columns", Item::Array(columns))
        .maybe("primary_key", key)
        .and(lists(&left.rest()))
        .list("indexes", indexes.iter().map(index::item).collect())
        .maybe("comment", comment.as_deref().map(Item::text))
        .options(options)
}
