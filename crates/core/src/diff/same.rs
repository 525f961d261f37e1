//! Which tables are the same on both sides as they are written, so that there is no need to ask what they mean.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, TableName};
use crate::schema::{Schema, Table};

use super::part::{enums_of, keys_of};

/// Returns the tables that are the same in both schemas, and would be in any spelling: nothing that they stand on differs.
pub(super) fn tables<'s>(from: &'s Schema, to: &Schema) -> BTreeSet<&'s TableName> {
    let is_same = |table: &Table| {
        to.tables.get(&table.name) == Some(table)
            && table.columns.iter().all(|column| enums_of(&column.ty).is_empty())
            && implied(table).all(|other| key(from, other) == key(to, other))
    };
    from.tables.iter().filter(|(_, table)| is_same(table)).map(|(name, _)| name).collect()
}

/// Returns a schema with the other tables, and the keys that they point at without naming them.
pub(super) fn others<'s>(schema: &'s Schema, same: &BTreeSet<&TableName>) -> Cow<'s, Schema> {
    if same.is_empty() {
        return Cow::Borrowed(schema);
    }
    let mut tables: BTreeMap<TableName, Table> = BTreeMap::new();
    for (name, table) in schema.tables.iter().filter(|(name, _)| !same.contains(name)) {
        for other in implied(table).filter(|other| same.contains(other)) {
            tables.extend(schema.tables.get(other).map(|table| (other.clone(), keys_of(table))));
        }
        tables.insert(name.clone(), table.clone());
    }
    Cow::Owned(Schema {
        tables,
        enums: schema.enums.clone(),
        views: schema.views.clone(),
        sequences: schema.sequences.clone(),
        schemas: schema.schemas.clone(),
        index_names: schema.index_names,
        opaque: schema.opaque.clone(),
    })
}

/// Returns the other tables of whose primary key foreign keys mean the columns, as they name none.
fn implied(table: &Table) -> impl Iterator<Item = &TableName> {
    let keys = table.foreign_keys().filter(|key| key.referred_columns.is_empty());
    keys.map(|key| &key.references).filter(|other| **other != table.name)
}

fn key<'s>(schema: &'s Schema, name: &TableName) -> Option<&'s [Ident]> {
    schema.tables.get(name)?.primary_key().map(|key| &key.columns[..])
}
