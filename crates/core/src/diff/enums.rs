//! What changes the values of an enum.

use crate::op::{AlterEnum, EnumAction, Operation, ValuePosition};
use crate::schema::NamedEnum;

/// Returns what leads from one list of values to another. Values that change places go and come back.
pub(super) fn alter(old: &NamedEnum, new: &NamedEnum) -> Operation {
    let mut values = old.values.clone();
    let mut actions = Vec::new();
    let drop = |values: &mut Vec<String>, at: usize, actions: &mut Vec<EnumAction>| {
        actions.push(EnumAction::DropValue { value: values.remove(at), replace_with: None });
    };
    // The last value of all must not go before another is there, so that new ones come first.
    for (at, value) in new.values.iter().enumerate() {
        if values.get(at) == Some(value) {
            continue;
        }
        if let Some(elsewhere) = values.iter().position(|one| one == value)
            && new.values.contains(&values[at])
        {
            drop(&mut values, elsewhere, &mut actions);
        } else if values.contains(value) {
            // What stands in its way goes at the end.
            continue;
        }
        let position = values.get(at).map(|next| ValuePosition::Before(next.clone()));
        values.insert(at.min(values.len()), value.clone());
        actions.push(EnumAction::AddValue { value: value.clone(), position });
    }
    for at in (0..values.len()).rev().filter(|at| !new.values.contains(&values[*at])).collect::<Vec<_>>() {
        drop(&mut values, at, &mut actions);
    }
    AlterEnum { name: new.name.clone(), actions }.into()
}
