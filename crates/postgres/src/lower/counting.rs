//! Columns that begin and end to count up while a table is altered.
//!
//! A sequence comes and goes with what a column itself says. A key that comes or goes leaves it as it is, unless the column is
//! told in the same group how it is to count.

use std::collections::BTreeMap;

use limbeck_core::action::{AlterColumn, Edit};
use limbeck_core::dialect::Statement;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::{Column, Table};

use super::batch::{Batch, Part};
use super::column::{self, counts_up, may_count};
use super::sql;

/// How the columns of a table count so far.
pub(super) struct Counting<'t> {
    start: &'t Table,
    /// Whether a column counts after what has been done to it, and whether it was told how to.
    columns: BTreeMap<Ident, State>,
    /// The columns whose sequence goes.
    gone: Vec<Ident>,
}

#[derive(Clone, Copy)]
struct State {
    counts: bool,
    told: Told,
}

/// What was said of a column in the group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    /// That it counts, or does so if that follows from the table.
    Count,
    /// That it does not count, or does so only if that follows from the table; whether it did may not be known.
    Stop,
}

impl<'t> Counting<'t> {
    pub(super) fn new(start: &'t Table) -> Self {
        Self { start, columns: BTreeMap::new(), gone: Vec::new() }
    }

    /// Takes note of a column that is altered, and takes its default away while that is its sequence, if it is to get another
    /// or another type.
    pub(super) fn alter(
        &mut self,
        alter: &AlterColumn,
        [old, new]: [&Column; 2],
        now: &Table,
        batch: &mut Batch<'_>,
    ) {
        let name = &alter.column;
        let mut state = self.columns.remove(name).unwrap_or_else(|| State {
            // One that has come or has another name counts as the table says.
            counts: match self.start.column(name) {
                Some(first) => counts_up(self.start, first),
                None => counts_up(now, old),
            },
            told: Told::Nothing,
        });
        state.told = match &alter.autoincrement {
            Edit::Set(true) => Told::Count,
            Edit::Drop if old.autoincrement == Some(false) => Told::Count,
            Edit::Set(false) | Edit::Drop if old.autoincrement != Some(false) => Told::Stop,
            // What turns into something that can count does so if that follows from the table.
            _ if !may_count(old) && may_count(new) => Told::Count,
            _ => state.told,
        };
        if state.counts && !may_count(new) {
            self.stop(name, batch);
            state = State { counts: false, told: Told::Nothing };
        }
        self.columns.insert(name.clone(), state);
    }

    /// Makes sequences begin and end as the table that is left says.
    pub(super) fn settle(mut self, end: &Table, batch: &mut Batch<'_>) {
        for (name, state) in std::mem::take(&mut self.columns) {
            let Some(column) = end.column(&name).filter(|column| may_count(column)) else { continue };
            match (state.told, state.counts, counts_up(end, column)) {
                (Told::Count | Told::Stop, false, true) => start(end, column, batch),
                (Told::Stop, true, false) => self.stop(&name, batch),
                // If it counted by a key that went long ago, its sequence goes with the column.
                (Told::Stop, false, false) => stop_using(&name, batch),
                _ => {}
            }
        }
        for column in self.gone {
            let sequence = column::default_of_serial(&end.name, &column);
            let text = sql().kw("DROP SEQUENCE IF EXISTS").table(&sequence).finish();
            batch.then(Statement::new(text, format!("drop the sequence of column `{column}`")));
        }
    }

    /// Takes the sequence of a column away.
    fn stop(&mut self, column: &Ident, batch: &mut Batch<'_>) {
        stop_using(column, batch);
        self.gone.push(column.clone());
    }
}

/// Lets a column take nothing from a sequence, whether or not it has one.
fn stop_using(column: &Ident, batch: &mut Batch<'_>) {
    let text = sql().kw("ALTER COLUMN").ident(column).kw("DROP DEFAULT");
    batch.part(Part::AlterColumn(column), text);
    batch.because(format!("alter column `{column}`"));
}

/// Gives a column a sequence of its own, which goes on behind the greatest value there.
fn start(table: &Table, column: &Column, batch: &mut Batch<'_>) {
    let (name, sequence) = (&table.name, column::default_of_serial(&table.name, &column.name));
    let quoted = sql().table(&sequence).finish();
    let why = || format!("count column `{}` up", column.name);
    let make =
        sql().kw("CREATE SEQUENCE").table(&sequence).kw("OWNED BY").table(name).glue(".").ident(&column.name);
    batch.then(Statement::new(make.finish(), why()));
    let next = sql().kw("nextval(").glue("").text(&quoted).close("::regclass)");
    batch.part(
        Part::AlterColumn(&column.name),
        sql().kw("ALTER COLUMN").ident(&column.name).kw("SET DEFAULT").sql(&next),
    );
    batch.because(why());
    batch.then(go_on_behind(name, &column.name));
}

/// Lets the sequence of a column go on behind the greatest value there.
pub(super) fn go_on_behind(table: &TableName, column: &Ident) -> Statement {
    let quoted = sql().table(&column::default_of_serial(table, column)).finish();
    let set = sql().kw("SELECT setval(").glue("").text(&quoted).close(", coalesce(max(").glue("");
    let set = set.ident(column).close("), 0) + 1, false) FROM").table(table);
    Statement::new(set.finish(), "go on behind the greatest value there")
}
