//! Migrators that are killed, and servers that go on with what a killed one sent.

use std::time::{Duration, Instant};

use limbeck_tests::Scratch;
use limbeck_tests::backend::{MARIADB, POSTGRES};

use super::revisions::{self, Place, all_succeed, is_finished, places, spawn};

const KILLS: u32 = 15;

/// Counts on from a seed, so that a failure can be had again (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn after_a_kill_at_any_moment_the_next_run_finishes() {
    let folder = revisions::write();
    for (backend, mut place) in places() {
        let mut random = Random(2026);
        let started = Instant::now();
        all_succeed(vec![spawn(&place.url, folder.path())]);
        let all = u64::try_from(started.elapsed().as_micros()).unwrap();
        is_finished(&mut place.scratch, folder.path());

        let mut killed = 0;
        let mut place = Place::new(backend).unwrap();
        for _ in 0..KILLS {
            let mut child = spawn(&place.url, folder.path());
            std::thread::sleep(Duration::from_micros(random.below(all / 8)));
            let ended = child.try_wait().unwrap().is_some();
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            match output.status.success() {
                true => {
                    is_finished(&mut place.scratch, folder.path());
                    place = Place::new(backend).unwrap();
                }
                false => {
                    assert!(!ended, "{}", String::from_utf8_lossy(&output.stderr));
                    killed += 1;
                }
            }
        }
        assert!(killed > KILLS / 2, "only {killed} kills");
        all_succeed(vec![spawn(&place.url, folder.path())]);
        is_finished(&mut place.scratch, folder.path());
    }
}

/// Waits until a query finds something.
fn until(scratch: &mut Scratch, sql: &str) {
    let start = Instant::now();
    while scratch.rows(sql).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(60), "{sql}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Writes the one revision of a folder.
pub(super) fn one_revision(body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("aaaa.toml"), format!("revision = \"aaaa\"\n{body}")).unwrap();
    folder
}

#[test]
fn a_change_that_the_server_goes_on_with_is_waited_for_on_mariadb() {
    let Some(mut place) = Place::new(&MARIADB) else { return };
    place
        .scratch
        .connection
        .execute("CREATE TABLE t (a INTEGER) ENGINE=InnoDB; INSERT INTO t VALUES (1)")
        .unwrap();
    let folder = one_revision("[[upgrade]]\nexecute = \"ALTER TABLE t ADD COLUMN b INTEGER\"\n");
    // Who reads the table in a transaction keeps others from altering it.
    let mut reader = Scratch::open(&place.url);
    reader.connection.execute("START TRANSACTION; SELECT * FROM t").unwrap();
    let mut first = spawn(&place.url, folder.path());
    until(
        &mut place.scratch,
        "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE t ADD%' AND DB = DATABASE()",
    );
    first.kill().unwrap();
    first.wait().unwrap();
    let second = spawn(&place.url, folder.path());
    std::thread::sleep(Duration::from_millis(300));
    reader.connection.execute("COMMIT").unwrap();
    all_succeed(vec![second]);
    assert_eq!(place.scratch.rows("SELECT version_num FROM limbeck_version"), ["aaaa"]);
    assert_eq!(place.scratch.rows("SELECT b FROM t"), ["NULL"]);
}

#[test]
fn an_index_that_the_server_goes_on_with_is_waited_for_on_postgres() {
    let Some(mut place) = Place::new(&POSTGRES) else { return };
    for body in [
        "[[upgrade]]\nexecute = \"CREATE INDEX CONCURRENTLY ix ON t (a)\"\ntransaction = \"outside\"\n",
        "[[upgrade]]\nexecute = \"CREATE INDEX CONCURRENTLY Ix ON T (a)\"\n",
    ] {
        let sql = "DROP TABLE IF EXISTS t, limbeck_version, limbeck_log; CREATE TABLE t (a INTEGER)";
        place.scratch.connection.execute(sql).unwrap();
        let folder = one_revision(body);
        let mut writer = Scratch::open(&place.url);
        writer.connection.execute("BEGIN").unwrap();
        writer.connection.execute("INSERT INTO t VALUES (1)").unwrap();
        let mut first = spawn(&place.url, folder.path());
        let making = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%CREATE INDEX CONCURRENTLY%' AND state = 'active' AND pid <> pg_backend_pid()";
        until(&mut place.scratch, making);
        until(&mut place.scratch, "SELECT 1 FROM pg_index WHERE NOT indisvalid");
        first.kill().unwrap();
        first.wait().unwrap();
        let second = spawn(&place.url, folder.path());
        std::thread::sleep(Duration::from_millis(300));
        writer.connection.execute("COMMIT").unwrap();
        all_succeed(vec![second]);
        let valid =
            "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 't'::regclass";
        assert_eq!(place.scratch.rows(valid), ["ix | TRUE"]);
    }
}

#[test]
fn an_invalid_index_that_raw_sql_left_is_made_anew() {
    let Some(mut place) = Place::new(&POSTGRES) else { return };
    place.scratch.connection.execute("CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1), (1)").unwrap();
    let folder = one_revision("[[upgrade]]\nexecute = \"CREATE UNIQUE INDEX CONCURRENTLY ix ON t (a)\"\n");
    let first = spawn(&place.url, folder.path()).wait_with_output().unwrap();
    assert!(!first.status.success(), "there are two of a row");
    let invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
    assert_eq!(place.scratch.rows(invalid), ["ix"]);
    // As if it had been killed while it was made.
    place.scratch.connection.execute("UPDATE limbeck_log SET outcome = 'running'").unwrap();
    place.scratch.connection.execute("DELETE FROM t WHERE ctid = '(0,1)'").unwrap();
    all_succeed(vec![spawn(&place.url, folder.path())]);
    assert!(place.scratch.rows(invalid).is_empty());
    assert_eq!(place.scratch.rows("SELECT version_num FROM limbeck_version"), ["aaaa"]);
}
