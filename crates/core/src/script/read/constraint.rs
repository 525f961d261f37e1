//! Reads constraints: as items of a table's lists, as actions, and as the ways to name one.

use toml::de::DeValue;

use crate::diagnostic::Code;
use crate::name::Ident;
use crate::schema::{
    Check, Constraint, ConstraintRef, Exclude, ExcludeElement, ForeignKey, PrimaryKey, Unique,
};

use super::{Keys, Node};

/// Reads the lists `uniques`, `foreign_keys`, `checks` and `excludes`.
pub(super) fn lists(keys: &mut Keys<'_>) -> Option<Vec<Constraint>> {
    let uniques = items(keys, "uniques", |keys| unique(keys, "columns").map(Constraint::Unique));
    let foreign_keys =
        items(keys, "foreign_keys", |keys| foreign_key(keys, "columns").map(Constraint::ForeignKey));
    let checks = items(keys, "checks", |keys| check(keys, "sql").map(Constraint::Check));
    let excludes = items(keys, "excludes", |keys| exclude(keys, "elements").map(Constraint::Exclude));
    Some([uniques?, foreign_keys?, checks?, excludes?].concat())
}

/// Reads a list of tables; nothing when the key is missing.
pub(super) fn items<'a, T>(
    keys: &mut Keys<'a>,
    key: &'static str,
    read: impl Fn(&mut Keys<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let Some(node) = keys.take(key) else {
        return Some(Vec::new());
    };
    let read: Vec<Option<T>> = (node.items()?.iter())
        .map(|item| {
            let mut keys = item.table()?;
            let read = read(&mut keys);
            keys.finish();
            read
        })
        .collect();
    read.into_iter().collect()
}

fn name(keys: &mut Keys<'_>) -> Option<Option<Ident>> {
    keys.optional("name", Node::ident)
}

/// Reads a primary key whose columns stand under `columns`.
pub(super) fn primary_key(keys: &mut Keys<'_>, columns: &'static str) -> Option<PrimaryKey> {
    let (columns, name) = (keys.required(columns, Node::idents), name(keys));
    Some(PrimaryKey { name: name?, columns: columns? })
}

/// Reads a unique constraint whose columns stand under `columns`.
pub(super) fn unique(keys: &mut Keys<'_>, columns: &'static str) -> Option<Unique> {
    let (columns, name) = (keys.required(columns, Node::idents), name(keys));
    let nulls_not_distinct = keys.flag("nulls_not_distinct");
    let deferrable = keys.optional("deferrable", Node::word);
    Some(Unique {
        name: name?,
        columns: columns?,
        nulls_not_distinct: nulls_not_distinct?,
        deferrable: deferrable?,
    })
}

/// Reads a foreign key whose columns stand under `columns`.
pub(super) fn foreign_key(keys: &mut Keys<'_>, columns: &'static str) -> Option<ForeignKey> {
    let columns_node = keys.need(columns);
    let columns = columns_node.as_ref().and_then(Node::idents);
    let name = name(keys);
    let references = keys.required("references", Node::table_name);
    let referred_columns = keys.optional("referred_columns", Node::idents);
    let on_delete = keys.optional("on_delete", Node::word);
    let on_update = keys.optional("on_update", Node::word);
    let match_type = keys.optional("match", Node::word);
    let deferrable = keys.optional("deferrable", Node::word);
    let not_valid = keys.flag("not_valid");
    let (columns, referred_columns) = (columns?, referred_columns?.unwrap_or_default());
    if !referred_columns.is_empty() && referred_columns.len() != columns.len() {
        keys.reader.fault(
            Code::BadValue,
            columns_node?.span(),
            format!(
                "a foreign key from {} to {} columns must have as many on both sides",
                columns.len(),
                referred_columns.len()
            ),
        );
        return None;
    }
    Some(ForeignKey {
        name: name?,
        columns,
        references: references?,
        referred_columns,
        on_delete: on_delete?,
        on_update: on_update?,
        match_type: match_type?,
        deferrable: deferrable?,
        not_valid: not_valid?,
    })
}

/// Reads a check whose condition stands under `sql`.
pub(super) fn check(keys: &mut Keys<'_>, sql: &'static str) -> Option<Check> {
    let (sql, name, not_valid) = (keys.required(sql, Node::sql), name(keys), keys.flag("not_valid"));
    Some(Check { name: name?, sql: sql?, not_valid: not_valid? })
}

/// Reads an exclusion constraint whose comparisons stand under `elements`.
pub(super) fn exclude(keys: &mut Keys<'_>, elements: &'static str) -> Option<Exclude> {
    let elements = keys.need(elements).and_then(|node| {
        let read: Vec<Option<ExcludeElement>> = node.some_items()?.iter().map(element).collect();
        read.into_iter().collect::<Option<Vec<_>>>()
    });
    let name = name(keys);
    let using = keys.optional("using", Node::ident);
    let filter = keys.optional("where", Node::sql);
    let deferrable = keys.optional("deferrable", Node::word);
    Some(Exclude {
        name: name?,
        using: using?,
        elements: elements?,
        filter: filter?,
        deferrable: deferrable?,
    })
}

fn element(node: &Node<'_>) -> Option<ExcludeElement> {
    let mut keys = node.table()?;
    let key = super::index::key(&mut keys);
    let operator = keys.required("with", Node::sql);
    keys.finish();
    Some(ExcludeElement { key: key?, operator: operator? })
}

impl Node<'_> {
    /// Reads which constraint is meant: a name, or a table that tells its shape.
    pub(super) fn constraint_ref(&self) -> Option<ConstraintRef> {
        if let DeValue::String(_) = self.value() {
            return self.ident().map(ConstraintRef::Name);
        }
        let Some(mut keys) = self.keys() else {
            self.must_be("a name, or a table with `unique`, `check`, `foreign_key` or `primary_key`");
            return None;
        };
        let unique = keys.take("unique");
        let check = keys.take("check");
        let foreign_key = keys.take("foreign_key");
        let primary_key = keys.take("primary_key");
        let found = [&unique, &check, &foreign_key, &primary_key].into_iter().flatten().count();
        keys.finish();
        if found != 1 {
            self.fault(
                Code::BadValue,
                format!(
                    "{} must have one of `unique`, `check`, `foreign_key` and `primary_key`",
                    self.what()
                ),
            );
            return None;
        }
        Some(match (unique, check, foreign_key) {
            (Some(columns), ..) => ConstraintRef::Unique(columns.idents()?),
            (_, Some(sql), _) => ConstraintRef::Check(sql.sql()?),
            (_, _, Some(columns)) => ConstraintRef::ForeignKey(columns.idents()?),
            _ => {
                primary_key?.must_be_true()?;
                ConstraintRef::PrimaryKey
            }
        })
    }
}
