//! Reads what happens to something that a column may have or lack: a value sets it, `{ drop = true }` drops it.

use toml::de::DeValue;

use crate::action::Edit;
use crate::diagnostic::Code;

use super::{Keys, Node};

/// Reads an edit. The outer `None` says that a fault is recorded.
pub(super) fn edit<'a, T>(
    keys: &mut Keys<'a>,
    key: &'static str,
    read: impl FnOnce(&Node<'a>) -> Option<T>,
) -> Option<Edit<T>> {
    let Some(node) = keys.take(key) else {
        return Some(Edit::Keep);
    };
    match node.keys() {
        Some(inner) if inner.has("drop") => drops(inner).map(|()| Edit::Drop),
        _ => read(&node).map(Edit::Set),
    }
}

/// Reads the inside of `{ drop = true }`.
pub(super) fn drops(mut keys: Keys<'_>) -> Option<()> {
    let node = keys.need("drop");
    keys.finish();
    let node = node?;
    match node.value() {
        DeValue::Boolean(true) => Some(()),
        _ => {
            node.fault(Code::BadValue, "`drop` must be `true`");
            None
        }
    }
}
