//! What changes a table: one group of actions.

use crate::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Position, RemoveIndex, SetComment,
    SetOptions,
};
use crate::name::{Ident, TableName};
use crate::op::Operation;
use crate::schema::{Constraint, ConstraintRef, Index, Schema, Table};

use super::Sides;
use super::column::{self, options_between};
use super::order::{Links, alter};

/// What happens to one table, in parts that can be put together.
pub(super) struct TableChange {
    pub(super) table: TableName,
    /// Foreign keys that go.
    unlinks: Vec<Action>,
    /// Indexes that go.
    unindexes: Vec<Action>,
    /// Constraints that go.
    drops: Vec<Action>,
    /// Columns that go, come and change; comment and options.
    columns: Vec<Action>,
    /// Constraints and indexes that come.
    adds: Vec<Action>,
    /// Foreign keys that come.
    links: Vec<Action>,
}

impl TableChange {
    /// Returns what takes the foreign keys away that go.
    pub(super) fn unlink(&self) -> Option<Operation> {
        alter(&self.table, self.unlinks.clone())
    }

    /// Returns what takes the indexes away that go, whose names may be wanted elsewhere.
    pub(super) fn unindex(&self) -> Option<Operation> {
        alter(&self.table, self.unindexes.clone())
    }

    /// Returns what adds the foreign keys that come.
    pub(super) fn link(&self) -> Option<Operation> {
        alter(&self.table, self.links.clone())
    }

    /// Returns all that is not done apart.
    pub(super) fn rest(&self, links: Links) -> Option<Operation> {
        let Self { table, unlinks, unindexes, drops, columns, adds, links: comes } = self;
        let mut actions: Vec<Action> = Vec::new();
        if links == Links::WithTheRest {
            actions.extend(unlinks.iter().chain(unindexes).cloned());
        }
        actions.extend(drops.iter().chain(columns).chain(adds).cloned());
        if links == Links::WithTheRest {
            actions.extend(comes.iter().cloned());
        }
        alter(table, actions)
    }
}

/// Makes the action that drops a constraint.
pub(super) fn drop_constraint(constraint: ConstraintRef) -> Action {
    Action::DropConstraint(DropConstraint { constraint, if_exists: false })
}

/// A constraint or index of a table as it is written, and as it is compared.
struct Part<T> {
    said: T,
    normal: T,
}

impl Sides<'_> {
    /// Returns what happens to a table that is on both sides; `None` when nothing does.
    pub(super) fn change_of(&self, name: &TableName) -> Option<TableChange> {
        let (from, to) = (self.from.tables.get(name)?, self.to.tables.get(name)?);
        let (old, new) = (self.old.tables.get(name)?, self.new.tables.get(name)?);
        if old == new {
            return None;
        }
        let mut change = TableChange {
            table: name.clone(),
            unlinks: Vec::new(),
            unindexes: Vec::new(),
            drops: Vec::new(),
            columns: Vec::new(),
            adds: Vec::new(),
            links: Vec::new(),
        };
        self.constraints(from, to, &mut change);
        self.indexes(from, to, &mut change);
        let key_goes = change.drops.iter().any(|action| is_primary(action, from));
        columns(old, new, to, key_goes, &mut change.columns);
        if old.comment != new.comment {
            change.columns.push(Action::SetComment(SetComment { comment: to.comment.clone() }));
        }
        let options = options_between(&old.options, &new.options, &to.options);
        if !options.is_empty() {
            change.columns.push(Action::SetOptions(SetOptions { options }));
        }
        let TableChange { table: _, unlinks, unindexes, drops, columns, adds, links } = &change;
        let is_nothing = [unlinks, unindexes, drops, columns, adds, links].into_iter().all(Vec::is_empty);
        (!is_nothing).then_some(change)
    }

    fn constraints(&self, from: &Table, to: &Table, change: &mut TableChange) {
        let mut old = self.parts(
            from,
            self.from,
            &from.constraints,
            &|table, one| table.constraints.push(one),
            &pick_rule,
        );
        let mut new =
            self.parts(to, self.to, &to.constraints, &|table, one| table.constraints.push(one), &pick_rule);
        // First those of the same name, so that a nameless twin does not take their place.
        for by_name in [true, false] {
            new.retain(|wanted| {
                let same = |there: &Part<Constraint>| is_same(&there.normal, &wanted.normal, by_name);
                let at = old.iter().position(same);
                at.map(|at| old.remove(at)).is_none()
            });
        }
        for Part { said, .. } in old {
            let Some(which) = ConstraintRef::to(&said) else { continue };
            match said {
                Constraint::ForeignKey(_) => change.unlinks.push(drop_constraint(which)),
                _ => change.drops.push(drop_constraint(which)),
            }
        }
        for Part { said, .. } in new {
            match said {
                Constraint::ForeignKey(_) => change.links.push(Action::add_constraint(said)),
                _ => change.adds.push(Action::add_constraint(said)),
            }
        }
    }

    fn indexes(&self, from: &Table, to: &Table, change: &mut TableChange) {
        let mut old =
            self.parts(from, self.from, &from.indexes, &|table, one| table.indexes.push(one), &pick_index);
        let mut new =
            self.parts(to, self.to, &to.indexes, &|table, one| table.indexes.push(one), &pick_index);
        new.retain(|wanted| {
            let at = old.iter().position(|there| there.normal == wanted.normal);
            at.map(|at| old.remove(at)).is_none()
        });
        let drop =
            |part: Part<Index>| Action::DropIndex(RemoveIndex { index: part.said.name, if_exists: false });
        change.unindexes.extend(old.into_iter().map(drop));
        change.adds.extend(new.into_iter().map(|part| Action::CreateIndex(AddIndex::new(part.said))));
    }

    /// Returns parts of a table in both spellings, each found by looking at a table that has nothing else.
    fn parts<T: Clone>(
        &self,
        table: &Table,
        around: &Schema,
        parts: &[T],
        put: &dyn Fn(&mut Table, T),
        pick: &dyn Fn(&Table) -> Option<T>,
    ) -> Vec<Part<T>> {
        let bare = Table { constraints: Vec::new(), indexes: Vec::new(), ..table.clone() };
        let normal = |part: &T| {
            let mut alone = bare.clone();
            put(&mut alone, part.clone());
            let mut schema = Schema { enums: around.enums.clone(), ..Schema::new() };
            // What a foreign key points at says which columns are meant where it names none.
            for key in alone.foreign_keys() {
                if let Some(other) = around.tables.get(&key.references) {
                    schema.tables.insert(other.name.clone(), Table { indexes: Vec::new(), ..other.clone() });
                }
            }
            let name = alone.name.clone();
            schema.tables.insert(name.clone(), alone);
            pick((self.normal)(&schema).tables.get(&name)?)
        };
        // What the database keeps nothing of is no part.
        parts.iter().filter_map(|part| Some(Part { said: part.clone(), normal: normal(part)? })).collect()
    }
}

fn pick_rule(table: &Table) -> Option<Constraint> {
    table.constraints.first().cloned()
}

fn pick_index(table: &Table) -> Option<Index> {
    let as_index = |constraint: &Constraint| match constraint {
        // To MySQL a unique index is a unique constraint.
        Constraint::Unique(unique) => {
            let columns = unique.columns.iter().cloned().map(crate::schema::IndexColumn::column).collect();
            let mut index = Index::new(unique.name.clone()?, columns);
            index.unique = true;
            Some(index)
        }
        _ => None,
    };
    table.indexes.first().cloned().or_else(|| table.constraints.first().and_then(as_index))
}

/// Says whether two constraints are the same rule: with the same name, or alike where one of them has none.
fn is_same(old: &Constraint, new: &Constraint, by_name: bool) -> bool {
    if old.name().is_some() && new.name().is_some() || by_name {
        return old == new;
    }
    let nameless = |constraint: &Constraint| {
        let mut constraint = constraint.clone();
        *constraint.name_mut() = None;
        constraint
    };
    nameless(old) == nameless(new)
}

fn is_primary(action: &Action, table: &Table) -> bool {
    let Action::DropConstraint(drop) = action else { return false };
    table
        .constraint_position(&drop.constraint)
        .is_ok_and(|at| matches!(table.constraints[at], Constraint::PrimaryKey(_)))
}

/// Collects what happens to columns: those that go, those that come, those that change.
fn columns(old: &Table, new: &Table, to: &Table, key_goes: bool, actions: &mut Vec<Action>) {
    let stays = |name: &Ident| old.column(name).is_some();
    let go = old.columns.iter().filter(|column| new.column(&column.name).is_none());
    let drops =
        go.map(|column| Action::DropColumn(DropColumn { column: column.name.clone(), if_exists: false }));
    let mut drops: Vec<Action> = drops.collect();
    // A table must never be without a column, so where none stays the new ones come first.
    let last = if drops.len() == old.columns.len() { std::mem::take(&mut drops) } else { Vec::new() };
    actions.append(&mut drops);
    for (at, said) in to.columns.iter().enumerate() {
        if stays(&said.name) {
            continue;
        }
        // One that stands behind all that stay goes to the end, as every database has it.
        let is_last = to.columns[at..].iter().all(|column| !stays(&column.name));
        let position = match (is_last, at) {
            (true, _) => None,
            (false, 0) => to
                .columns
                .iter()
                .find(|column| stays(&column.name))
                .map(|next| Position::Before(next.name.clone())),
            (false, at) => Some(Position::After(to.columns[at - 1].name.clone())),
        };
        actions.push(Action::AddColumn(AddColumn {
            column: said.clone(),
            position,
            constraints: Vec::new(),
            if_not_exists: false,
        }));
    }
    actions.extend(last);
    for said in &to.columns {
        let (Some(before), Some(after)) = (old.column(&said.name), new.column(&said.name)) else { continue };
        let mut change = column::change(before, after, said);
        // Without its key a column still refuses NULL.
        if key_goes && after.nullable && !before.nullable {
            change.get_or_insert_with(|| AlterColumn::new(said.name.clone())).nullable = Some(true);
        }
        if let Some(change) = change.filter(|change| *change != AlterColumn::new(said.name.clone())) {
            actions.push(Action::AlterColumn(Box::new(change)));
        }
    }
}
