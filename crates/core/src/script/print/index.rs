//! Prints indexes and their keys.

use crate::schema::{Index, IndexColumn, IndexKey};

use super::item::{Item, Toml};

/// Prints an index but for its name.
pub(super) fn index(index: &Index) -> Toml {
    let Index { name: _, unique, columns, filter, include, using, nulls_not_distinct, options } = index;
    Toml::with("columns", Item::Array(columns.iter().map(column).collect()))
        .flag("unique", *unique)
        .maybe("where", filter.as_ref().map(Item::sql))
        .list("include", include.iter().map(Item::ident).collect())
        .maybe("using", using.as_ref().map(Item::ident))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .options(options)
}

/// Prints an index as an item of a table's list.
pub(super) fn item(one: &Index) -> Item {
    Toml::with("name", Item::ident(&one.name)).and(index(one)).item()
}

fn column(column: &IndexColumn) -> Item {
    let IndexColumn { key, order, nulls, collation, op_class, length } = column;
    let toml = match key {
        IndexKey::Column(name) if *column == IndexColumn::column(name.clone()) => return Item::ident(name),
        IndexKey::Column(name) => Toml::with("column", Item::ident(name)),
        IndexKey::Sql(sql) => Toml::with("sql", Item::sql(sql)),
    };
    toml.maybe("order", order.map(Item::word))
        .maybe("nulls", nulls.map(Item::word))
        .maybe("collation", collation.as_ref().map(Item::ident))
        .maybe("op_class", op_class.as_ref().map(Item::sql))
        .maybe("length", length.map(Item::number))
        .item()
}
