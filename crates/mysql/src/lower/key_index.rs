//! The indexes that the server makes by itself for foreign keys.
//!
//! A foreign key wants an index that begins with its columns. Where there is none, the server makes one and calls it
//! like the key, or like its first column; it goes in silence when another index does as well
//! (dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html).

use limbeck_core::name::Ident;
use limbeck_core::schema::{Constraint, ForeignKey, Index, IndexColumn, Table};

/// Says whether an index looks like one that the server makes for a foreign key of its table.
pub(crate) fn is_made_for_key(index: &Index, table: &Table) -> bool {
    let Index { name, unique, columns, filter: _, include: _, using, nulls_not_distinct: _, options } = index;
    let plain = columns.iter().all(|column| column.key.as_column().is_some() && column.length.is_none());
    if *unique || using.is_some() || !options.is_empty() || !plain {
        return false;
    }
    let columns: Vec<&Ident> = columns.iter().filter_map(|column| column.key.as_column()).collect();
    table
        .foreign_keys()
        .any(|key| key.columns.iter().eq(columns.iter().copied()) && names(key).contains(&name))
}

/// Returns the names that the server may give to the index of a key.
fn names(key: &ForeignKey) -> Vec<&Ident> {
    key.name.iter().chain(key.columns.first()).collect()
}

/// Returns the index that stays behind when a foreign key of `before` is gone in `after`: the one that the server made
/// for it, unless another index made that one superfluous.
pub(super) fn left_behind<'k>(key: &'k ForeignKey, before: &Table, after: &Table) -> Option<&'k Ident> {
    let own = key.name.as_ref().or(key.columns.first())?;
    let known = |table: &Table| table.indexes.iter().any(|index| index.name == *own);
    let needless = is_covered(key, before) || is_covered(key, after);
    let shared = after.foreign_keys().any(|other| other.columns.starts_with(&key.columns));
    (!needless && !shared && !known(before) && !known(after)).then_some(own)
}

/// Says whether an index or key of the table begins with the columns of a foreign key.
fn is_covered(key: &ForeignKey, table: &Table) -> bool {
    let begins = |columns: Vec<&Ident>| {
        columns.len() >= key.columns.len()
            && columns[..key.columns.len()].iter().all(|column| key.columns.contains(column))
    };
    let by_constraint = table.constraints.iter().any(|constraint| match constraint {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => begins(constraint.columns()),
        _ => false,
    });
    let whole = |column: &IndexColumn| column.length.is_none();
    by_constraint
        || table.indexes.iter().any(|index| {
            let columns = index.columns.iter().take_while(|column| whole(column));
            index.using.is_none() && begins(columns.filter_map(|column| column.key.as_column()).collect())
        })
}
