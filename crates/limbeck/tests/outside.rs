//! Several runs on one SQLite file with statements outside their transactions.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use limbeck::connect_with;
use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::ConnectOptions;
use limbeck::core::migrator::{Observer, Purge, StatementEvent};
use limbeck::prelude::*;

/// Revisions that each make a table, and whose other statement runs outside the transaction.
fn history(revisions: usize) -> History {
    struct Rev(usize);
    impl RustRevision for Rev {
        fn header(&self) -> RevisionHeader {
            let parent = self.0.checked_sub(1).map(|parent| RevisionId::from(&*format!("r{parent}")));
            RevisionHeader::new(&*format!("r{}", self.0), parent)
        }
        fn upgrade(&self, ops: &mut Operations) {
            let name = self.0;
            ops.outside_transaction(|ops| ops.execute("VACUUM"));
            ops.execute(&format!("CREATE TABLE t{name} (a INTEGER)"));
        }
    }
    (0..revisions).fold(History::builder(), |builder, i| builder.revision(Rev(i))).build().unwrap()
}

fn connection(file: &Path, patience: Duration) -> Box<dyn Connection> {
    let options = ConnectOptions { lock_timeout: patience, ..ConnectOptions::default() };
    connect_with(&format!("sqlite:{}", file.display()), &options).unwrap()
}

fn stamp(file: &Path, history: &History, patience: Duration) -> Result<Outcome, Diagnostic> {
    let mut connection = connection(file, patience);
    let mut migrator = Migrator::new(history, &mut *connection, settings());
    let outcome = migrator.stamp(&[Target::heads()], Purge::Keep);
    outcome.map_err(|faults| faults.first().clone())
}

fn upgrade(file: &Path, history: &History, patience: Duration) -> Result<Outcome, Diagnostic> {
    let mut connection = connection(file, patience);
    let outcome = Migrator::new(history, &mut *connection, settings()).upgrade(&Target::heads());
    outcome.map_err(|faults| faults.first().clone())
}

fn lock_of(file: &Path) -> PathBuf {
    let mut name =
        fs::canonicalize(file.parent().unwrap()).unwrap().join(file.file_name().unwrap()).into_os_string();
    name.push("-limbeck-lock");
    name.into()
}

/// Upgrades and stamps by another connection when a statement outside the transaction is about to run.
struct Intruder {
    file: PathBuf,
    said: Mutex<Vec<Diagnostic>>,
}

impl Observer for Intruder {
    fn statement_started(&self, event: &StatementEvent<'_>) {
        if event.statement.sql == "VACUUM" {
            let intruded = upgrade(&self.file, &history(1), Duration::from_millis(100));
            // A stamp has no statement outside its transaction.
            let stamped = stamp(&self.file, &history(1), Duration::from_millis(100));
            self.said.lock().unwrap().extend([intruded.unwrap_err(), stamped.unwrap_err()]);
        }
    }
}

#[test]
fn nobody_comes_in_between_the_transactions_of_a_run() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    let intruder = Arc::new(Intruder { file: file.clone(), said: Mutex::default() });
    let mut connection = connect(&format!("sqlite:{}", file.display())).unwrap();
    let history = history(1);
    let migrator = Migrator::new(&history, &mut *connection, settings());
    migrator.observed(intruder.clone()).upgrade(&Target::heads()).unwrap();
    let said = intruder.said.lock().unwrap();
    assert_eq!(said.len(), 2);
    for fault in &*said {
        assert_eq!(fault.code, Code::Locked, "{fault}");
        assert!(fault.message.contains(&format!("process `{}`", std::process::id())), "{fault}");
    }
    assert!(!lock_of(&file).exists(), "the lock stays behind");
    assert_eq!(upgrade(&file, &history, Duration::ZERO).unwrap().steps, []);
}

#[test]
fn of_several_runs_at_once_each_revision_is_run_by_one() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    let barrier = Barrier::new(4);
    let made: usize = thread::scope(|scope| {
        let run = || {
            barrier.wait();
            upgrade(&file, &history(5), Duration::from_secs(30)).unwrap().steps.len()
        };
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert_eq!(made, 5);
    assert!(!lock_of(&file).exists(), "the lock stays behind");
}

#[test]
fn what_a_dead_process_left_is_no_lock() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    fs::write(lock_of(&file), "1").unwrap();
    upgrade(&file, &history(1), Duration::ZERO).unwrap();
    assert!(!lock_of(&file).exists(), "the lock stays behind");
}

#[test]
fn a_lock_that_cannot_be_made_is_told_where_it_is_needed_and_only_there() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    fs::create_dir(lock_of(&file)).unwrap();
    let fault = upgrade(&file, &history(1), Duration::ZERO).unwrap_err();
    assert_eq!(fault.code, Code::CannotConnect, "{fault}");
    assert!(fault.message.contains("shop.db-limbeck-lock` cannot be taken"), "{fault}");
    struct Inside;
    impl RustRevision for Inside {
        fn header(&self) -> RevisionHeader {
            RevisionHeader::new("r0", None)
        }
        fn upgrade(&self, ops: &mut Operations) {
            ops.execute("CREATE TABLE t (a INTEGER)");
        }
    }
    upgrade(&file, &History::builder().revision(Inside).build().unwrap(), Duration::ZERO).unwrap();
}

#[test]
fn a_database_in_memory_needs_no_lock() {
    let mut connection = connect("sqlite::memory:").unwrap();
    let history = history(2);
    let outcome = Migrator::new(&history, &mut *connection, settings()).upgrade(&Target::heads()).unwrap();
    assert_eq!(outcome.steps.len(), 2);
}
