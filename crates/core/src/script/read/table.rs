//! Reads tables, as `create_table` and the model file have them.

use std::collections::BTreeSet;

use crate::diagnostic::Code;
use crate::name::TableName;
use crate::schema::{Constraint, Index, IndexColumn, PrimaryKey, Table};
use toml::de::DeValue;

use super::column::{Written, column};
use super::constraint::{items, lists};
use super::options::{Dropping, options};
use super::{Keys, Node};

/// Reads a table but for its name.
pub(in crate::script) fn table(keys: &mut Keys<'_>, name: Option<TableName>) -> Option<Table> {
    let columns = keys.need("columns").and_then(|node| {
        let read: Vec<Option<Written<'_>>> = node.some_items()?.iter().map(column_item).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let whole_key = keys.take("primary_key");
    let key = whole_key.as_ref().map_or(Some(None), |node| table_key(node).map(Some));
    let constraints = lists(keys);
    let indexes = items(keys, "indexes", |keys| {
        let name_node = keys.optional("name", Node::ident);
        let index = super::index::index(keys, name_node.clone().flatten(), name.as_ref());
        name_node.and(index)
    });
    let comment = keys.optional("comment", Node::text);
    let options = options(keys, Dropping::Refused);

    let (name, mut columns) = (name?, columns?);
    let key = primary_key(&mut columns, key?, whole_key)?;
    let mut all: Vec<Constraint> = key.into_iter().map(Constraint::PrimaryKey).collect();
    let mut own_indexes = Vec::new();
    for written in &mut columns {
        all.append(&mut written.constraints);
        if let Some((node, given)) = &written.index {
            own_indexes.push(own_index(node, given.clone(), &name, written)?);
        }
    }
    all.extend(constraints?);
    Some(Table {
        name,
        columns: columns.into_iter().map(|written| written.column).collect(),
        constraints: all,
        indexes: [own_indexes, indexes?].concat(),
        comment: comment?,
        options: options?,
        added: BTreeSet::new(),
        written: None,
        stored: None,
    })
}

/// Makes the index that `index = …` on a column asks for.
pub(super) fn own_index(
    node: &Node<'_>,
    given: Option<crate::name::Ident>,
    table: &TableName,
    written: &Written<'_>,
) -> Option<Index> {
    let column = &written.column.name;
    let name = given.or_else(|| node.reader.naming().index(table, &[column]));
    if name.is_none() {
        node.fault(Code::MissingKey, "the index needs a name");
    }
    Some(Index::new(name?, vec![IndexColumn::column(column.clone())]))
}

fn column_item<'a>(node: &Node<'a>) -> Option<Written<'a>> {
    let mut keys = node.table()?;
    let name = keys.required("name", Node::ident);
    if let Some(name) = &name {
        let span = keys.span();
        keys = keys.called(format!("column `{name}`"), span);
        let _ = keys.take("name");
    }
    let written = column(&mut keys, name);
    keys.finish();
    written
}

/// Reads `primary_key` of a table: its columns, or a table with a name.
pub(super) fn table_key(node: &Node<'_>) -> Option<PrimaryKey> {
    match node.value() {
        DeValue::Array(_) => node.idents().map(|columns| PrimaryKey { name: None, columns }),
        _ => {
            let mut keys = node.table()?;
            let key = super::constraint::primary_key(&mut keys, "columns");
            keys.finish();
            key
        }
    }
}

/// Joins the two ways to say what the primary key is.
fn primary_key(
    columns: &mut [Written<'_>],
    whole: Option<PrimaryKey>,
    whole_node: Option<Node<'_>>,
) -> Option<Option<PrimaryKey>> {
    let parts: Vec<PrimaryKey> =
        columns.iter_mut().filter_map(|written| written.primary_key.take()).collect();
    let key = match (whole, parts.is_empty()) {
        (Some(_), false) => {
            let message = "the primary key is written both on the table and on a column";
            whole_node.iter().for_each(|node| node.fault(Code::ConflictingKeys, message));
            return None;
        }
        (Some(whole), true) => whole,
        (None, true) => return Some(None),
        (None, false) => PrimaryKey {
            name: parts.iter().find_map(|part| part.name.clone()),
            columns: parts.into_iter().flat_map(|part| part.columns).collect(),
        },
    };
    let mut sound = true;
    for written in columns.iter_mut().filter(|written| key.columns.contains(&written.column.name)) {
        sound &= written.forbid_null().is_some();
    }
    sound.then_some(Some(key))
}
