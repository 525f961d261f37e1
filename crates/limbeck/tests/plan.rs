//! A plan says what a run will do, on a database as it is.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::sync::{Arc, Mutex};

use limbeck::core::dialect::Cost;
use limbeck::core::migrator::{Observer, Purge, StatementEvent};
use limbeck::prelude::*;

const TABLES: &str = "revision = \"a\"
[[upgrade]]
create_table = \"t\"
columns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"n\", type = \"text\" }]
";

/// Notes the statements of a run.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Observer for Notes {
    fn statement_started(&self, event: &StatementEvent<'_>) {
        self.0.lock().unwrap().push(event.statement.sql.clone());
    }
}

/// Returns the history that a folder holds, whose files are read as they are needed.
fn history(revisions: &[&str]) -> (tempfile::TempDir, History) {
    let folder = tempfile::tempdir().unwrap();
    let mut files = vec![(0, TABLES.to_owned())];
    for (number, body) in revisions.iter().enumerate() {
        let (id, down) = (b'b' + number as u8, b'a' + number as u8);
        let head = format!("revision = \"{}\"\ndown_revision = \"{}\"\n", id as char, down as char);
        files.push((number + 1, head + "[[upgrade]]\n" + body));
    }
    for (number, text) in files {
        fs::write(folder.path().join(format!("{number}.toml")), text).unwrap();
    }
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    (folder, history)
}

/// Makes a database that says it is at `a`, from SQL that is not what the history says.
fn database(history: &History, sql: &str) -> Box<dyn Connection> {
    let mut connection = limbeck::connect("sqlite::memory:").unwrap();
    connection.execute(sql).unwrap();
    let mut migrator = Migrator::new(history, &mut *connection, limbeck::settings());
    migrator.stamp(&["a".parse().unwrap()], Purge::Keep).unwrap();
    connection
}

const COPIES: &str =
    "alter_table = \"t\"\nrecreate = \"always\"\nactions = [{ alter_column = \"n\", nullable = false }]";
const RENAMES: &str = "rename_table = \"t\"\nto = \"u\"";
const COPIES_AGAIN: &str = "alter_table = \"u\"\nrecreate = \"always\"\nactions = [{ add_column = \"m\", type = \"text\", before = \"n\" }]";

#[test]
fn the_plan_holds_the_very_statements_that_the_run_makes() {
    let (_folder, history) = history(&[COPIES, RENAMES, COPIES_AGAIN]);
    let mut connection = database(
        &history,
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n TEXT, extra BLOB DEFAULT x'00');
         CREATE TABLE log (said TEXT); CREATE VIEW v AS SELECT n FROM t;
         CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); END;
         CREATE VIRTUAL TABLE docs USING fts5(body);
         INSERT INTO t (n) VALUES ('a'), ('b'), ('c'); CREATE INDEX ix ON t (n); ANALYZE",
    );
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    let plan = migrator.plan_upgrade(&Target::heads()).unwrap();
    let tasks = || plan.steps.iter().flat_map(|step| &step.tasks);
    let planned: Vec<String> = tasks().flat_map(|task| task.statements()).map(|s| s.sql.clone()).collect();
    let notes = Arc::new(Notes::default());
    Migrator::new(&history, &mut *connection, limbeck::settings())
        .observed(notes.clone())
        .upgrade(&Target::heads())
        .unwrap();
    assert_eq!(planned, *notes.0.lock().unwrap());
    assert!(planned.iter().any(|sql| sql.contains("CREATE TRIGGER")), "{planned:#?}");
    let costs = tasks().flat_map(|task| task.statements()).filter_map(|s| match &s.cost {
        Cost::Copy(rows) => Some(s.cost.to_string()).filter(|_| rows.count.is_some()),
        _ => None,
    });
    assert_eq!(costs.collect::<Vec<_>>(), ["copies 3 rows of `t`", "copies 3 rows of `u`"]);
}

#[test]
fn what_sqlite_would_refuse_for_the_sake_of_the_schema_is_refused_before_anything_runs() {
    let dropping = "alter_table = \"t\"\nactions = [{ drop_column = \"n\" }]";
    let (_folder, history) =
        history(&["create_table = \"new\"\ncolumns = [{ name = \"a\", type = \"text\" }]", dropping]);
    let mut connection = database(
        &history,
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n TEXT); CREATE VIEW v AS SELECT n FROM t",
    );
    let before = connection.query("SELECT name, sql FROM sqlite_schema").unwrap();
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    let planned = migrator.plan_upgrade(&Target::heads()).err().unwrap().to_string();
    let refused = migrator.upgrade(&Target::heads()).unwrap_err().to_string();
    assert!(planned.contains("view") && refused.contains("view"), "{planned}\n{refused}");
    assert!(refused.contains("2.toml"), "the place is missing: {refused}");
    assert_eq!(connection.query("SELECT name, sql FROM sqlite_schema").unwrap(), before);
}

#[test]
fn the_author_s_sql_is_followed_without_moving_rows() {
    let endless = "execute = \"\"\"CREATE VIEW v AS SELECT n FROM t; INSERT INTO t (n) VALUES ('x');
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0\"\"\"
        state = []";
    let (_folder, history) = history(&[endless, "alter_table = \"t\"\nactions = [{ drop_column = \"n\" }]"]);
    let mut connection = database(&history, "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n TEXT)");
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    let planned = migrator.plan_upgrade(&Target::heads()).err().unwrap().to_string();
    assert!(planned.contains("view"), "{planned}");
}

#[test]
fn a_database_whose_schema_cannot_be_copied_is_planned_from_the_history() {
    let (_folder, history) = history(&[COPIES]);
    let mut connection = database(
        &history,
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n TEXT); CREATE TABLE other (a);
         PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE other (a, CHECK (no_such()))'
         WHERE name = 'other'; PRAGMA writable_schema = OFF",
    );
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    assert_eq!(migrator.plan_upgrade(&Target::heads()).unwrap().steps.len(), 1);
}

#[test]
fn a_virtual_table_of_a_module_that_is_not_there_is_in_nobody_s_way() {
    let (_folder, history) =
        history(&[COPIES, "create_table = \"shape\"\ncolumns = [{ name = \"a\", type = \"text\" }]"]);
    let mut connection = database(
        &history,
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, n TEXT); PRAGMA writable_schema = ON;
         INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
         VALUES ('table', 'shape', 'shape', 0, 'CREATE VIRTUAL TABLE shape USING no_such_module(a)');
         PRAGMA schema_version = 77; PRAGMA writable_schema = OFF",
    );
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    // The copy has the name too, so that the second revision is found out.
    let refused = migrator.plan_upgrade(&Target::heads()).err().unwrap().to_string();
    assert!(refused.contains("2.toml") && refused.contains("shape"), "{refused}");
    migrator.plan_upgrade(&"b".parse().unwrap()).unwrap();
}
