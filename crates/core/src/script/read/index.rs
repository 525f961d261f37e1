//! Reads indexes and their keys.

use toml::de::DeValue;

use crate::diagnostic::Code;
use crate::name::{Ident, TableName};
use crate::schema::{Index, IndexColumn, IndexKey};

use super::options::{Dropping, options};
use super::{Keys, Node};

/// Reads an index but for its name, which is given or made by the naming convention.
pub(super) fn index(keys: &mut Keys<'_>, name: Option<Ident>, table: Option<&TableName>) -> Option<Index> {
    let columns = keys.need("columns").and_then(|node| {
        let read: Vec<Option<IndexColumn>> = node.some_items()?.iter().map(column).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let unique = keys.flag("unique");
    let filter = keys.optional("where", Node::sql);
    let include = keys.optional("include", Node::idents);
    let using = keys.optional("using", Node::ident);
    let nulls_not_distinct = keys.flag("nulls_not_distinct");
    let options = options(keys, Dropping::Refused);
    let columns = columns?;
    let name = match name {
        Some(name) => name,
        None => {
            let names: Vec<&Ident> = columns.iter().filter_map(|column| column.key.as_column()).collect();
            let made = table.and_then(|table| keys.reader.naming().index(table, &names));
            if made.is_none() && table.is_some() {
                keys.reader.fault(Code::MissingKey, keys.span(), format!("{} lacks `name`", keys.owner()));
            }
            made?
        }
    };
    Some(Index {
        name,
        unique: unique?,
        columns,
        filter: filter?,
        include: include?.unwrap_or_default(),
        using: using?,
        nulls_not_distinct: nulls_not_distinct?,
        options: options?,
    })
}

/// Reads the key under `column` or `sql`.
pub(super) fn key(keys: &mut Keys<'_>) -> Option<IndexKey> {
    keys.exclude("column", "sql");
    let sql = keys.take("sql");
    let column = keys.take("column");
    match (column, sql) {
        (Some(column), None) => column.ident().map(IndexKey::Column),
        (None, Some(sql)) => sql.sql().map(IndexKey::Sql),
        (Some(_), Some(_)) => None,
        (None, None) => {
            keys.reader.fault(
                Code::MissingKey,
                keys.span(),
                format!("{} lacks `column` or `sql`", keys.owner()),
            );
            None
        }
    }
}

fn column(node: &Node<'_>) -> Option<IndexColumn> {
    if let DeValue::String(_) = node.value() {
        return node.ident().map(IndexColumn::column);
    }
    let Some(mut keys) = node.keys() else {
        node.must_be("a column's name or a table");
        return None;
    };
    let key = key(&mut keys);
    let order = keys.optional("order", Node::word);
    let nulls = keys.optional("nulls", Node::word);
    let collation = keys.optional("collation", Node::ident);
    let op_class = keys.optional("op_class", Node::sql);
    let length = keys.optional("length", Node::length);
    keys.finish();
    Some(IndexColumn {
        key: key?,
        order: order?,
        nulls: nulls?,
        collation: collation?,
        op_class: op_class?,
        length: length?,
    })
}
