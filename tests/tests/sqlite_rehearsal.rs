//! A change rehearsed on a copy of the schema comes out as on the database itself, for every odd database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{DatabaseError, Dialect, Lowered};
use limbeck_core::op::{Change as _, Operation, Recreate};
use limbeck_core::schema::Schema;
use limbeck_sqlite::SQLITE;
use limbeck_tests::fidelity::{FidelityFixture, Setting, Stage, changes, fidelity};
use limbeck_tests::{lower, run};

/// Returns what differs between the rehearsal and the database, a line a change.
fn differences(fixture: &FidelityFixture) -> Vec<String> {
    let stage = Stage::new(fixture);
    let mut found = Vec::new();
    if stage.fresh(Setting::Enforced).connection.rehearsal().unwrap().is_none() {
        return vec![format!("{}: the schema cannot be copied", fixture.name)];
    }
    for change in changes(&stage.table) {
        let operation = change.on(&stage.table, Recreate::Auto);
        let mut scratch = stage.fresh(Setting::Enforced);
        let folded = scratch.folded.clone();
        if operation.apply(&mut folded.clone()).is_err() {
            continue;
        }
        let mut copy = scratch.connection.rehearsal().unwrap().unwrap();
        let here = lower(scratch.connection.as_mut(), &operation, &folded);
        let there = copy
            .survey(&operation, &folded)
            .and_then(|found| lower_from(&operation, found.as_ref().unwrap_or(&folded)));
        let place = format!("{}: {}", fixture.name, change.label);
        if here != there {
            found.push(format!("{place}:\n{here:#?}\nis not\n{there:#?}"));
        } else if let Ok(lowered) = here
            && let Err(refused) = copy.run(&lowered)
        {
            let really: Result<(), DatabaseError> = run(scratch.connection.as_mut(), &lowered);
            if really.is_ok() {
                found.push(format!("{place}: refused though it works: {refused}"));
            }
        }
    }
    found
}

fn lower_from(operation: &Operation, before: &Schema) -> Result<Lowered, Diagnostic> {
    SQLITE.lower(operation, before, &SQLITE.server("sqlite", None).unwrap())
}

#[test]
fn a_rehearsal_says_what_the_run_does_and_refuses_nothing_that_works() {
    let fixtures = fidelity();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(fixture) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(differences(fixture));
        }
        found
    };
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let found: Vec<String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(
        found.is_empty(),
        "{} differ, the first of them:\n{}",
        found.len(),
        found[..found.len().min(5)].join("\n")
    );
}
