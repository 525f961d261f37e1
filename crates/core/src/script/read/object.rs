//! Reads enums, views and sequences.

use crate::name::TableName;
use crate::op::{EnumAction, EnumActionKind, ValuePosition};
use crate::schema::{Sequence, View};

use super::operation::head;
use super::{Keys, Node};

/// Reads the values of an enum.
pub(in crate::script) fn enum_values(keys: &mut Keys<'_>) -> Option<Vec<String>> {
    keys.required("values", Node::values)
}

/// Reads a view but for its name.
pub(in crate::script) fn view(keys: &mut Keys<'_>, name: Option<TableName>) -> Option<View> {
    let (sql, materialized) = (keys.required("sql", Node::sql), keys.flag("materialized"));
    Some(View { name: name?, sql: sql?, materialized: materialized? })
}

/// Reads a sequence but for its name.
pub(in crate::script) fn sequence(keys: &mut Keys<'_>, name: Option<TableName>) -> Option<Sequence> {
    let (start, increment, min, max, cache, cycle) = counting(keys)?;
    Some(Sequence { name: name?, start, increment, min, max, cache, cycle })
}

type Counting = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, bool);

/// Reads start, increment, min, max, cache and cycle.
pub(super) fn counting(keys: &mut Keys<'_>) -> Option<Counting> {
    let start = keys.optional("start", Node::integer);
    let increment = keys.optional("increment", Node::integer);
    let min = keys.optional("min", Node::integer);
    let max = keys.optional("max", Node::integer);
    let cache = keys.optional("cache", Node::integer);
    let cycle = keys.flag("cycle");
    Some((start?, increment?, min?, max?, cache?, cycle?))
}

impl Node<'_> {
    /// Reads one action of `alter_enum`.
    pub(super) fn enum_action(&self) -> Option<EnumAction> {
        let (kind, mut keys) = head::<EnumActionKind>(self, "enum action")?;
        let value = keys.required(kind.into(), Node::text);
        let action = match kind {
            EnumActionKind::AddValue => {
                keys.exclude("before", "after");
                let before = keys.optional("before", Node::text);
                let after = keys.optional("after", Node::text);
                before.zip(after).zip(value).map(|((before, after), value)| {
                    let position = match (before, after) {
                        (Some(before), _) => Some(ValuePosition::Before(before)),
                        (None, Some(after)) => Some(ValuePosition::After(after)),
                        (None, None) => None,
                    };
                    EnumAction::AddValue { value, position }
                })
            }
            EnumActionKind::RenameValue => keys
                .required("to", Node::text)
                .zip(value)
                .map(|(to, value)| EnumAction::RenameValue { value, to }),
            EnumActionKind::DropValue => {
                let replace_with = keys.optional("replace_with", Node::text);
                replace_with
                    .zip(value)
                    .map(|(replace_with, value)| EnumAction::DropValue { value, replace_with })
            }
        };
        keys.finish();
        action
    }
}
