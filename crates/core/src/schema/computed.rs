//! Columns that are computed from others, in order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::Column;
use super::words::{Words, folded};
use crate::name::Ident;

/// Puts columns that are computed from others before those, which is the order in which they can go; those that stand on
/// nothing stay in theirs.
pub fn put_first(columns: &mut [&Column]) {
    let depths = depths(columns);
    columns.sort_by_key(|column| Reverse(depths.get(&column.name).copied()));
}

/// Returns how many of some columns stand on each other below each that is computed; 0 for any other.
pub(crate) fn depths<'c>(columns: &[&'c Column]) -> BTreeMap<&'c Ident, usize> {
    let mut words: BTreeMap<String, Vec<&Ident>> = BTreeMap::new();
    if columns.iter().any(|column| column.generated.is_some()) {
        for column in columns {
            words.entry(folded(column.name.as_str())).or_default().push(&column.name);
        }
    }
    let below = |column: &'c Column| -> Vec<&'c Ident> {
        let Some(generated) = &column.generated else { return Vec::new() };
        let named: Vec<&Ident> = match Words::of(generated.sql.as_str()).list() {
            Some(list) => list.filter_map(|word| words.get(word)).flatten().copied().collect(),
            None => words.values().flatten().copied().collect(),
        };
        named.into_iter().filter(|name| **name != column.name).collect()
    };
    let edges: BTreeMap<&Ident, Vec<&Ident>> =
        columns.iter().map(|column| (&column.name, below(column))).collect();
    let mut depths: BTreeMap<&Ident, usize> = BTreeMap::new();
    for name in parents_first(&edges) {
        let deepest = edges[name].iter().filter_map(|other| depths.get(other)).max();
        depths.insert(name, deepest.map_or(0, |depth| depth + 1));
    }
    depths
}

/// Puts each name behind those that it points at, as far as they do not point in a circle. The way there is kept on the heap,
/// however long it is.
pub(crate) fn parents_first<'t, T: Ord>(edges: &BTreeMap<&'t T, Vec<&'t T>>) -> Vec<&'t T> {
    let mut order = Vec::with_capacity(edges.len());
    let mut seen = BTreeSet::new();
    for start in edges.keys() {
        let mut way = vec![(*start, false)];
        while let Some((name, is_done)) = way.pop() {
            if is_done {
                order.push(name);
                continue;
            }
            let Some(parents) = edges.get(name) else { continue };
            if !seen.insert(name) {
                continue;
            }
            way.push((name, true));
            way.extend(parents.iter().rev().map(|parent| (*parent, false)));
        }
    }
    order
}
