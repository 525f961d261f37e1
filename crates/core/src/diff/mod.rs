//! The operations that lead from one schema to another.

mod column;
mod enums;
mod order;
mod table;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, TableName};
use crate::op::{
    Change, CreateEnum, CreateSchema, CreateSequence, CreateTable, CreateView, DropEnum, DropSchema,
    DropSequence, DropTable, DropView, Operation,
};
use crate::schema::{Constraint, ConstraintRef, Schema, Table};

use order::{Links, parents_first};
use table::TableChange;

/// Returns the operations that lead from one schema to another, in order of running; empty when they mean the same.
///
/// `normal` gives a schema in the one spelling in which two with the same meaning are equal: a dialect's
/// [`normal_form`](crate::dialect::Dialect::normal_form), or the schema itself where nothing but equal is the same. What is
/// made is spelled as in `to`.
///
/// All that happens to one table stands in one `alter_table`; only where tables point at each other in ways that no order
/// satisfies do foreign keys go before and come after the rest. A rule that has a name on one side and none on the other is
/// the same rule. Names that change are seen as one object that goes and another that comes. What is opaque is compared as
/// far as it is known.
pub fn diff(from: &Schema, to: &Schema, normal: impl Fn(&Schema) -> Schema) -> Vec<Operation> {
    let (old, new) = (normal(from), normal(to));
    let sides = Sides { from, to, old: &old, new: &new, normal: &normal };
    let changes = sides.changed_tables();
    let together = sides.operations(&changes, Links::WithTheRest);
    let mut trial = from.clone();
    if together.iter().all(|operation| operation.apply(&mut trial).is_ok()) {
        return together;
    }
    sides.operations(&changes, Links::Apart)
}

/// Both schemas, as they are and in the spelling in which they are compared.
struct Sides<'s> {
    from: &'s Schema,
    to: &'s Schema,
    old: &'s Schema,
    new: &'s Schema,
    normal: &'s dyn Fn(&Schema) -> Schema,
}

impl Sides<'_> {
    fn operations(&self, changes: &[TableChange], links: Links) -> Vec<Operation> {
        let mut all: Vec<Operation> = Vec::new();
        self.drop_views(&mut all);
        self.make_what_tables_need(&mut all);
        let gone = self.only_in(&self.from.tables, &self.to.tables);
        let made = self.only_in(&self.to.tables, &self.from.tables);
        let (mut dropped, _) = parents_first(&gone, Links::WithTheRest);
        dropped.reverse();
        let drop = |table: Table| Operation::from(DropTable { table: table.name, if_exists: false });
        let mut drops: Vec<Operation> = dropped.into_iter().map(drop).collect();
        if links == Links::Apart {
            all.extend(changes.iter().filter_map(TableChange::unlink));
            all.extend(gone.iter().filter_map(|table| unlink_all(table, &gone)));
            all.extend(changes.iter().filter_map(TableChange::unindex));
            // Nothing points at them any more, and the names of their indexes may be wanted.
            all.append(&mut drops);
        }
        let (made_now, linked_later) = parents_first(&made, links);
        let create = |table: Table| Operation::from(CreateTable { table, if_not_exists: false });
        all.extend(made_now.into_iter().map(create));
        all.extend(
            order::changes_in_order(changes, self.to).into_iter().filter_map(|change| change.rest(links)),
        );
        all.append(&mut drops);
        all.extend(linked_later);
        if links == Links::Apart {
            all.extend(changes.iter().filter_map(TableChange::link));
        }
        self.drop_what_tables_needed(&mut all);
        self.make_views(&mut all);
        all
    }

    fn only_in<'t>(
        &self,
        one: &'t BTreeMap<TableName, Table>,
        other: &BTreeMap<TableName, Table>,
    ) -> Vec<&'t Table> {
        one.iter().filter(|(name, _)| !other.contains_key(*name)).map(|(_, table)| table).collect()
    }

    fn changed_tables(&self) -> Vec<TableChange> {
        let both = self.to.tables.keys().filter(|name| self.from.tables.contains_key(*name));
        both.filter_map(|name| self.change_of(name)).collect()
    }

    fn drop_views(&self, all: &mut Vec<Operation>) {
        for (name, view) in &self.from.views {
            if self.new.views.get(name) != self.old.views.get(name) {
                let materialized = view.materialized;
                all.push(DropView { view: name.clone(), materialized, if_exists: false }.into());
            }
        }
    }

    fn make_views(&self, all: &mut Vec<Operation>) {
        for (name, view) in &self.to.views {
            if self.new.views.get(name) != self.old.views.get(name) {
                all.push(CreateView { view: view.clone(), if_not_exists: false, or_replace: false }.into());
            }
        }
    }

    fn make_what_tables_need(&self, all: &mut Vec<Operation>) {
        // One in which something stands is there, whether an operation made it or not.
        let is_new = |name: &&Ident| self.from.object_in(name).is_none();
        for name in self.new.schemas.difference(&self.old.schemas).filter(is_new) {
            all.push(CreateSchema { schema: name.clone(), if_not_exists: false }.into());
        }
        for (name, new) in &self.new.enums {
            match (self.old.enums.get(name), self.to.enums.get(name)) {
                (Some(old), _) if old != new => all.push(enums::alter(old, new)),
                (None, Some(definition)) => {
                    all.push(CreateEnum { definition: definition.clone(), if_not_exists: false }.into());
                }
                // A column brings it along.
                _ => {}
            }
        }
        for (name, new) in &self.new.sequences {
            let old = self.old.sequences.get(name);
            if old == Some(new) {
                continue;
            }
            if old.is_some() {
                all.push(DropSequence { sequence: name.clone(), if_exists: false }.into());
            }
            if let Some(sequence) = self.to.sequences.get(name) {
                all.push(CreateSequence { sequence: sequence.clone(), if_not_exists: false }.into());
            }
        }
    }

    fn drop_what_tables_needed(&self, all: &mut Vec<Operation>) {
        for name in self.old.sequences.keys().filter(|name| !self.new.sequences.contains_key(*name)) {
            all.push(DropSequence { sequence: name.clone(), if_exists: false }.into());
        }
        for name in self.old.enums.keys().filter(|name| !self.new.enums.contains_key(*name)) {
            // One that a column brought along goes with it.
            if self.from.enums.contains_key(name) {
                all.push(DropEnum { name: name.clone(), if_exists: false }.into());
            }
        }
        let is_left = |name: &&Ident| self.to.object_in(name).is_none();
        for name in self.old.schemas.difference(&self.new.schemas).filter(is_left) {
            all.push(DropSchema { schema: name.clone(), if_exists: false }.into());
        }
    }
}

/// Returns what takes away the foreign keys of a table that point at others of some that go.
fn unlink_all(table: &Table, gone: &[&Table]) -> Option<Operation> {
    let names: BTreeSet<&TableName> = gone.iter().map(|table| &table.name).collect();
    let keys = table.constraints.iter().filter(|constraint| match constraint {
        Constraint::ForeignKey(key) => key.references != table.name && names.contains(&key.references),
        _ => false,
    });
    order::alter(&table.name, keys.filter_map(ConstraintRef::to).map(table::drop_constraint).collect())
}
