//! A run that was broken off between a statement that commits by itself and its record: the next one looks where the
//! database is.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck::core::diagnostic::Code;
use limbeck::prelude::*;
use limbeck_tests::Scratch;
use limbeck_tests::backend::MARIADB;

/// A revision of three statements, the last of which fails.
struct Broken;

impl RustRevision for Broken {
    fn header(&self) -> RevisionHeader {
        RevisionHeader::new("aaaa", [])
    }

    fn upgrade(&self, ops: &mut Operations) {
        ops.create_table("t", |t| {
            t.column("id", ColumnType::Integer).primary_key();
        });
        ops.alter_table("t", |t| {
            t.add_column("b", ColumnType::Integer);
            t.add_column("c", ColumnType::Integer);
        });
        ops.execute("CREATE TABLE broken (");
    }
}

fn upgrade(scratch: &mut Scratch) -> Diagnostic {
    let history = History::builder().revision(Broken).build().unwrap();
    let mut migrator = Migrator::new(&history, &mut *scratch.connection, limbeck::settings());
    migrator.upgrade(&Target::heads()).unwrap_err().first().clone()
}

/// Makes the log say that a run was broken off around the second statement.
fn break_off(scratch: &mut Scratch) {
    let sql = "UPDATE limbeck_log SET outcome = 'running', statements_done = 1";
    scratch.connection.execute(sql).unwrap();
}

fn log(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows("SELECT outcome, statements_done FROM limbeck_log")
}

#[test]
fn a_statement_that_ran_is_passed_over_one_that_did_not_runs_and_half_of_one_is_told() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let columns = "SELECT COLUMN_NAME FROM information_schema.COLUMNS
                   WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' ORDER BY 1";
    assert_eq!(upgrade(&mut scratch).code, Code::StatementFailed);
    assert_eq!(log(&mut scratch), ["failed | 2"]);

    break_off(&mut scratch);
    let fault = upgrade(&mut scratch);
    assert!(fault.message.contains("broken off after 2 of 3 statements"), "{fault}");
    assert_eq!(scratch.rows(columns), ["b", "c", "id"]);

    break_off(&mut scratch);
    scratch.connection.execute("ALTER TABLE t DROP COLUMN c").unwrap();
    let fault = upgrade(&mut scratch);
    assert_eq!(fault.code, Code::BrokenOff);
    let differs = fault.message.contains("column `t.c` is as before")
        && fault.message.contains("column `t.b` is as after")
        && fault.hint.is_some();
    assert!(differs, "{fault}");

    break_off(&mut scratch);
    scratch.connection.execute("ALTER TABLE t DROP COLUMN b").unwrap();
    assert_eq!(upgrade(&mut scratch).code, Code::StatementFailed);
    assert_eq!(scratch.rows(columns), ["b", "c", "id"]);
    assert_eq!(log(&mut scratch), ["failed | 2"]);
}

/// Writes a revision of one raw text, runs it, and puts the log and the version table back to where a run would have been
/// killed around the statement behind the first `done`.
fn killed_raw(sql: &str, state: &str, done: usize) -> Option<(Scratch, History, tempfile::TempDir)> {
    let mut scratch = (MARIADB.open)()?;
    let folder = tempfile::tempdir().unwrap();
    let text = format!("revision = \"aaaa\"\n[[upgrade]]\nexecute = \"\"\"{sql}\"\"\"\nstate = [{state}]\n");
    std::fs::write(folder.path().join("aaaa.toml"), text).unwrap();
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    let mut migrator = Migrator::new(&history, &mut *scratch.connection, limbeck::settings());
    migrator.upgrade(&Target::heads()).unwrap();
    let sql = format!("UPDATE limbeck_log SET outcome = 'running', statements_done = {done}");
    scratch.connection.execute(&sql).unwrap();
    scratch.connection.execute("DELETE FROM limbeck_version").unwrap();
    Some((scratch, history, folder))
}

fn again(scratch: &mut Scratch, history: &History) -> Result<(), Diagnostic> {
    let mut migrator = Migrator::new(history, &mut *scratch.connection, limbeck::settings());
    migrator.upgrade(&Target::heads()).map(drop).map_err(|faults| faults.first().clone())
}

const RAW: &str = "CREATE TABLE raw (a INTEGER); INSERT INTO raw VALUES (1), (2); CREATE INDEX rawix ON raw (a); \
                   GRANT SELECT ON raw TO CURRENT_USER; UPDATE raw SET a = a + 1";
const STATE: &str = r#"{ create_table = "raw", columns = [{ name = "a", type = "integer" }],
                        indexes = [{ name = "rawix", columns = ["a"] }] }"#;

#[test]
fn each_statement_of_raw_sql_is_looked_for_by_what_it_alone_makes() {
    let state = STATE.replace('\n', " ");
    // Killed before the index, behind it, before the table, and behind it.
    for (done, undo, rows) in [
        (2, "DROP INDEX rawix ON raw; UPDATE raw SET a = a - 1", ["2", "3"]),
        (2, "UPDATE raw SET a = a - 1", ["2", "3"]),
        (0, "DROP TABLE raw", ["2", "3"]),
        (0, "DROP INDEX rawix ON raw; DELETE FROM raw", ["2", "3"]),
        (3, "UPDATE raw SET a = a - 1", ["2", "3"]),
    ] {
        let Some((mut scratch, history, _folder)) = killed_raw(RAW, &state, done) else { return };
        scratch.connection.execute(undo).unwrap();
        again(&mut scratch, &history).unwrap();
        assert_eq!(scratch.rows("SELECT a FROM raw ORDER BY a"), rows, "{done} {undo}");
        let index = "SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS
                     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'raw'";
        assert_eq!(scratch.rows(index), ["rawix"], "{done} {undo}");
    }
}

#[test]
fn a_table_that_is_given_another_name_is_found_and_a_swap_is_asked_about() {
    let tables = "CREATE TABLE a (x INTEGER); CREATE TABLE b (y INTEGER); ";
    let moved = format!("{tables}RENAME TABLE a TO old, b TO a");
    let Some((mut scratch, history, _folder)) = killed_raw(&moved, "", 2) else { return };
    again(&mut scratch, &history).unwrap();
    assert_eq!(scratch.rows("SHOW COLUMNS FROM a")[0].split(' ').next(), Some("y"));

    let (mut scratch, history, _folder) = killed_raw(&moved, "", 2).unwrap();
    scratch.connection.execute("RENAME TABLE a TO b, old TO a").unwrap();
    again(&mut scratch, &history).unwrap();
    assert_eq!(scratch.rows("SHOW COLUMNS FROM a")[0].split(' ').next(), Some("y"));

    let swapped = format!("{tables}RENAME TABLE a TO c, b TO a, c TO b");
    let (mut scratch, history, _folder) = killed_raw(&swapped, "", 2).unwrap();
    for _ in 0..2 {
        let fault = again(&mut scratch, &history).unwrap_err();
        assert!(fault.code == Code::BrokenOff && fault.message.contains("cannot be seen"), "{fault}");
    }
    let hint = again(&mut scratch, &history).unwrap_err().hint.unwrap();
    let ran = hint.split("run `").nth(1).and_then(|rest| rest.split("`, and").next()).unwrap();
    scratch.connection.execute(ran).unwrap();
    again(&mut scratch, &history).unwrap();
    assert_eq!(scratch.rows("SHOW COLUMNS FROM a")[0].split(' ').next(), Some("y"));
}
