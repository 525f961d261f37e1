//! What changes a table: one group of actions.

use std::collections::BTreeMap;

use crate::action::{Action, AddIndex, DropConstraint, Edit, RemoveIndex, SetComment, SetOptions};
use crate::name::{Ident, TableName};
use crate::op::{AlterTable, Operation, Recreate};
use crate::schema::{Constraint, ConstraintRef, ForeignKey, Index, Table};

use super::Sides;
use super::column::{self, options_between};
use super::counting::Counting;
use super::pair::{Paired, paired};
use super::part::{Bare, Part};

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

impl Sides<'_> {
    /// Returns what happens to a table that is on both sides; `None` when it is the same.
    pub(super) fn change_of(&self, name: &TableName) -> Option<TableChange> {
        if self.same.contains(name) {
            return None;
        }
        let (old, new) = (self.old.tables.get(name)?, self.new.tables.get(name)?);
        if old == new { None } else { self.compared(name) }
    }

    /// Compares a table that is on both sides.
    pub(super) fn compared(&self, name: &TableName) -> Option<TableChange> {
        let (from, to) = (self.from.tables.get(name)?, self.to.tables.get(name)?);
        let mut change = TableChange::new(name);
        let (there, wanted) = (Bare::new(from, self.from, self.normal), Bare::new(to, self.to, self.normal));
        self.constraints(&there, &wanted, &mut change);
        if self.same.contains(name) {
            return Some(change);
        }
        self.indexes(&there, &wanted, to, &mut change);
        let (old, new) = (self.old.tables.get(name)?, self.new.tables.get(name)?);
        let key_goes = change.drops.iter().any(|going| matches!(going.part, Constraint::PrimaryKey(_)));
        let counting = Counting::new([old, new], to, self.normal);
        let columns = [old, new];
        column::changes(columns, [from, to], &counting, self.columns, key_goes, &mut change.columns);
        if old.comment != new.comment {
            change.columns.push(Action::SetComment(SetComment { comment: to.comment.clone() }));
        }
        let options = options_between(&old.options, &new.options, &to.options);
        if !options.is_empty() {
            change.columns.push(Action::SetOptions(SetOptions { options }));
        }
        Some(change)
    }

    fn constraints(&self, old: &Bare<'_>, new: &Bare<'_>, change: &mut TableChange) {
        let Paired { kept, gone, made } = paired(old.constraints(), new.constraints());
        change.kept.extend(kept.into_iter().filter_map(|(there, wanted)| match (there.said, wanted.said) {
            (Constraint::ForeignKey(there), Constraint::ForeignKey(wanted)) => Some((there, wanted)),
            _ => None,
        }));
        for Part { said, index, .. } in gone {
            match said {
                _ if index.is_some() => change.unindexes.extend(index.map(Going::new)),
                // Nothing can name it.
                said if ConstraintRef::to(&said).is_none() => {}
                Constraint::ForeignKey(key) => change.unlinks.push(Going::new(key)),
                said => change.drops.push(Going::new(said)),
            }
        }
        for Part { said, index, .. } in made {
            match said {
                _ if index.is_some() => {
                    change.adds.extend(index.map(|index| Action::CreateIndex(AddIndex::new(index))));
                }
                Constraint::ForeignKey(key) => change.links.push(key),
                said => change.adds.push(Action::add_constraint(said)),
            }
        }
    }

    fn indexes(&self, old: &Bare<'_>, new: &Bare<'_>, to: &Table, change: &mut TableChange) {
        // What the database made for a key that goes stays behind, and serves a key that comes in its place.
        let keys = change.kept.iter().map(|(key, _)| key).chain(&change.links);
        let mut gone: Vec<Option<Part<Index>>> = old.indexes(keys).into_iter().map(Some).collect();
        let places: BTreeMap<Ident, usize> =
            gone.iter().flatten().enumerate().map(|(at, part)| (part.normal.name.clone(), at)).collect();
        let mut made = new.indexes(to.foreign_keys());
        made.retain(|wanted| {
            let Some(there) = places.get(&wanted.normal.name).map(|at| &mut gone[*at]) else { return true };
            there.take_if(|there| there.normal == wanted.normal).is_none()
        });
        change.unindexes.extend(gone.into_iter().flatten().map(|part| Going::new(part.said)));
        change.adds.extend(made.into_iter().map(|part| Action::CreateIndex(AddIndex::new(part.said))));
    }
}
