//! What goes and comes under another name, and so may have been meant to be renamed.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::action::Action;
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, nearest};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Operation};
use limbeck_core::schema::{Column, Schema, Table};

use super::Rename;

/// Something that goes and something that comes, which may be one thing under another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LikelyRename {
    /// Two tables with the same columns, or with most of them.
    Table {
        /// The one that goes.
        from: TableName,
        /// The one that comes.
        to: TableName,
        /// How many columns both have, of the same name and type.
        shared: usize,
        /// How many columns the larger of them has.
        of: usize,
    },
    /// Two columns of the same type.
    Column {
        /// Their table.
        table: TableName,
        /// The one that goes.
        from: Ident,
        /// The one that comes.
        to: Ident,
        /// Their type, as the dialect has it.
        ty: ColumnType,
    },
}

impl LikelyRename {
    /// Returns the rename that it is, if it is one.
    pub fn rename(&self) -> Rename {
        match self {
            Self::Table { from, to, .. } => Rename::new(from.to_string(), to.name.clone()),
            Self::Column { table, from, to, .. } => Rename::new(table.print_with_column(from), to.clone()),
        }
    }

    /// Says what was found, as a person is told of it who was not asked.
    pub(super) fn warning(&self) -> Diagnostic {
        let (message, why) = match self {
            Self::Table { from, to, shared, of } => {
                let columns = match shared == of {
                    true => "the same columns".to_owned(),
                    false => format!("{shared} of {of} columns the same"),
                };
                (format!("table `{from}` goes and `{to}` comes, with {columns}"), "its rows are to stay")
            }
            Self::Column { table, from, to, .. } => (
                format!("column `{from}` of table `{table}` goes and `{to}` comes, of the same type"),
                "its values are to stay",
            ),
        };
        let rename = self.rename();
        Diagnostic::new(Code::CheckFailed, message)
            .hint(format!("if it is the same under another name, and {why}, say `--rename {rename}`"))
    }
}

/// Returns the drops and additions that look like renames; nothing is done about it.
///
/// A column that goes looks like one that comes in the same table, of the same type, which is the only one of that type, has
/// the same place or a name like it. A table looks like another with the same columns, else like the one that shares most with
/// it, three quarters at least of what either has. Both schemas are in the dialect's normal form; the order is that of names.
pub(super) fn likely(operations: &[Operation], old: &Schema, new: &Schema) -> Vec<LikelyRename> {
    let (mut gone, mut made) = (Vec::new(), Vec::new());
    let mut columns: BTreeMap<&TableName, (Vec<&Ident>, Vec<&Ident>)> = BTreeMap::new();
    for operation in operations {
        match operation {
            Operation::DropTable(drop) => gone.extend(old.tables.get(&drop.table)),
            Operation::CreateTable(create) => made.extend(new.tables.get(&create.table.name)),
            Operation::AlterTable(AlterTable { table, actions, .. }) => {
                for action in actions {
                    let changed = columns.entry(table).or_default();
                    match action {
                        Action::DropColumn(drop) => changed.0.push(&drop.column),
                        Action::AddColumn(add) => changed.1.push(&add.column.name),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = tables(&gone, &made);
    for (table, (gone, made)) in columns {
        if let (Some(old), Some(new)) = (old.tables.get(table), new.tables.get(table)) {
            found.extend(
                pairs(&gone, &made, old, new).into_iter().map(|(from, to, ty)| LikelyRename::Column {
                    table: table.clone(),
                    from,
                    to,
                    ty,
                }),
            );
        }
    }
    found
}

/// Returns the tables that look like each other, each of them once, in order of the names that go.
fn tables(gone: &[&Table], made: &[&Table]) -> Vec<LikelyRename> {
    let mut close: Vec<(usize, &Table, &Table)> = Vec::new();
    for old in gone {
        let in_schema = made.iter().filter(|new| new.name.schema == old.name.schema);
        close.extend(in_schema.filter_map(|new| Some((distance(old, new)?, *old, *new))));
    }
    // What is closest is taken first.
    close.sort_by_key(|(distance, ..)| *distance);
    let mut found: BTreeMap<&TableName, LikelyRename> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, old, new) in close {
        if !found.contains_key(&old.name) && taken.insert(&new.name) {
            let (from, to) = (old.name.clone(), new.name.clone());
            let (shared, of) = (shared(old, new), most(old, new));
            found.insert(&old.name, LikelyRename::Table { from, to, shared, of });
        }
    }
    found.into_values().collect()
}

/// Returns how many columns only one of two tables has; `None` when they have too little in common.
fn distance(old: &Table, new: &Table) -> Option<usize> {
    let both = shared(old, new);
    (both * 4 >= most(old, new) * 3).then(|| old.columns.len() + new.columns.len() - 2 * both)
}

fn most(old: &Table, new: &Table) -> usize {
    old.columns.len().max(new.columns.len())
}

fn shared(old: &Table, new: &Table) -> usize {
    let is_in = |column: &&Column| new.column(&column.name).is_some_and(|other| other.ty == column.ty);
    old.columns.iter().filter(is_in).count()
}

/// Returns the columns that look like each other, each of them once, in order of the names that go.
fn pairs(gone: &[&Ident], made: &[&Ident], old: &Table, new: &Table) -> Vec<(Ident, Ident, ColumnType)> {
    let place = |table: &Table, name: &Ident| table.columns.iter().position(|column| column.name == *name);
    let mut by_type: BTreeMap<&ColumnType, (Vec<&Ident>, Vec<&Ident>)> = BTreeMap::new();
    for column in gone.iter().filter_map(|name| old.column(name)) {
        by_type.entry(&column.ty).or_default().0.push(&column.name);
    }
    for column in made.iter().filter_map(|name| new.column(name)) {
        by_type.entry(&column.ty).or_default().1.push(&column.name);
    }
    let mut found = Vec::new();
    for (ty, (gone, mut made)) in by_type {
        let lone = gone.len() == 1 && made.len() == 1;
        for from in gone {
            let like = nearest(from.as_str(), made.iter().map(|name| name.as_str())).map(str::to_owned);
            let at = made.iter().position(|to| like.as_deref() == Some(to.as_str()));
            let at = at.or_else(|| made.iter().position(|to| place(old, from) == place(new, to)));
            if let Some(at) = at.or(lone.then_some(0)) {
                found.push((from.clone(), made.remove(at).clone(), ty.clone()));
            }
        }
    }
    found.sort();
    found
}
