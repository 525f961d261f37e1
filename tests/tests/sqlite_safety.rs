//! What must never be lost or damaged on SQLite, whatever stands in the way.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use limbeck_core::action::{Action, AlterColumn};
use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{
    ConnectOptions, Connection, DatabaseError, DatabaseUrl, Dialect, Enforcement, Missing,
};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::{AlterTable, Operation, Recreate};
use limbeck_sqlite::SQLITE;
use limbeck_tests::{Scratch, lower, run, upgrade_of};

fn connect(url: &str, options: &ConnectOptions) -> Result<Box<dyn Connection>, DatabaseError> {
    SQLITE.connect(&DatabaseUrl::parse(url).unwrap(), options)
}

/// Makes an operation that can only be done by a rebuild.
fn rebuild(table: &str, column: &str) -> Operation {
    let mut alter = AlterColumn::new(Ident::new(column).unwrap());
    alter.ty = Some(ColumnType::Text);
    let actions = vec![Action::AlterColumn(Box::new(alter))];
    AlterTable { table: TableName::parse(table).unwrap(), actions, recreate: Recreate::Auto }.into()
}

/// Rebuilds a table that was made by hand, and returns the text of the new one.
fn rebuilt(setup: &str, column: &str) -> Result<String, Code> {
    let mut scratch = Scratch::open("sqlite::memory:");
    scratch.connection.execute(setup).unwrap();
    scratch.folded = scratch.connection.reflect(None).unwrap();
    scratch.run(&[rebuild("t", column)]).map_err(|fault| fault.code)?;
    Ok(scratch.rows("SELECT sql FROM sqlite_schema WHERE name = 't'").remove(0))
}

#[test]
fn what_points_at_a_table_that_becomes_strict_is_looked_at() {
    let mut scratch = Scratch::open("sqlite::memory:");
    let setup = "CREATE TABLE node (id INTEGER PRIMARY KEY, code ANY UNIQUE);
        CREATE TABLE kid (code TEXT REFERENCES node (code));
        INSERT INTO node VALUES (1, 7); INSERT INTO kid VALUES ('7')";
    scratch.connection.execute(setup).unwrap();
    scratch.folded = scratch.connection.reflect(None).unwrap();
    let before = scratch.rows("SELECT sql FROM sqlite_schema ORDER BY name");
    let text = "revision = \"a\"\n[[upgrade]]\nalter_table = \"node\"\nrecreate = \"always\"\n\
                actions = [{ set_options = { sqlite = { strict = true } } }]\n";
    assert_eq!(scratch.run(&upgrade_of(text)).unwrap_err().code, Code::ForeignKeysBroken);
    assert_eq!(scratch.rows("SELECT sql FROM sqlite_schema ORDER BY name"), before);
}

#[test]
fn a_clause_that_the_model_does_not_hold_stays_to_the_letter() {
    for clause in [
        "a TEXT UNIQUE ON CONFLICT REPLACE",
        "a TEXT NOT NULL ON CONFLICT IGNORE",
        "a TEXT CONSTRAINT nn NOT NULL",
        "a TEXT, PRIMARY KEY (a DESC)",
        "a TEXT, UNIQUE (a COLLATE NOCASE)",
        "a TEXT /* why */",
        "a TEXT, CHECK (a > 1) ON CONFLICT FAIL",
        "a TEXT CONSTRAINT d DEFAULT 1",
        "a TEXT, CHECK (t.a > 1)",
    ] {
        let outcome = rebuilt(&format!("CREATE TABLE t (x INT, {clause})"), "x");
        assert_eq!(outcome, Ok(format!("CREATE TABLE t (x TEXT, {clause})")));
    }
}

#[test]
fn what_the_model_holds_of_a_table_made_by_hand_survives() {
    let text = rebuilt(
        "create table t(x int, \"select\" NUMERIC(10,2) collate rtrim default -1.5 check (x > 0)
           constraint fk references t (x) on update set null deferrable initially deferred,
         [b c] , `d` text default (1 + 1) unique, e integer as (x + 1), constraint u unique (x, [b c])
         constraint ck check (x <> ')') foreign key (d) references other match simple)",
        "d",
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/sqlite");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("made_by_hand", text.unwrap()));
}

#[test]
fn foreign_keys_that_are_broken_already_do_not_keep_a_table_from_being_rebuilt() {
    let mut scratch = Scratch::open("sqlite::memory:");
    let broken = "PRAGMA foreign_keys = OFF;
         CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT);
         CREATE TABLE c (p_id INTEGER REFERENCES p (id) ON DELETE CASCADE, v INTEGER);
         INSERT INTO c VALUES (1, 1), (2, 2);
         PRAGMA foreign_keys = ON";
    scratch.connection.execute(broken).unwrap();
    scratch.folded = scratch.connection.reflect(None).unwrap();
    scratch.run(&[rebuild("c", "v"), rebuild("p", "v")]).unwrap();
    assert_eq!(scratch.rows("SELECT rowid, p_id, quote(v) FROM c"), ["1 | 1 | '1'", "2 | 2 | '2'"]);
}

#[test]
fn a_rebuild_can_mend_a_foreign_key_that_points_at_no_key() {
    let mut scratch = Scratch::open("sqlite::memory:");
    let setup =
        "CREATE TABLE p (v TEXT); CREATE TABLE c (v TEXT REFERENCES p (v)); INSERT INTO p VALUES ('a')";
    scratch.connection.execute(setup).unwrap();
    scratch.folded = scratch.connection.reflect(None).unwrap();
    let unique = limbeck_core::schema::Unique {
        name: None,
        columns: vec![Ident::new("v").unwrap()],
        nulls_not_distinct: false,
        deferrable: None,
    };
    let table = TableName::parse("p").unwrap();
    let op = AlterTable { table, actions: vec![Action::AddUnique(unique)], recreate: Recreate::Auto };
    scratch.run(&[op.into()]).unwrap();
    scratch.connection.execute("INSERT INTO c VALUES ('a')").unwrap();
}

#[test]
fn a_rebuild_that_fails_or_is_broken_off_leaves_everything_as_it_was() {
    let mut scratch = Scratch::open("sqlite::memory:");
    let setup = "CREATE TABLE t (a TEXT, b INTEGER);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
         INSERT INTO t SELECT i, i FROM n; CREATE INDEX ix ON t (b)";
    scratch.connection.execute(setup).unwrap();
    scratch.folded = scratch.connection.reflect(None).unwrap();
    let before = scratch.rows("SELECT type, name, sql, rootpage FROM sqlite_schema");
    let lowered = lower(scratch.connection.as_mut(), &rebuild("t", "b"), &scratch.folded).unwrap();
    for at in 0..lowered.statements.len() {
        let mut broken = lowered.clone();
        broken.statements[at].sql = "SELECT missing".to_owned();
        assert!(run(scratch.connection.as_mut(), &broken).is_err());
        assert_eq!(scratch.rows("SELECT type, name, sql, rootpage FROM sqlite_schema"), before);
    }
    let asked = Arc::new(AtomicBool::new(false));
    let seen = asked.clone();
    scratch.connection.watch(Some(Box::new(move |progress| {
        seen.store(progress.rows.is_some(), Ordering::Relaxed);
        std::ops::ControlFlow::Break(())
    })));
    assert_eq!(run(scratch.connection.as_mut(), &lowered), Err(DatabaseError::Interrupted));
    assert!(asked.load(Ordering::Relaxed));
    scratch.connection.watch(None);
    assert_eq!(scratch.rows("SELECT type, name, sql, rootpage FROM sqlite_schema"), before);
    assert_eq!(scratch.rows("PRAGMA foreign_keys"), ["1"]);
    assert_eq!(scratch.rows("PRAGMA legacy_alter_table"), ["0"]);
    run(scratch.connection.as_mut(), &lowered).unwrap();
}

#[test]
fn another_writer_is_waited_for_until_time_is_up() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a.db").display());
    let options = ConnectOptions { lock_timeout: Duration::from_millis(200), ..ConnectOptions::default() };
    let mut first = connect(&url, &options).unwrap();
    let mut second = connect(&url, &options).unwrap();
    first.begin(Enforcement::Configured).unwrap();
    let start = Instant::now();
    let outcome = second.begin(Enforcement::Suspended);
    assert!(matches!(outcome, Err(DatabaseError::Locked { waited_ms: 200.., .. })), "{outcome:?}");
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(second.query("PRAGMA foreign_keys").unwrap()[0][0].as_integer(), Some(1));
    first.commit().unwrap();
    second.begin(Enforcement::Configured).unwrap();
    second.execute("CREATE TABLE t (a)").unwrap();
    // A reader in the way of the commit is waited for too.
    second.commit().unwrap();
    first.execute("BEGIN; SELECT * FROM t").unwrap();
    second.begin(Enforcement::Configured).unwrap();
    second.execute("INSERT INTO t VALUES (1)").unwrap();
    assert!(matches!(second.commit(), Err(DatabaseError::Locked { .. })));
    first.execute("COMMIT").unwrap();
    assert!(first.query("SELECT * FROM t").unwrap().is_empty());
}

#[test]
fn an_interrupt_ends_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a.db").display());
    let mut first = connect(&url, &ConnectOptions::default()).unwrap();
    let mut second = connect(&url, &ConnectOptions::default()).unwrap();
    first.begin(Enforcement::Configured).unwrap();
    let interrupt = second.interrupt();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        interrupt();
    });
    assert_eq!(second.begin(Enforcement::Configured), Err(DatabaseError::Interrupted));
    other.join().unwrap();
}

#[test]
fn what_cannot_be_opened_is_told_apart_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let there = ConnectOptions { missing: Missing::Refuse, ..ConnectOptions::default() };
    let reason = |url: &str, options: &ConnectOptions| match connect(url, options) {
        Err(DatabaseError::CannotConnect { reason, .. }) => reason,
        Err(other) => other.to_string(),
        Ok(_) => "opened".to_owned(),
    };
    assert_eq!(reason(&path("missing.db"), &there), "the file does not exist");
    assert!(!folder.path().join("missing.db").exists());
    let missing = reason(&path("no/such/a.db"), &ConnectOptions::default());
    assert_eq!(
        missing,
        format!("the directory `{}` does not exist", folder.path().join("no/such").display())
    );
    assert_eq!(reason(&format!("sqlite:{}", folder.path().display()), &there), "it is a directory");
    fs::write(folder.path().join("text"), "this is no database, however long it may be".repeat(50)).unwrap();
    let text = connect(&path("text"), &there).err();
    assert!(matches!(text, Some(DatabaseError::NotADatabase { .. })), "{text:?}");
    assert!(fs::read_to_string(folder.path().join("text")).unwrap().starts_with("this is no database"));
    fs::write(folder.path().join("empty"), "").unwrap();
    assert_eq!(reason(&path("empty"), &there), "opened");
    let mut read_only = connect(&format!("{}?mode=ro", path("empty")), &there).unwrap();
    let refused = read_only.begin(Enforcement::Configured);
    let refused = refused.and_then(|()| read_only.execute("CREATE TABLE t (a)"));
    assert!(matches!(refused, Err(DatabaseError::CannotConnect { .. })), "{refused:?}");
    assert_eq!(fs::metadata(folder.path().join("empty")).unwrap().len(), 0);
}

#[test]
fn a_name_in_double_quotes_is_never_a_text() {
    let mut scratch = Scratch::open("sqlite::memory:");
    assert!(scratch.connection.query("SELECT \"missing\"").is_err());
}
