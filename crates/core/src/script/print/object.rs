//! Prints enums, views and sequences.

use crate::op::{EnumAction, ValuePosition};
use crate::schema::{Sequence, View};

use super::item::{Item, Toml};

/// Prints a view but for its name.
pub(in crate::script) fn view(view: &View) -> Toml {
    let View { name: _, sql, materialized } = view;
    Toml::with("sql", Item::sql(sql)).flag("materialized", *materialized)
}

/// Prints a sequence but for its name.
pub(in crate::script) fn sequence(sequence: &Sequence) -> Toml {
    let Sequence { name: _, start, increment, min, max, cache, cycle } = sequence;
    counting([start, increment, min, max, cache], *cycle)
}

/// Prints start, increment, min, max, cache and cycle.
pub(super) fn counting(numbers: [&Option<i64>; 5], cycle: bool) -> Toml {
    let names = ["start", "increment", "min", "max", "cache"];
    let toml = names.into_iter().zip(numbers);
    toml.fold(Toml::default(), |toml, (name, number)| toml.maybe(name, number.map(Item::number)))
        .flag("cycle", cycle)
}

/// Prints an action of `alter_enum`.
pub(super) fn enum_action(action: &EnumAction) -> Item {
    let toml = match action {
        EnumAction::AddValue { value, position } => {
            let toml = Toml::with("add_value", Item::text(value));
            match position {
                None => toml,
                Some(ValuePosition::Before(other)) => toml.put("before", Item::text(other)),
                Some(ValuePosition::After(other)) => toml.put("after", Item::text(other)),
            }
        }
        EnumAction::RenameValue { value, to } => {
            Toml::with("rename_value", Item::text(value)).put("to", Item::text(to))
        }
        EnumAction::DropValue { value, replace_with } => Toml::with("drop_value", Item::text(value))
            .maybe("replace_with", replace_with.as_deref().map(Item::text)),
    };
    toml.item()
}
