//! What changes the values of an enum.

use std::collections::{BTreeMap, BTreeSet};

use crate::op::{AlterEnum, EnumAction, Operation, ValuePosition};
use crate::schema::NamedEnum;

/// Returns what leads from one list of values to another. As many as can stay where they are; the others that stay go and come
/// back.
pub(super) fn alter(old: &NamedEnum, new: &NamedEnum) -> Operation {
    let place: BTreeMap<&String, usize> =
        new.values.iter().enumerate().map(|(at, value)| (value, at)).collect();
    let staying: Vec<usize> = old.values.iter().filter_map(|value| place.get(value).copied()).collect();
    let fixed: BTreeSet<usize> = longest_rise(&staying).into_iter().collect();
    let drop = |value: &String| EnumAction::DropValue { value: value.clone(), replace_with: None };
    let mut actions = Vec::new();
    let mut last = None;
    for value in &old.values {
        match place.get(value) {
            Some(at) if !fixed.contains(at) => actions.push(drop(value)),
            _ => last = Some(value),
        }
    }
    // The last value of all must not go before another is there, so that new ones come first.
    for (at, value) in new.values.iter().enumerate().filter(|(at, _)| !fixed.contains(at)) {
        let position = match at.checked_sub(1).map(|before| &new.values[before]) {
            Some(before) if last == Some(before) => None,
            Some(before) => Some(ValuePosition::After(before.clone())),
            None => old
                .values
                .iter()
                .find(|value| stays(value, &place, &fixed))
                .cloned()
                .map(ValuePosition::Before),
        };
        if position.is_none() {
            last = Some(value);
        }
        actions.push(EnumAction::AddValue { value: value.clone(), position });
    }
    actions.extend(old.values.iter().filter(|value| !place.contains_key(value)).map(drop));
    AlterEnum { name: new.name.clone(), actions }.into()
}

/// Says whether a value is there until new ones have come.
fn stays(value: &String, place: &BTreeMap<&String, usize>, fixed: &BTreeSet<usize>) -> bool {
    place.get(value).is_none_or(|at| fixed.contains(at))
}

/// Returns the longest of the sequences that rise, out of some numbers of which none is there twice.
fn longest_rise(numbers: &[usize]) -> Vec<usize> {
    // By length less one: where the lowest end of a sequence of that length is.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut rise = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rise.push(numbers[at]);
        next = before[at];
    }
    rise.reverse();
    rise
}
