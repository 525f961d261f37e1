//! The operations that lead from one schema to another.

mod column;
mod counting;
mod enums;
mod letter_case;
mod link;
mod names;
mod order;
mod pair;
mod part;
mod same;
mod table;
#[cfg(test)]
mod tests;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use crate::name::{Ident, TableName};
use crate::op::{
    AlterSequence, CreateEnum, CreateSchema, CreateSequence, DropEnum, DropSchema, DropSequence, Operation,
};
use crate::schema::{Schema, Sequence, Table};

use column::edit;
pub use letter_case::respell;
use table::TableChange;
pub use view::drop_views_over;

/// Where columns that come are put.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ColumnOrder {
    /// At the end, as every database can. The order of columns is then not compared.
    #[default]
    Ignored,
    /// Where they stand in the schema that is led to, as some databases can or can do only with a table made anew. Columns
    /// that stay do not change places.
    Kept,
}

/// Returns the operations that lead from one schema to another, in order of running; empty when they mean the same.
///
/// `normal` gives a schema in the one spelling in which two with the same meaning are equal: a dialect's
/// [`normal_form`](crate::dialect::Dialect::normal_form), or the schema itself where nothing but equal is the same. What is
/// made is spelled as in `to`.
///
/// Each operation fits what those before it leave, and after the last the schema is `to`, but for the order of columns, for
/// what is opaque, and for the names of rules that have one on one side only: these are the same rule. An exclusion without a
/// name that is too much stays, as nothing can name it. Names that change are seen as one object that goes and another that
/// comes.
///
/// All that happens to one table stands in one `alter_table`. Only what cannot wait goes before it: a foreign key whose key
/// is changed on the other side, which goes and comes back if it stays; and what has a name that something else takes. Only
/// foreign keys that point in a circle, or come back, come after it.
pub fn diff(from: &Schema, to: &Schema, normal: impl Fn(&Schema) -> Schema) -> Vec<Operation> {
    diff_ordered(from, to, ColumnOrder::Ignored, normal)
}

/// Does what [`diff`] does, and puts columns where they are wanted.
pub fn diff_ordered(
    from: &Schema,
    to: &Schema,
    columns: ColumnOrder,
    normal: impl Fn(&Schema) -> Schema,
) -> Vec<Operation> {
    let same = same::tables(from, to);
    let (old, new) = (normal(&same::others(from, &same)), normal(&same::others(to, &same)));
    Sides { from, to, old: &old, new: &new, same: &same, columns, normal: &normal }.operations()
}

/// Both schemas, as they are and in the spelling in which they are compared.
struct Sides<'s> {
    from: &'s Schema,
    to: &'s Schema,
    /// The first as it is compared, but for tables that are the same.
    old: &'s Schema,
    /// The other.
    new: &'s Schema,
    /// The tables that are the same as they are.
    same: &'s BTreeSet<&'s TableName>,
    columns: ColumnOrder,
    normal: &'s dyn Fn(&Schema) -> Schema,
}

impl Sides<'_> {
    fn operations(&self) -> Vec<Operation> {
        let gone = only_in(&self.from.tables, &self.to.tables);
        let made = only_in(&self.to.tables, &self.from.tables);
        let both = self.to.tables.keys().filter(|name| self.from.tables.contains_key(*name));
        let changes = both.filter_map(|name| self.change_of(name)).filter(|change| !change.is_nothing());
        let mut changes: BTreeMap<TableName, TableChange> =
            changes.map(|change| (change.table.clone(), change)).collect();
        self.break_links(&mut changes);
        let drops_early = names::give_way(&mut changes, &gone, &made, self)
            | link::are_in_the_way(&gone, &changes, self.from)
            | link::outlive(&gone, &made, &changes);
        link::separate(&mut changes, &gone, drops_early, self.from);

        let mut all: Vec<Operation> = Vec::new();
        let views = view::changes(self, &changes);
        all.extend(views.drops);
        all.extend(changes.values().filter_map(TableChange::unlink_early));
        let mut drops = order::drops(&gone);
        if drops_early {
            all.append(&mut drops);
        }
        // Behind the last key that points at one of these.
        all.extend(changes.values().filter_map(TableChange::drop_early));
        let early = names::taken_sequences(&changes, &made, self);
        all.extend(early.iter().map(|name| drop_sequence(name)));
        self.make_what_tables_need(&mut all);
        order::changes(&made, &mut changes, &mut all);
        all.append(&mut drops);
        self.drop_what_tables_needed(&early, &mut all);
        all.extend(views.makes);
        all
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
            let Some(said) = self.to.sequences.get(name) else { continue };
            match self.old.sequences.get(name) {
                Some(old) if old == new => {}
                Some(old) => all.push(alter_sequence(old, new, said)),
                None => all.push(CreateSequence { sequence: said.clone(), if_not_exists: false }.into()),
            }
        }
    }

    fn drop_what_tables_needed(&self, gone: &BTreeSet<&TableName>, all: &mut Vec<Operation>) {
        let is_left = |name: &&TableName| !self.new.sequences.contains_key(*name) && !gone.contains(name);
        all.extend(self.old.sequences.keys().filter(is_left).map(drop_sequence));
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
        // One that was known by what stood in it is to stay without.
        let is_bare = |name: &&Ident| self.from.object_in(name).is_some() && is_left(name);
        for name in self.new.schemas.difference(&self.old.schemas).filter(is_bare) {
            all.push(CreateSchema { schema: name.clone(), if_not_exists: true }.into());
        }
    }
}

/// Returns what leads from one sequence to another, of which `said` is what is said of it.
fn alter_sequence(old: &Sequence, new: &Sequence, said: &Sequence) -> Operation {
    let Sequence { name, start, increment, min, max, cache, cycle } = said;
    AlterSequence {
        sequence: name.clone(),
        start: edit(&old.start, &new.start, start),
        increment: edit(&old.increment, &new.increment, increment),
        min: edit(&old.min, &new.min, min),
        max: edit(&old.max, &new.max, max),
        cache: edit(&old.cache, &new.cache, cache),
        cycle: (old.cycle != new.cycle).then_some(*cycle),
    }
    .into()
}

fn drop_sequence(name: &TableName) -> Operation {
    DropSequence { sequence: name.clone(), if_exists: false }.into()
}

fn only_in<'t>(
    one: &'t BTreeMap<TableName, Table>,
    other: &BTreeMap<TableName, Table>,
) -> BTreeMap<&'t TableName, &'t Table> {
    one.iter().filter(|(name, _)| !other.contains_key(*name)).collect()
}
