//! Prints constraints: as items of a table's lists, as actions, and the ways to name one.

use crate::name::Ident;
use crate::schema::{Check, Constraint, ConstraintRef, Exclude, ForeignKey, IndexKey, PrimaryKey, Unique};

use super::item::{Item, Toml};

impl Item {
    /// Writes a name.
    pub(super) fn ident(name: &Ident) -> Self {
        Self::text(name.as_str())
    }

    /// Writes which constraint is meant.
    pub(super) fn constraint_ref(which: &ConstraintRef) -> Self {
        match which {
            ConstraintRef::Name(name) => Self::ident(name),
            ConstraintRef::PrimaryKey => Toml::with("primary_key", Self::boolean(true)).item(),
            ConstraintRef::Unique(columns) => Toml::with("unique", Self::texts(columns)).item(),
            ConstraintRef::Check(sql) => Toml::with("check", Self::sql(sql)).item(),
            ConstraintRef::ForeignKey(columns) => Toml::with("foreign_key", Self::texts(columns)).item(),
        }
    }
}

/// Where the name of a constraint stands: first in a list, behind the head in an action.
#[derive(Clone, Copy)]
pub(super) enum Head {
    /// An item of a list, under the key given.
    Item(&'static str),
    /// An action, whose name is the key given.
    Action(&'static str),
}

fn start(head: Head, name: Option<&Ident>, item: Item) -> Toml {
    let name = name.map(Item::ident);
    match head {
        Head::Item(key) => Toml::default().maybe("name", name).put(key, item),
        Head::Action(key) => Toml::with(key, item).maybe("name", name),
    }
}

/// Prints a primary key.
pub(super) fn primary_key(key: &PrimaryKey, head: Head) -> Toml {
    let PrimaryKey { name, columns } = key;
    start(head, name.as_ref(), Item::texts(columns))
}

/// Prints a unique constraint.
pub(super) fn unique(unique: &Unique, head: Head) -> Toml {
    let Unique { name, columns, nulls_not_distinct, deferrable } = unique;
    start(head, name.as_ref(), Item::texts(columns))
        .flag("nulls_not_distinct", *nulls_not_distinct)
        .maybe("deferrable", deferrable.map(Item::word))
}

/// Prints a foreign key.
pub(super) fn foreign_key(key: &ForeignKey, head: Head) -> Toml {
    let ForeignKey { name, columns, references, referred_columns, not_valid, .. } = key;
    let toml = start(head, name.as_ref(), Item::texts(columns))
        .put("references", Item::text(&references.to_string()))
        .list("referred_columns", referred_columns.iter().map(Item::ident).collect());
    rules(toml, key).flag("not_valid", *not_valid)
}

/// Prints what a foreign key does and when.
pub(super) fn rules(toml: Toml, key: &ForeignKey) -> Toml {
    toml.maybe("on_delete", key.on_delete.map(Item::word))
        .maybe("on_update", key.on_update.map(Item::word))
        .maybe("match", key.match_type.map(Item::word))
        .maybe("deferrable", key.deferrable.map(Item::word))
}

/// Prints a check.
pub(super) fn check(check: &Check, head: Head) -> Toml {
    let Check { name, sql, not_valid } = check;
    start(head, name.as_ref(), Item::sql(sql)).flag("not_valid", *not_valid)
}

/// Prints an exclusion constraint.
pub(super) fn exclude(exclude: &Exclude, head: Head) -> Toml {
    let Exclude { name, using, elements, filter, deferrable } = exclude;
    let elements = elements.iter().map(|element| {
        let key = match &element.key {
            IndexKey::Column(name) => Toml::with("column", Item::ident(name)),
            IndexKey::Sql(sql) => Toml::with("sql", Item::sql(sql)),
        };
        key.put("with", Item::sql(&element.operator)).item()
    });
    start(head, name.as_ref(), Item::Array(elements.collect()))
        .maybe("using", using.as_ref().map(Item::ident))
        .maybe("where", filter.as_ref().map(Item::sql))
        .maybe("deferrable", deferrable.map(Item::word))
}

/// Prints the lists of constraints that have no place on a column.
pub(super) fn lists(constraints: &[&Constraint]) -> Toml {
    let mut lists = [const { Vec::new() }; 4];
    for constraint in constraints {
        match constraint {
            Constraint::PrimaryKey(_) => {}
            Constraint::Unique(one) => lists[0].push(unique(one, Head::Item("columns")).item()),
            Constraint::ForeignKey(one) => lists[1].push(foreign_key(one, Head::Item("columns")).item()),
            Constraint::Check(one) => lists[2].push(check(one, Head::Item("sql")).item()),
            Constraint::Exclude(one) => lists[3].push(exclude(one, Head::Item("elements")).item()),
        }
    }
    let [uniques, foreign_keys, checks, excludes] = lists;
    Toml::default()
        .list("uniques", uniques)
        .list("foreign_keys", foreign_keys)
        .list("checks", checks)
        .list("excludes", excludes)
}
