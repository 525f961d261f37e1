//! The indexes that the server makes by itself for foreign keys.
//!
//! A foreign key wants an index that begins with its columns, in their order. Where there is none, the server makes one and
//! calls it like the key, or like its first column; it goes in silence when another index does as well
//! (dev.mysql.com/doc/refman/8.4/en/create-table-foreign-keys.html). It stays when the key goes, and no other index goes while
//! a key needs it (error 1553); so both are said in the statement that makes them so.

use limbeck_core::name::Ident;
use limbeck_core::op::DropIndex;
use limbeck_core::schema::{Constraint, ForeignKey, Index, IndexColumn, Table};
use limbeck_core::sql::Sql;

use super::{Target, options};
use crate::server::Feature;

/// An index that is there only for foreign keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyIndex {
    name: Ident,
    columns: Vec<Ident>,
}

/// Says whether an index looks like one that the server makes for a foreign key of its table.
pub(crate) fn is_made_for_key(index: &Index, table: &Table) -> bool {
    let Index { name, unique, columns, filter: _, include: _, using, nulls_not_distinct: _, options } = index;
    let plain = columns.iter().all(|column| column.key.as_column().is_some() && column.length.is_none());
    if *unique || using.is_some() || !options.is_empty() || !plain {
        return false;
    }
    let columns: Vec<&Ident> = columns.iter().filter_map(|column| column.key.as_column()).collect();
    table.foreign_keys().any(|key| key.columns.iter().eq(columns.iter().copied()) && may_have(key, name))
}

/// Says whether the server may have given a name to the index of a key.
fn may_have(key: &ForeignKey, name: &Ident) -> bool {
    match key.name.as_ref().filter(|name| !is_given_to_key(name)) {
        Some(own) => own == name,
        None => key.columns.first().is_some_and(|first| is_after(name, first)),
    }
}

/// Says whether a name is that of a column, or that with a number behind, as the server names indexes.
pub(crate) fn is_after(name: &Ident, column: &Ident) -> bool {
    match name.as_str().strip_prefix(column.as_str()) {
        Some("") => true,
        Some(rest) => rest.strip_prefix('_').is_some_and(is_number),
        None => false,
    }
}

/// Says whether a name is one that the server gives to a foreign key.
pub(crate) fn is_given_to_key(name: &Ident) -> bool {
    let name = name.as_str();
    is_number(name) || name.rsplit_once("_ibfk_").is_some_and(|(_, number)| is_number(number))
}

/// Says whether a text is a number and nothing else.
pub(crate) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the indexes that a table has only for its foreign keys: those that were found, or that the server makes.
pub(super) fn of(table: &Table, target: Target<'_>) -> Vec<KeyIndex> {
    match &table.stored {
        Some(stored) => stored.key_indexes.iter().map(KeyIndex::of).collect(),
        None => wanted(&[], table, target),
    }
}

/// Returns the table of an index that goes and leaves a foreign key without one, and the table without the index.
pub(super) fn uncovered_by<'s>(op: &DropIndex, target: Target<'s>) -> Option<(&'s Table, Table)> {
    let before = target.schema.index_owner(&op.index, op.table.as_ref()).ok()?;
    let mut after = before.clone();
    after.indexes.retain(|index| index.name != op.index);
    uncovers(before, &after, target).then_some((before, after))
}

/// Says whether a foreign key of a table has lost the index that it had with the table's own.
pub(super) fn uncovers(before: &Table, after: &Table, target: Target<'_>) -> bool {
    before.foreign_keys().any(|key| {
        is_covered(key, before, target)
            && after.foreign_keys().any(|other| other == key)
            && !is_covered(key, after, target)
    })
}

/// Follows the indexes for foreign keys of a table through a change: returns those that are there behind it, and the clauses
/// that make it so.
///
/// `held` are those of `before`. `renamed` are the columns that get another name, as old and new.
pub(super) fn follow(
    held: &[KeyIndex],
    before: &Table,
    after: &Table,
    renamed: &[(&Ident, &Ident)],
    target: Target<'_>,
) -> (Vec<KeyIndex>, Vec<Sql>) {
    let new = |column: &Ident| {
        let to = renamed.iter().find(|(old, _)| *old == column).map_or(column, |(_, new)| *new);
        to.clone()
    };
    // A column takes itself out of its indexes, and the last one the index.
    let kept: Vec<KeyIndex> = held
        .iter()
        .map(|index| KeyIndex {
            name: index.name.clone(),
            columns: index.columns.iter().map(new).filter(|to| after.column(to).is_some()).collect(),
        })
        .filter(|index| !index.columns.is_empty())
        .collect();
    let found = wanted(&kept, after, target);
    let is_made = |index: &&KeyIndex| {
        let was_there = |key: &&ForeignKey| {
            let columns: Vec<Ident> = key.columns.iter().map(new).collect();
            columns == index.columns
        };
        let mut keys = after.foreign_keys().filter(|key| key.columns == index.columns);
        keys.all(|key| before.foreign_keys().filter(was_there).any(|old| old.name == key.name))
    };
    let lenient = target.has(Feature::Leniency);
    let is_known = before.stored.is_some();
    let mut gone: Vec<&KeyIndex> = kept.iter().filter(|index| !found.contains(index)).collect();
    let mut come: Vec<&KeyIndex> =
        found.iter().filter(|index| !kept.contains(index)).filter(is_made).collect();
    let mut clauses = Vec::new();
    come.retain(|index| {
        let old = gone.iter().position(|old| old.columns == index.columns);
        let Some(old) = old.filter(|_| target.has(Feature::Renaming)) else { return true };
        let sql = target.sql().kw("RENAME INDEX").when(lenient, |sql| sql.kw("IF EXISTS"));
        clauses.push(sql.ident(&gone.remove(old).name).kw("TO").ident(&index.name));
        false
    });
    for index in &gone {
        // Where it cannot be asked for leniently, the server is left to do what it does by itself.
        let by_itself = begins_with(after, &index.columns, target)
            || found.iter().any(|other| other.columns.starts_with(&index.columns));
        if is_known || lenient || !by_itself {
            let sql = target.sql().kw("DROP INDEX").when(lenient, |sql| sql.kw("IF EXISTS"));
            clauses.push(sql.ident(&index.name));
        }
    }
    for index in come {
        let again = gone.iter().any(|old| old.name == index.name);
        let sql = target.sql().kw("ADD INDEX").when(lenient && !again, |sql| sql.kw("IF NOT EXISTS"));
        clauses.push(sql.ident(&index.name).idents(&index.columns));
    }
    (found, clauses)
}

impl KeyIndex {
    fn of(index: &Index) -> Self {
        let columns = index.columns.iter().filter_map(|column| column.key.as_column().cloned());
        Self { name: index.name.clone(), columns: columns.collect() }
    }
}

/// Returns the indexes that the foreign keys of a table need beside its own, those that are `held` by their names.
fn wanted(held: &[KeyIndex], table: &Table, target: Target<'_>) -> Vec<KeyIndex> {
    let bare: Vec<&ForeignKey> = table.foreign_keys().filter(|key| !is_covered(key, table, target)).collect();
    let mut found: Vec<KeyIndex> = Vec::new();
    for key in &bare {
        let is_within = |other: &&ForeignKey| {
            other.columns.len() > key.columns.len() && other.columns.starts_with(&key.columns)
        };
        if bare.iter().any(is_within) || found.iter().any(|index| index.columns == key.columns) {
            continue;
        }
        let same: Vec<&ForeignKey> =
            bare.iter().copied().filter(|other| other.columns == key.columns).collect();
        let suits = |index: &&KeyIndex| {
            index.columns == key.columns
                && same.iter().any(|key| may_have(key, &index.name))
                && !is_taken(&index.name, table)
        };
        let name = match held.iter().find(suits) {
            Some(index) => Some(index.name.clone()),
            None => same.last().and_then(|key| name_for(key, table, &found)),
        };
        found.extend(name.map(|name| KeyIndex { name, columns: key.columns.clone() }));
    }
    found
}

/// Returns the name that the server gives to the index of a key.
fn name_for(key: &ForeignKey, table: &Table, others: &[KeyIndex]) -> Option<Ident> {
    let is_free = |name: &Ident| !is_taken(name, table) && others.iter().all(|other| other.name != *name);
    let own = key.name.as_ref().filter(|name| !is_given_to_key(name) && is_free(name));
    let first = key.columns.first()?;
    let numbered = (2..).map_while(|number| Ident::new(&format!("{first}_{number}")).ok());
    own.cloned().or_else(|| std::iter::once(first.clone()).chain(numbered).find(is_free))
}

/// Says whether an index or a unique constraint of a table has a name.
fn is_taken(name: &Ident, table: &Table) -> bool {
    table.indexes.iter().any(|index| index.name == *name)
        || table.constraints.iter().any(|constraint| match constraint {
            Constraint::Unique(unique) => unique.name.as_ref().or(unique.columns.first()) == Some(name),
            _ => false,
        })
}

/// Says whether an index or key of the table begins with the columns of a foreign key.
fn is_covered(key: &ForeignKey, table: &Table, target: Target<'_>) -> bool {
    begins_with(table, &key.columns, target)
}

/// Says whether an index or key of the table begins with columns.
fn begins_with(table: &Table, columns: &[Ident], target: Target<'_>) -> bool {
    let by_constraint = table.constraints.iter().any(|constraint| match constraint {
        Constraint::PrimaryKey(own) => own.columns.starts_with(columns),
        Constraint::Unique(own) => own.columns.starts_with(columns),
        _ => false,
    });
    by_constraint || table.indexes.iter().any(|index| is_over(index, columns, target))
}

/// Says whether an index begins with whole columns, in this order, and is of a kind that a foreign key takes.
fn is_over(index: &Index, columns: &[Ident], target: Target<'_>) -> bool {
    let own = options::own_options(&index.options, target.server);
    let word = |key: &str| own.get(key).and_then(|value| value.as_text());
    let method = index.using.as_ref().map(Ident::as_str).or_else(|| word("prefix")).or_else(|| word("using"));
    let whole = |column: &IndexColumn| column.length.is_none() && !own.contains_key("length");
    method.is_none_or(|method| method.eq_ignore_ascii_case("btree"))
        && index.columns.len() >= columns.len()
        && columns
            .iter()
            .zip(&index.columns)
            .all(|(name, column)| whole(column) && column.key.as_column() == Some(name))
}
