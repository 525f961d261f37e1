//! What changes a table: one group of actions.

use std::collections::BTreeSet;

use crate::action::{
    Action, AddColumn, AddIndex, AlterColumn, DropColumn, DropConstraint, Edit, Position, RemoveIndex,
    SetComment, SetOptions,
};
use crate::name::{Ident, TableName};
use crate::op::{AlterTable, Operation, Recreate};
use crate::schema::mention::mentions;
use crate::schema::{Column, Constraint, ConstraintRef, ForeignKey, Index, PrimaryKey, Schema, Table};

use super::column::{self, options_between};
use super::{ColumnOrder, Sides};

/// What happens to one table, in parts that can be put together.
pub(super) struct TableChange {
    pub(super) table: TableName,
    /// Foreign keys that go.
    pub(super) unlinks: Vec<Going<ForeignKey>>,
    /// Indexes that go.
    pub(super) unindexes: Vec<Going<Index>>,
    /// Other constraints that go.
    pub(super) drops: Vec<Going<Constraint>>,
    /// Columns that come, change and go; comment and options.
    columns: Vec<Action>,
    /// Constraints and indexes that come.
    pub(super) adds: Vec<Action>,
    /// Foreign keys that come.
    pub(super) links: Vec<ForeignKey>,
    /// Foreign keys that stay, as they are spelled on each side.
    pub(super) kept: Vec<(ForeignKey, ForeignKey)>,
}

/// A part that goes.
pub(super) struct Going<T> {
    pub(super) part: T,
    /// Whether it goes before all changes of tables, because one of them waits for it.
    pub(super) early: bool,
}

impl<T> Going<T> {
    pub(super) fn new(part: T) -> Self {
        Self { part, early: false }
    }
}

impl TableChange {
    fn new(table: &TableName) -> Self {
        Self {
            table: table.clone(),
            unlinks: Vec::new(),
            unindexes: Vec::new(),
            drops: Vec::new(),
            columns: Vec::new(),
            adds: Vec::new(),
            links: Vec::new(),
            kept: Vec::new(),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        let Self { table: _, unlinks, unindexes, drops, columns, adds, links, kept: _ } = self;
        unlinks.is_empty()
            && unindexes.is_empty()
            && drops.is_empty()
            && columns.is_empty()
            && adds.is_empty()
            && links.is_empty()
    }

    /// Returns what takes away the foreign keys that go before all changes of tables.
    pub(super) fn unlink_early(&self) -> Option<Operation> {
        alter(&self.table, self.unlinks(true).collect())
    }

    /// Returns what takes away all else that goes before all changes of tables.
    pub(super) fn drop_early(&self) -> Option<Operation> {
        alter(&self.table, self.going(true).collect())
    }

    /// Returns all else, with the foreign keys that need not wait.
    pub(super) fn rest(&self, links: impl IntoIterator<Item = ForeignKey>) -> Option<Operation> {
        let going = self.unlinks(false).chain(self.going(false));
        let coming = self.columns.iter().chain(&self.adds).cloned();
        alter(&self.table, going.chain(coming).chain(links.into_iter().map(Action::AddForeignKey)).collect())
    }

    fn unlinks(&self, early: bool) -> impl Iterator<Item = Action> {
        let links = self.unlinks.iter().filter(move |going| going.early == early);
        links.filter_map(|going| drop_constraint(&Constraint::ForeignKey(going.part.clone())))
    }

    fn going(&self, early: bool) -> impl Iterator<Item = Action> {
        let indexes =
            self.unindexes.iter().filter(move |going| going.early == early).map(|going| {
                Action::DropIndex(RemoveIndex { index: going.part.name.clone(), if_exists: false })
            });
        let rules = self.drops.iter().filter(move |going| going.early == early);
        indexes.chain(rules.filter_map(|going| drop_constraint(&going.part)))
    }

    /// Says whether a foreign key that points at these columns is in the way, or held up, because they or the key that they
    /// make up change.
    pub(super) fn disturbs(&self, columns: &[Ident]) -> bool {
        let just =
            |key: &[&Ident]| key.len() == columns.len() && columns.iter().all(|column| key.contains(&column));
        let key_goes = self.drops.iter().any(|going| {
            matches!(going.part, Constraint::PrimaryKey(_) | Constraint::Unique(_))
                && just(&going.part.columns())
        });
        let index_goes = self.unindexes.iter().any(|going| {
            let keys: Option<Vec<&Ident>> =
                going.part.columns.iter().map(|column| column.key.as_column()).collect();
            going.part.unique && keys.is_some_and(|keys| just(&keys))
        });
        key_goes || index_goes || self.retypes(columns)
    }

    /// Says whether one of some columns goes, or is stored in another way.
    pub(super) fn retypes(&self, columns: &[Ident]) -> bool {
        self.columns.iter().any(|action| match action {
            Action::DropColumn(drop) => columns.contains(&drop.column),
            Action::AlterColumn(alter) => {
                columns.contains(&alter.column)
                    && (alter.ty.is_some() || alter.collation != Edit::Keep || alter.generated != Edit::Keep)
            }
            _ => false,
        })
    }

    /// Returns the columns that go, or are stored in another way.
    pub(super) fn disturbed_columns(&self) -> impl Iterator<Item = &Ident> {
        self.columns.iter().filter_map(|action| match action {
            Action::DropColumn(drop) => Some(&drop.column),
            Action::AlterColumn(alter) => {
                self.retypes(std::slice::from_ref(&alter.column)).then_some(&alter.column)
            }
            _ => None,
        })
    }
}

/// Makes one `alter_table`; `None` when nothing happens.
pub(super) fn alter(table: &TableName, actions: Vec<Action>) -> Option<Operation> {
    let recreate = Recreate::Auto;
    (!actions.is_empty()).then(|| AlterTable { table: table.clone(), actions, recreate }.into())
}

/// Makes the action that drops a constraint; `None` where nothing can name it.
pub(super) fn drop_constraint(constraint: &Constraint) -> Option<Action> {
    let constraint = ConstraintRef::to(constraint)?;
    Some(Action::DropConstraint(DropConstraint { constraint, if_exists: false }))
}

/// A constraint or index of a table as it is written, and as it is compared.
struct Part<T> {
    said: T,
    normal: T,
}

impl Sides<'_> {
    /// Returns what happens to a table that is on both sides; `None` when it is the same.
    pub(super) fn change_of(&self, name: &TableName) -> Option<TableChange> {
        let (old, new) = (self.old.tables.get(name)?, self.new.tables.get(name)?);
        if old == new { None } else { self.compared(name) }
    }

    /// Compares a table that is on both sides.
    pub(super) fn compared(&self, name: &TableName) -> Option<TableChange> {
        let (from, to) = (self.from.tables.get(name)?, self.to.tables.get(name)?);
        let (old, new) = (self.old.tables.get(name)?, self.new.tables.get(name)?);
        let mut change = TableChange::new(name);
        self.constraints(from, to, &mut change);
        self.indexes(from, to, &mut change);
        let key_goes = change.drops.iter().any(|going| matches!(going.part, Constraint::PrimaryKey(_)));
        columns(old, new, to, self.columns, key_goes, &mut change.columns);
        if old.comment != new.comment {
            change.columns.push(Action::SetComment(SetComment { comment: to.comment.clone() }));
        }
        let options = options_between(&old.options, &new.options, &to.options);
        if !options.is_empty() {
            change.columns.push(Action::SetOptions(SetOptions { options }));
        }
        Some(change)
    }

    fn constraints(&self, from: &Table, to: &Table, change: &mut TableChange) {
        // A foreign key of the table to itself that names no columns means those of its primary key.
        let put = |primary: Option<&PrimaryKey>, table: &mut Table, one: Constraint| {
            if let Constraint::ForeignKey(key) = &one
                && key.references == table.name
            {
                table.constraints.extend(primary.cloned().map(Constraint::PrimaryKey));
            }
            table.constraints.push(one);
        };
        let put_old = |table: &mut Table, one| put(from.primary_key(), table, one);
        let put_new = |table: &mut Table, one| put(to.primary_key(), table, one);
        let mut old = self.parts(from, self.from, &from.constraints, &put_old, &pick_rule);
        let mut new = self.parts(to, self.to, &to.constraints, &put_new, &pick_rule);
        let mut kept: Vec<(Part<Constraint>, Part<Constraint>)> = Vec::new();
        // First those of the same name, so that a nameless twin does not take their place.
        for by_name in [true, false] {
            let mut left = Vec::new();
            for wanted in new {
                let same = |there: &Part<Constraint>| is_same(&there.normal, &wanted.normal, by_name);
                match old.iter().position(same) {
                    Some(at) => kept.push((old.remove(at), wanted)),
                    None => left.push(wanted),
                }
            }
            new = left;
        }
        // One that could stay under another's name makes room for a nameless one that could not be told from it, and for one
        // that takes that name. What has made room comes anew, so that others may have to.
        loop {
            let is_in_the_way = |there: &Constraint| {
                let name = there.name();
                new.iter().any(|one| one.said.is_twin(there) || name.is_some() && one.said.name() == name)
            };
            let (held, parted): (Vec<_>, Vec<_>) =
                kept.into_iter().partition(|(there, _)| !is_in_the_way(&there.said));
            kept = held;
            if parted.is_empty() {
                break;
            }
            for (there, wanted) in parted {
                old.push(there);
                new.push(wanted);
            }
        }
        change.kept.extend(kept.into_iter().filter_map(|(there, wanted)| match (there.said, wanted.said) {
            (Constraint::ForeignKey(there), Constraint::ForeignKey(wanted)) => Some((there, wanted)),
            _ => None,
        }));
        for Part { said, .. } in old {
            match said {
                // Nothing can name it.
                said if ConstraintRef::to(&said).is_none() => {}
                Constraint::ForeignKey(key) => change.unlinks.push(Going::new(key)),
                said => change.drops.push(Going::new(said)),
            }
        }
        for Part { said, .. } in new {
            match said {
                Constraint::ForeignKey(key) => change.links.push(key),
                said => change.adds.push(Action::add_constraint(said)),
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
        change.unindexes.extend(old.into_iter().map(|part| Going::new(part.said)));
        change.adds.extend(new.into_iter().map(|part| Action::CreateIndex(AddIndex::new(part.said))));
    }

    /// Returns parts of a table in both spellings, each found by looking at a table that has nothing else that could be
    /// taken for it.
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
    let key = table.foreign_keys().next().cloned().map(Constraint::ForeignKey);
    key.or_else(|| table.constraints.first().cloned())
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

/// Collects what happens to columns: those that come, those that change, those that go. In this order a table is never
/// without a column, and an expression may turn from one that goes to one that comes.
fn columns(
    old: &Table,
    new: &Table,
    to: &Table,
    order: ColumnOrder,
    key_goes: bool,
    actions: &mut Vec<Action>,
) {
    let stays = |name: &Ident| old.column(name).is_some();
    let mut comes: Vec<(usize, &Column)> =
        to.columns.iter().enumerate().filter(|(_, said)| !stays(&said.name)).collect();
    if order == ColumnOrder::Ignored {
        // What is computed comes behind what it is computed from.
        let names: BTreeSet<&Ident> = comes.iter().map(|(_, said)| &said.name).collect();
        comes.sort_by_key(|(_, said)| depth(said, to, &names, to.columns.len()));
    }
    for (at, said) in comes {
        // One that stands behind all that stay goes to the end, as every database has it.
        let is_last = to.columns[at..].iter().all(|column| !stays(&column.name));
        let position = match (order, is_last, at) {
            (ColumnOrder::Ignored, ..) | (_, true, _) => None,
            (_, false, 0) => to
                .columns
                .iter()
                .find(|column| stays(&column.name))
                .map(|next| Position::Before(next.name.clone())),
            (_, false, at) => Some(Position::After(to.columns[at - 1].name.clone())),
        };
        actions.push(Action::AddColumn(AddColumn {
            column: said.clone(),
            position,
            constraints: Vec::new(),
            if_not_exists: false,
        }));
    }
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
    let mut goes: Vec<&Column> =
        old.columns.iter().filter(|column| new.column(&column.name).is_none()).collect();
    let names: BTreeSet<&Ident> = goes.iter().map(|column| &column.name).collect();
    goes.sort_by_key(|column| std::cmp::Reverse(depth(column, old, &names, old.columns.len())));
    actions.extend(
        goes.into_iter()
            .map(|column| Action::DropColumn(DropColumn { column: column.name.clone(), if_exists: false })),
    );
}

/// Returns how many of some columns stand on each other below one that is computed, `most` at most; 0 for any other.
fn depth(column: &Column, table: &Table, among: &BTreeSet<&Ident>, most: usize) -> usize {
    let Some(generated) = &column.generated else { return 0 };
    if most == 0 {
        return 0;
    }
    let below = table.columns.iter().filter(|other| {
        other.name != column.name
            && among.contains(&other.name)
            && mentions(generated.sql.as_str(), &other.name)
    });
    below.map(|other| 1 + depth(other, table, among, most - 1)).max().unwrap_or(0)
}
