//! One history with branches, a merge, groups, enums, data and raw SQL, up, down and up again on every database: schema
//! and rows are the same after each step, whichever way it was reached.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeMap;
use std::path::Path;

use limbeck::core::diagnostic::Diagnostics;
use limbeck::core::migrator::Outcome;
use limbeck::prelude::*;
use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::Literal;
use limbeck_core::name::TableName;
use limbeck_core::schema::{Schema, Table};
use limbeck_tests::{BACKENDS, Backend, Scratch, same};

/// Where the way up halts: each of these is upgraded to, in order.
const UP: [&str; 10] = [
    "1e00000000a1",
    "1e00000000a2",
    "2e00000000b1",
    "2e00000000c1",
    "2e00000000d1",
    "3e00000000e1",
    "3e00000000e2",
    "3e00000000e3",
    "3e00000000e4",
    "heads",
];
/// Where the way down halts.
const DOWN: [&str; 8] = [
    "3e00000000e4",
    "3e00000000e3",
    "3e00000000e2",
    "3e00000000e1",
    "2e00000000c1",
    "1e00000000a2",
    "1e00000000a1",
    "base",
];

fn history() -> History {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects/everywhere/migrations");
    History::builder().directories(&[folder]).build().unwrap()
}

/// Returns what is kept about the steps themselves, which is in no history.
fn kept(scratch: &mut Scratch) -> Schema {
    let names = ["limbeck_version", "limbeck_log"].map(|name| TableName::parse(name).unwrap());
    scratch.connection.reflect(Some(&names)).unwrap()
}

/// Writes the rows of a table as its columns mean them, so that they can be compared from one database to another.
fn rows(scratch: &mut Scratch, table: &Table) -> Vec<String> {
    let sql = scratch.connection.dialect().sql().kw("SELECT");
    let columns = table.columns.iter().enumerate();
    let sql = columns.fold(sql, |sql, (i, column)| {
        let sql = if i == 0 { sql } else { sql.close(",") };
        sql.ident(&column.name)
    });
    let sql = sql.kw("FROM").table(&table.name).kw("ORDER BY 1").finish();
    let found = scratch.connection.query(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let row = |cells: &Vec<Literal>| {
        let cells = cells.iter().zip(&table.columns);
        cells.map(|(cell, column)| meant(cell, &column.ty)).collect::<Vec<_>>().join(" | ")
    };
    found.iter().map(row).collect()
}

fn meant(cell: &Literal, ty: &ColumnType) -> String {
    match (cell, ty) {
        (Literal::Null, _) => "NULL".to_owned(),
        (Literal::Bool(truth), _) => truth.to_string(),
        (Literal::Integer(number), ColumnType::Boolean) => (*number != 0).to_string(),
        (Literal::Integer(number), ColumnType::Decimal { .. }) => format!("{:.2}", *number as f64),
        (Literal::Float(number), ColumnType::Decimal { .. }) => format!("{number:.2}"),
        (Literal::Text(text), ColumnType::Decimal { .. }) => format!("{:.2}", text.parse::<f64>().unwrap()),
        (Literal::Integer(number), _) => number.to_string(),
        (Literal::Float(number), _) => number.to_string(),
        (Literal::Text(text), _) => format!("'{text}'"),
        (Literal::Bytes(bytes), _) => format!("{bytes:?}"),
    }
}

/// A database on its way, and what it was like at each halt.
struct Traveller<'h> {
    history: &'h History,
    scratch: Scratch,
    backend: &'static Backend,
    /// By the rows of the version table: what the tables held there.
    seen: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// How often a halt was reached that was seen before.
    again: usize,
    /// What there was at each halt, in order.
    log: Vec<String>,
}

impl Traveller<'_> {
    fn go(&mut self, direction: &str, target: &str) {
        let (target, place) =
            (target.parse::<Target>().unwrap(), format!("{} {direction} {target}", self.backend.name));
        let mut migrator = Migrator::new(self.history, &mut *self.scratch.connection, limbeck::settings());
        let outcome: Result<Outcome, Diagnostics> = match direction {
            "up" => migrator.upgrade(&target),
            _ => migrator.downgrade(&target),
        };
        let outcome = outcome.unwrap_or_else(|faults| panic!("{place}: {faults}"));
        assert!(!outcome.steps.is_empty(), "{place}: nothing ran");
        let server = self.scratch.connection.server().clone();
        let mut folded = self.history.schema_at(&outcome.heads, server.names()).unwrap();
        let mut found = BTreeMap::new();
        for table in folded.tables.values() {
            found.insert(table.name.to_string(), rows(&mut self.scratch, table));
        }
        folded.tables.extend(kept(&mut self.scratch).tables);
        same(&mut self.scratch, &folded);
        (self.backend.check)(&mut self.scratch);
        let heads = outcome.heads.to_string();
        match self.seen.get(&heads) {
            Some(before) => {
                assert_eq!(&found, before, "{place}: the rows at {heads} are not what they were");
                self.again += 1;
            }
            None => drop(self.seen.insert(heads.clone(), found.clone())),
        }
        self.log.push(format!("{direction} to {heads}\n{found:#?}"));
    }
}

fn travel(history: &History, backend: &'static Backend) -> Option<Vec<String>> {
    let scratch = (backend.open)()?;
    let mut traveller =
        Traveller { history, scratch, backend, seen: BTreeMap::new(), again: 0, log: Vec::new() };
    UP.iter().for_each(|target| traveller.go("up", target));
    DOWN.iter().for_each(|target| traveller.go("down", target));
    UP.iter().for_each(|target| traveller.go("up", target));
    assert!(traveller.again >= UP.len() + 5, "only {} halts were met again", traveller.again);
    Some(traveller.log)
}

#[test]
fn the_same_history_runs_up_down_and_up_again_on_every_database() {
    let history = history();
    let mut first: Option<Vec<String>> = None;
    for backend in BACKENDS {
        let Some(log) = travel(&history, backend) else { continue };
        match &first {
            None => first = Some(log),
            Some(first) => {
                let differ = log.iter().zip(first).find(|(own, other)| own != other);
                assert!(differ.is_none(), "{} differs: {differ:#?}", backend.name);
                assert_eq!(log.len(), first.len());
            }
        }
    }
}

const MADE: &str = r#"
revision = "aa01"
[[upgrade]]
create_table = "t"
columns = [{ name = "a", type = "integer" }, { name = "b", type = "integer" }]
"#;

const GOES: &str = r#"
revision = "aa02"
down_revision = "aa01"
[[upgrade]]
alter_table = "t"
actions = [{ drop_index = "by_hand", if_exists = true }]
"#;

/// The history knows no such index, so that nothing is planned; the database has one.
#[test]
fn what_only_the_database_has_is_dropped_where_it_is_there() {
    for backend in BACKENDS {
        let Some(mut scratch) = (backend.open)() else { continue };
        let history = History::builder()
            .text("aa01.toml".into(), MADE.into())
            .text("aa02.toml".into(), GOES.into())
            .build()
            .unwrap();
        let up = |scratch: &mut Scratch, target: &str| {
            let mut migrator = Migrator::new(&history, &mut *scratch.connection, limbeck::settings());
            migrator.upgrade(&Target::revision(target)).unwrap();
            let found = scratch.connection.reflect(None).unwrap();
            found.tables[&TableName::parse("t").unwrap()].indexes.len()
        };
        up(&mut scratch, "aa01");
        scratch.connection.execute("CREATE INDEX by_hand ON t (b)").unwrap();
        assert_eq!(up(&mut scratch, "aa02"), 0, "{}", backend.name);
    }
}
