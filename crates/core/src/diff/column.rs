//! What happens to the columns of a table.

use std::collections::BTreeMap;

use crate::action::{Action, AddColumn, AlterColumn, DropColumn, Edit, Position};
use crate::literal::Literal;
use crate::name::Ident;
use crate::schema::computed::{self, depths};
use crate::schema::{Column, Options, Table};

use super::ColumnOrder;
use super::counting::Counting;

/// The columns of a table by name.
type Columns<'t> = BTreeMap<&'t Ident, &'t Column>;

/// Collects what happens to columns: those that come, those that change, those that go. In this order a table is never
/// without a column, and an expression may turn from one that goes to one that comes.
///
/// `old` and `new` are compared, `from` and `to` are what is said of them.
pub(super) fn changes(
    [old, new]: [&Table; 2],
    [from, to]: [&Table; 2],
    counting: &Counting<'_>,
    order: ColumnOrder,
    key_goes: bool,
    actions: &mut Vec<Action>,
) {
    let (before, after, was) = (by_name(old), by_name(new), by_name(from));
    come(&before, to, order, actions);
    let mut alters = Vec::new();
    for said in &to.columns {
        let (Some(before), Some(after)) = (before.get(&said.name), after.get(&said.name)) else { continue };
        let mut change = change(before, after, was.get(&said.name).copied(), said, counting);
        // Without its key a column still refuses NULL.
        if key_goes && after.nullable && !before.nullable {
            change.get_or_insert_with(|| AlterColumn::new(said.name.clone())).nullable = Some(true);
        }
        if let Some(change) = change.filter(|change| *change != AlterColumn::new(said.name.clone())) {
            alters.push(change);
        }
    }
    // What begins to count waits for what ends to, and stands beside the key that it needs.
    alters.sort_by_key(|change| change.autoincrement == Edit::Set(true));
    actions.extend(alters.into_iter().map(|change| Action::AlterColumn(Box::new(change))));
    let mut goes: Vec<&Column> =
        from.columns.iter().filter(|column| !after.contains_key(&column.name)).collect();
    computed::put_first(&mut goes);
    actions.extend(
        goes.into_iter()
            .map(|column| Action::DropColumn(DropColumn { column: column.name.clone(), if_exists: false })),
    );
}

fn by_name(table: &Table) -> Columns<'_> {
    table.columns.iter().map(|column| (&column.name, column)).collect()
}

/// Collects the columns that come.
fn come(before: &Columns<'_>, to: &Table, order: ColumnOrder, actions: &mut Vec<Action>) {
    let stays = |column: &&Column| before.contains_key(&column.name);
    let mut comes: Vec<(usize, &Column)> =
        to.columns.iter().enumerate().filter(|(_, said)| !stays(said)).collect();
    if order == ColumnOrder::Ignored {
        // What is computed comes behind what it is computed from.
        let depths = depths(&comes.iter().map(|(_, said)| *said).collect::<Vec<_>>());
        comes.sort_by_key(|(_, said)| depths.get(&said.name).copied());
    }
    let first = to.columns.iter().find(stays);
    let last = to.columns.iter().rposition(|column| stays(&column));
    for (at, said) in comes {
        // One that stands behind all that stay goes to the end, as every database has it.
        let is_last = last.is_none_or(|last| at > last);
        let position = match (order, is_last, at) {
            (ColumnOrder::Ignored, ..) | (_, true, _) => None,
            (_, false, 0) => first.map(|next| Position::Before(next.name.clone())),
            (_, false, at) => Some(Position::After(to.columns[at - 1].name.clone())),
        };
        actions.push(Action::AddColumn(AddColumn {
            column: said.clone(),
            position,
            constraints: Vec::new(),
            if_not_exists: false,
        }));
    }
}

/// Returns what leads from one column to another of the same name, of which the first two are compared and the others are
/// what is said of them; `None` when they mean the same.
fn change(
    old: &Column,
    new: &Column,
    was: Option<&Column>,
    said: &Column,
    counting: &Counting<'_>,
) -> Option<AlterColumn> {
    let autoincrement = counting.edit(old, new, said);
    if old == new && !autoincrement.is_change() {
        return None;
    }
    // Values that are the same in one type may not be in another: -1 and -1.0 as numbers and as texts.
    let said_anew = old.ty != new.ty && was.is_some_and(|was| was.default != said.default);
    let Column {
        name,
        ty,
        nullable,
        default,
        collation,
        comment,
        generated,
        identity,
        autoincrement: _,
        options,
    } = said;
    let change = AlterColumn {
        column: name.clone(),
        ty: (old.ty != new.ty).then(|| ty.clone()),
        using: None,
        nullable: (old.nullable != new.nullable).then_some(*nullable),
        default: match default {
            Some(value) if said_anew => Edit::Set(value.clone()),
            default => edit(&old.default, &new.default, default),
        },
        collation: edit(&old.collation, &new.collation, collation),
        comment: edit(&old.comment, &new.comment, comment),
        identity: edit(&old.identity, &new.identity, identity),
        autoincrement,
        generated: edit(&old.generated, &new.generated, generated),
        options: options_between(&old.options, &new.options, options),
    };
    Some(change)
}

pub(super) fn edit<T: Clone + PartialEq>(old: &Option<T>, new: &Option<T>, said: &Option<T>) -> Edit<T> {
    match said {
        _ if old == new => Edit::Keep,
        Some(value) => Edit::Set(value.clone()),
        None => Edit::Drop,
    }
}

/// Returns the options to set; a NULL takes one away.
pub(super) fn options_between(old: &Options, new: &Options, said: &Options) -> Options {
    let mut changes = Options::new();
    let dialects = old.keys().chain(new.keys());
    for dialect in dialects {
        let own = |options: &Options, name: &str| options.get(dialect).and_then(|own| own.get(name)).cloned();
        let names = |options: &Options| -> Vec<String> {
            options.get(dialect).into_iter().flat_map(|own| own.keys().cloned()).collect()
        };
        for name in names(old).into_iter().chain(names(new)) {
            if own(old, &name) != own(new, &name) {
                let value = own(said, &name).or_else(|| own(new, &name)).unwrap_or(Literal::Null);
                changes.entry(dialect.clone()).or_default().insert(name, value);
            }
        }
    }
    changes
}
