//! Eight at once, and a ninth that does not wait.

use std::time::Duration;

use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::{ConnectOptions, Enforcement};
use limbeck::core::op::Transaction;
use limbeck::prelude::*;

use super::revisions::{self, all_succeed, is_finished, places, spawn};

/// Fails unless who waits too long is told who holds the lock, and who comes later gets it.
pub(super) fn tells_who_holds_it(holder: &mut dyn Connection, url: &str) {
    let table = limbeck::settings().version_table;
    // On SQLite the transaction is the lock.
    holder.lock(&table, Transaction::Inside).unwrap();
    holder.begin(Enforcement::Configured).unwrap();
    let short = ConnectOptions { lock_timeout: Duration::from_millis(300), ..ConnectOptions::default() };
    let mut other = limbeck::connect_with(url, &short).unwrap();
    let refused = other.lock(&table, Transaction::Inside).and_then(|()| other.begin(Enforcement::Configured));
    let fault = Diagnostic::from(refused.unwrap_err());
    assert_eq!(fault.code, Code::Locked);
    let knows = holder.dialect().name() != "sqlite";
    assert!(!knows || fault.message.contains('`'), "it does not say who: {fault}");
    holder.rollback().unwrap();
    holder.unlock();
    other.lock(&table, Transaction::Inside).unwrap();
}

#[test]
fn eight_processes_upgrade_the_same_empty_database_and_each_revision_runs_once() {
    let folder = revisions::write();
    for (_, mut place) in places() {
        all_succeed((0..8).map(|_| spawn(&place.url, folder.path())).collect());
        is_finished(&mut place.scratch, folder.path());
    }
}

#[test]
fn who_waits_too_long_is_told_who_holds_the_lock() {
    for (_, mut place) in places() {
        tells_who_holds_it(&mut *place.scratch.connection, &place.url);
    }
}
