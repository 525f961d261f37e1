//! Reads where a file says that what a revision does is not told.

use toml::de::DeValue;

use crate::graph::Direction;
use crate::op::Scope;
use crate::script::Untold;
use crate::script::header::non_empty;

use super::Node;
use super::operation::dialects;

/// The key that stands in place of an operation's name.
const KEY: &str = "untold";

/// Says whether an item of `[[upgrade]]` or `[[downgrade]]` is no operation, but says that what is done is not told.
pub(super) fn is_untold(node: &Node<'_>) -> bool {
    matches!(node.value(), DeValue::Table(keys) if keys.contains_key(KEY))
}

/// Reads what is not told in a list of operations. `None` when a fault is recorded; a list that is none is a fault that
/// reading its operations records.
pub(in crate::script) fn untold(list: &Node<'_>, direction: Direction) -> Option<Vec<Untold>> {
    let DeValue::Array(_) = list.value() else { return Some(Vec::new()) };
    let one = |node: &Node<'_>| {
        let mut keys = node.table()?;
        let head = keys.need(KEY)?;
        let reason = non_empty(&head);
        let origin = Some(node.reader.origin(head.whole_span()));
        let limited = keys.optional("dialects", dialects);
        // It is about the whole revision, and read with it.
        let _ = keys.take("irreversible");
        keys.finish();
        let scope = Scope { dialects: limited?.unwrap_or_default(), ..Scope::default() };
        Some(Untold { direction, scope, reason: reason?, origin })
    };
    let read: Vec<Option<Untold>> = list.items()?.iter().filter(|node| is_untold(node)).map(one).collect();
    read.into_iter().collect()
}
