//! Names that the database gives to rules which have none: they may be others after a way there and back.

use crate::schema::{Constraint, Schema, Table};

/// Takes the names from rules whose twin in the fold has none. Both are in the dialect's normal form.
pub fn forget_given_names(found: &mut Schema, folded: &Schema) {
    for (name, table) in &mut found.tables {
        if let Some(known) = folded.tables.get(name) {
            forget_in_table(table, known);
        }
    }
}

fn forget_in_table(found: &mut Table, folded: &Table) {
    let mut left: Vec<&Constraint> = folded.constraints.iter().filter(|one| one.name().is_none()).collect();
    let names: Vec<_> = folded.constraints.iter().filter_map(Constraint::name).collect();
    for constraint in &mut found.constraints {
        if constraint.name().is_some_and(|name| names.contains(&name)) {
            continue;
        }
        let shape = constraint.nameless();
        if let Some(at) = left.iter().position(|one| **one == shape) {
            left.remove(at);
            *constraint = shape;
        }
    }
}
