//! What changes a column.

use crate::action::{AlterColumn, Edit};
use crate::literal::Literal;
use crate::schema::{Column, Options};

/// Returns what leads from one column to another of the same name, of which the first two are compared and the last is
/// what is said; `None` when they mean the same.
pub(super) fn change(old: &Column, new: &Column, said: &Column) -> Option<AlterColumn> {
    if old == new {
        return None;
    }
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        comment,
        generated,
        identity,
        autoincrement,
        options,
    } = said;
    let change = AlterColumn {
        column: name.clone(),
        ty: (old.ty != new.ty).then(|| ty.clone()),
        using: None,
        nullable: (old.nullable != new.nullable).then_some(*nullable),
        default: edit(&old.default, &new.default, default),
        collation: edit(&old.collation, &new.collation, collation),
        comment: edit(&old.comment, &new.comment, comment),
        identity: edit(&old.identity, &new.identity, identity),
        autoincrement: edit(&old.autoincrement, &new.autoincrement, autoincrement),
        generated: edit(&old.generated, &new.generated, generated),
        options: options_between(&old.options, &new.options, options),
    };
    Some(change)
}

fn edit<T: Clone + PartialEq>(old: &Option<T>, new: &Option<T>, said: &Option<T>) -> Edit<T> {
    match said {
        _ if old == new => Edit::Keep,
        Some(value) => Edit::Set(value.clone()),
        None => Edit::Drop,
    }
}

/// Returns the options to set; a NULL takes one away.
pub(super) fn options_between(old: &Options, new: &Options, said: &Options) -> Options {
    let mut changes = Options::new();
    let dialects = old.keys().chain(new.keys());
    for dialect in dialects {
        let own = |options: &Options, name: &str| options.get(dialect).and_then(|own| own.get(name)).cloned();
        let names = |options: &Options| -> Vec<String> {
            options.get(dialect).into_iter().flat_map(|own| own.keys().cloned()).collect()
        };
        for name in names(old).into_iter().chain(names(new)) {
            if own(old, &name) != own(new, &name) {
                let value = own(said, &name).or_else(|| own(new, &name)).unwrap_or(Literal::Null);
                changes.entry(dialect.clone()).or_default().insert(name, value);
            }
        }
    }
    changes
}
