//! What an observer is told of a copy.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::sync::{Arc, Mutex};

use limbeck::core::dialect::Progress;
use limbeck::core::migrator::{Counting, Observer, StatementEvent};
use limbeck::prelude::*;

const ROWS: u64 = 30_000;

/// Notes the rows that a statement is announced with, and how far it says that it has got.
struct Notes {
    counting: Counting,
    announced: Mutex<Vec<(String, Option<u64>)>>,
    seen: Mutex<Vec<u64>>,
}

impl Observer for Notes {
    fn counting(&self) -> Counting {
        self.counting
    }

    fn statement_started(&self, event: &StatementEvent<'_>) {
        self.announced.lock().unwrap().push((event.statement.why.clone(), event.rows));
        self.seen.lock().unwrap().push(0);
    }

    fn progress(&self, progress: Progress) {
        *self.seen.lock().unwrap().last_mut().unwrap() = progress.rows.unwrap();
    }
}

/// Copies a table, and returns what the observer was told of the statement that moves the rows.
fn copy(counting: Counting) -> (Option<u64>, u64) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("a.toml"),
        format!(
            "revision = \"a\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{{ name = \"n\", type = \"integer\" }}]\n\
             [[upgrade]]\nexecute = \"INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
             WHERE i < {ROWS}) SELECT i FROM n\"\nstate = []\n[[upgrade]]\nalter_table = \"t\"\nrecreate = \"always\"\n\
             actions = [{{ alter_column = \"n\", type = \"text\" }}]\n"
        ),
    )
    .unwrap();
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    let mut connection = limbeck::connect("sqlite::memory:").unwrap();
    let notes = Arc::new(Notes { counting, announced: Mutex::default(), seen: Mutex::default() });
    let migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    migrator.observed(notes.clone()).upgrade(&Target::heads()).unwrap();
    let announced = notes.announced.lock().unwrap();
    let at = announced.iter().position(|(why, _)| why == "move the rows").unwrap();
    (announced[at].1, notes.seen.lock().unwrap()[at])
}

#[test]
fn a_copy_tells_how_many_rows_there_are_and_how_many_are_moved() {
    let (announced, seen) = copy(Counting::Rows);
    assert_eq!(announced, Some(ROWS));
    assert!(seen > ROWS / 2 && seen <= ROWS, "{seen}");
}

#[test]
fn rows_are_not_counted_for_an_observer_that_shows_nothing() {
    assert_eq!(copy(Counting::Nothing).0, None);
}
