//! Through PgBouncer in transaction mode, which hands a server connection to another client after each transaction, so that
//! a lock of the session would stay behind on it.

use std::time::Duration;

use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::Limits;
use limbeck::prelude::*;
use limbeck_tests::Scratch;
use limbeck_tests::backend::{self, POSTGRES};

use super::limits::upgrade;
use super::race::tells_who_holds_it;
use super::revisions::{self, Place, all_succeed, is_finished, spawn};

/// Makes an empty database, and reaches it through the pooler; `None` when there is none, which is then told.
fn pooled() -> Option<(Place, Place)> {
    let pooler = backend::server("LIMBECK_TEST_PGBOUNCER_URL")?;
    let direct = Place::new(&POSTGRES)?;
    let name = direct.url.rsplit_once('/').unwrap().1;
    let through = format!("{}/{name}", pooler.rsplit_once('/').unwrap().0);
    Some((direct, Place::at(through)))
}

#[test]
fn eight_processes_upgrade_through_a_pooler_and_a_killed_one_leaves_no_lock() {
    let Some((mut direct, through)) = pooled() else { return };
    let folder = revisions::write();
    let mut first = spawn(&through.url, folder.path());
    std::thread::sleep(Duration::from_millis(400));
    first.kill().unwrap();
    first.wait().unwrap();
    all_succeed((0..8).map(|_| spawn(&through.url, folder.path())).collect());
    drop(through);
    is_finished(&mut direct.scratch, folder.path());
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(direct.scratch.rows(locks), ["0"]);
}

#[test]
fn who_waits_too_long_behind_a_pooler_is_told_who_holds_the_lock() {
    let Some((_direct, mut through)) = pooled() else { return };
    tells_who_holds_it(&mut *through.scratch.connection, &through.url);
}

#[test]
fn a_limit_that_would_stay_behind_on_a_shared_connection_is_refused() {
    let Some((mut direct, mut through)) = pooled() else { return };
    let limits = Limits { lock_timeout: Some(Duration::from_millis(4321)), ..Limits::default() };
    let settings = Settings { limits, ..limbeck::settings() };
    let inside = "[[upgrade]]\nexecute = \"CREATE TABLE t (a INTEGER)\"\n";
    let outside =
        "[[upgrade]]\nexecute = \"CREATE INDEX CONCURRENTLY ix ON t (a)\"\ntransaction = \"outside\"\n";
    let body = format!("{inside}{outside}");
    let fault = upgrade(&mut through, &body, settings.clone()).unwrap_err();
    assert_eq!(fault.code, Code::Unsupported, "{fault}");
    assert!(fault.message.contains("`lock_timeout`") && fault.message.contains("pooler"), "{fault}");
    // Nothing has run, and the lock is given back.
    assert_eq!(direct.scratch.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), ["0"]);
    upgrade(&mut through, inside, settings.clone()).unwrap();
    // What a transaction has set goes with it, on every connection that the pooler has.
    for _ in 0..8 {
        let mut other = Scratch::open(&through.url);
        assert_ne!(other.rows("SHOW lock_timeout"), ["4321ms"]);
    }
    direct.scratch.connection.execute("DROP TABLE t, limbeck_version, limbeck_log").unwrap();
    upgrade(&mut direct, &body, settings).unwrap();
}
