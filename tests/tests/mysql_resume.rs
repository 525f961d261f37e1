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
