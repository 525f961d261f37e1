//! Limits of time, new tries, and runs without transactions.

use std::time::Duration;

use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::Limits;
use limbeck::prelude::*;
use limbeck_tests::Scratch;
use limbeck_tests::backend::{MARIADB, POSTGRES};

use super::kill::one_revision;
use super::revisions::{Place, history};

const TABLE: &str = "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)";
const ALTER: &str = "[[upgrade]]\nexecute = \"ALTER TABLE t ADD COLUMN b INTEGER\"\n";

/// Upgrades a place by one revision of this body.
pub(super) fn upgrade(place: &mut Place, body: &str, settings: Settings) -> Result<Outcome, Diagnostic> {
    let folder = one_revision(body);
    let history = history(folder.path());
    let mut migrator = Migrator::new(&history, &mut *place.scratch.connection, settings);
    migrator.upgrade(&Target::heads()).map_err(|faults| faults.first().clone())
}

fn limited(lock_timeout: u64, retries: u32) -> Settings {
    let lock_timeout = Some(Duration::from_millis(lock_timeout));
    Settings { limits: Limits { lock_timeout, statement_timeout: None, retries }, ..limbeck::settings() }
}

#[test]
fn a_statement_that_waits_too_long_for_a_lock_fails_and_is_tried_again_where_that_is_asked() {
    for backend in [&POSTGRES, &MARIADB] {
        let Some(mut place) = Place::new(backend) else { continue };
        place.scratch.connection.execute(TABLE).unwrap();
        let mut reader = Scratch::open(&place.url);
        reader.connection.begin(Default::default()).unwrap();
        reader.connection.query("SELECT * FROM t").unwrap();
        let fault = upgrade(&mut place, ALTER, limited(200, 0)).unwrap_err();
        assert_eq!(fault.code, Code::Locked, "{fault}");
        let release = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(1500));
            reader.connection.rollback().unwrap();
        });
        upgrade(&mut place, ALTER, limited(200, 8)).unwrap();
        release.join().unwrap();
        assert_eq!(place.scratch.rows("SELECT b FROM t"), ["NULL"]);
    }
}

#[test]
fn a_statement_that_runs_too_long_is_ended() {
    for (backend, sleep) in [(&POSTGRES, "SELECT pg_sleep(30)"), (&MARIADB, "SELECT SLEEP(30)")] {
        let Some(mut place) = Place::new(backend) else { continue };
        let statement_timeout = Some(Duration::from_millis(300));
        let limits = Limits { statement_timeout, ..Limits::default() };
        let settings = Settings { limits, ..limbeck::settings() };
        for transaction in ["inside", "outside"] {
            let body = format!("[[upgrade]]\nexecute = \"{sleep}\"\ntransaction = \"{transaction}\"\n");
            let fault = upgrade(&mut place, &body, settings.clone()).unwrap_err();
            assert_eq!(fault.code, Code::StatementFailed, "{fault}");
        }
    }
}

#[test]
fn without_transactions_a_run_on_postgres_goes_on_where_it_failed() {
    let Some(mut place) = Place::new(&POSTGRES) else { return };
    let body = "[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"a\", type = \"integer\" }]\n\
                [[upgrade]]\ninsert = \"t\"\nrows = [{ a = 1 }]\n\
                [[upgrade]]\nexecute = \"INSERT INTO t VALUES (2); INSERT INTO gone VALUES (1)\"\n";
    let none = Settings { transaction: TransactionMode::None, ..limbeck::settings() };
    let fault = upgrade(&mut place, body, none.clone()).unwrap_err();
    assert_eq!(fault.code, Code::StatementFailed, "{fault}");
    assert_eq!(place.scratch.rows("SELECT a FROM t ORDER BY a"), ["1", "2"]);
    assert_eq!(place.scratch.rows("SELECT outcome, statements_done FROM limbeck_log"), ["failed | 3"]);
    place.scratch.connection.execute("CREATE TABLE gone (a INTEGER)").unwrap();
    upgrade(&mut place, body, none).unwrap();
    assert_eq!(place.scratch.rows("SELECT a FROM t ORDER BY a"), ["1", "2"]);
    assert_eq!(place.scratch.rows("SELECT a FROM gone"), ["1"]);
}

#[test]
fn sqlite_refuses_to_run_without_transactions() {
    let mut place = Place::new(&limbeck_tests::backend::SQLITE).unwrap();
    let none = Settings { transaction: TransactionMode::None, ..limbeck::settings() };
    let fault = upgrade(&mut place, "[[upgrade]]\nexecute = \"SELECT 1\"\n", none).unwrap_err();
    assert!(fault.code == Code::Unsupported && fault.hint.is_some(), "{fault}");
}
