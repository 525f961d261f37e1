//! `set_comment` and `set_options`: what is about the table as a whole.

use crate::literal::Literal;
use crate::name::TableName;
use crate::op::{Access, Footprint, Object};
use crate::schema::{Options, Schema, SchemaError, Table};

use super::Action;

/// Sets or drops the comment of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetComment {
    /// The new comment; `None` drops it.
    pub comment: Option<String>,
}

/// Sets what only some dialects have.
#[derive(Debug, Clone, PartialEq)]
pub struct SetOptions {
    /// The options to set; a NULL takes the option away.
    pub options: Options,
}

/// Sets options over others; a NULL takes the option away.
pub(super) fn merge_options(options: &mut Options, changes: &Options) {
    for (dialect, changes) in changes {
        let own = options.entry(dialect.clone()).or_default();
        for (name, value) in changes {
            match value {
                Literal::Null => own.remove(name),
                value => own.insert(name.clone(), value.clone()),
            };
        }
        if own.is_empty() {
            options.remove(dialect);
        }
    }
}

/// Returns the changes that lead back to `before` once `changes` are made.
pub(super) fn unmerge_options(before: &Options, changes: &Options) -> Options {
    let mut undo = Options::new();
    for (dialect, changes) in changes {
        for name in changes.keys() {
            let old = before.get(dialect).and_then(|own| own.get(name)).cloned().unwrap_or(Literal::Null);
            undo.entry(dialect.clone()).or_default().insert(name.clone(), old);
        }
    }
    undo
}

impl SetComment {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        table.comment.clone_from(&self.comment);
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        Ok(vec![Action::SetComment(SetComment { comment: before.comment.clone() })])
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new().with(Access::Writes, Object::Table(table.clone()))
    }

    pub(super) fn describe(&self) -> String {
        if self.comment.is_some() { "set the comment".to_owned() } else { "drop the comment".to_owned() }
    }
}

impl SetOptions {
    pub(super) fn apply(&self, table: &mut Table, _schema: &Schema) -> Result<(), SchemaError> {
        merge_options(&mut table.options, &self.options);
        Ok(())
    }

    pub(super) fn invert(&self, before: &Table) -> Result<Vec<Action>, SchemaError> {
        let options = unmerge_options(&before.options, &self.options);
        Ok(vec![Action::SetOptions(SetOptions { options })])
    }

    pub(super) fn footprint(&self, table: &TableName) -> Footprint {
        Footprint::new().with(Access::Writes, Object::Table(table.clone()))
    }

    pub(super) fn describe(&self) -> String {
        let names: Vec<&str> = self.options.values().flat_map(|own| own.keys()).map(String::as_str).collect();
        format!("set {}", names.join(", "))
    }
}
