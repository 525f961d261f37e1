//! In which order tables come, so that what a foreign key points at is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::action::Action;
use crate::name::TableName;
use crate::op::{AlterTable, Operation, Recreate};
use crate::schema::{Constraint, Schema, Table};

use super::table::TableChange;

/// Where foreign keys go and come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    /// With all else that happens to their table.
    WithTheRest,
    /// Those that go before anything else, those that come behind it.
    Apart,
}

/// Returns tables so that each comes behind those that its foreign keys point at, and what adds the keys that could not be
/// met so, because they point in a circle.
pub(super) fn parents_first(tables: &[&Table], links: Links) -> (Vec<Table>, Vec<Operation>) {
    let by_name: BTreeMap<&TableName, &Table> = tables.iter().map(|table| (&table.name, *table)).collect();
    let mut order = Vec::with_capacity(tables.len());
    let mut seen = BTreeSet::new();
    for table in tables {
        visit(&by_name, table, &mut seen, &mut order);
    }
    let mut done: BTreeSet<TableName> = BTreeSet::new();
    let (mut made, mut later) = (Vec::with_capacity(order.len()), Vec::new());
    for table in order {
        let mut table = table.clone();
        let name = table.name.clone();
        let waits = |constraint: &Constraint| match constraint {
            Constraint::ForeignKey(key) => {
                key.references != name
                    && match links {
                        Links::Apart => true,
                        Links::WithTheRest => {
                            by_name.contains_key(&key.references) && !done.contains(&key.references)
                        }
                    }
            }
            _ => false,
        };
        let (waiting, now): (Vec<_>, Vec<_>) = table.constraints.drain(..).partition(waits);
        table.constraints = now;
        later.extend(alter(&name, waiting.into_iter().map(Action::add_constraint).collect()));
        done.insert(name);
        made.push(table);
    }
    (made, later)
}

/// Puts a table behind those that it points at. The way there is kept on the heap, however long it is.
fn visit<'t>(
    tables: &BTreeMap<&TableName, &'t Table>,
    start: &'t Table,
    seen: &mut BTreeSet<&'t TableName>,
    order: &mut Vec<&'t Table>,
) {
    let mut way = vec![(start, false)];
    while let Some((table, is_done)) = way.pop() {
        if is_done {
            order.push(table);
            continue;
        }
        if !seen.insert(&table.name) {
            continue;
        }
        way.push((table, true));
        let parents: Vec<&Table> =
            table.foreign_keys().filter_map(|key| tables.get(&key.references).copied()).collect();
        way.extend(parents.into_iter().rev().map(|parent| (parent, false)));
    }
}

/// Returns changes so that a table comes behind those that it will point at.
pub(super) fn changes_in_order<'c>(changes: &'c [TableChange], to: &Schema) -> Vec<&'c TableChange> {
    let tables: Vec<&Table> = changes.iter().filter_map(|change| to.tables.get(&change.table)).collect();
    let by_name: BTreeMap<&TableName, &TableChange> =
        changes.iter().map(|change| (&change.table, change)).collect();
    let (order, _) = parents_first(&tables, Links::WithTheRest);
    order.iter().filter_map(|table| by_name.get(&table.name).copied()).collect()
}

/// Makes one `alter_table`; `None` when nothing happens.
pub(super) fn alter(table: &TableName, actions: Vec<Action>) -> Option<Operation> {
    let recreate = Recreate::Auto;
    (!actions.is_empty()).then(|| AlterTable { table: table.clone(), actions, recreate }.into())
}
