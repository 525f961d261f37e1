//! What fails under Diesel's harness, or cannot be run by it, leaves the connection and the database as they were.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;
#[path = "support/switches.rs"]
mod switches;

use std::path::PathBuf;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::MigrationHarness;
use limbeck::core::history::{History, HistoryBuilder};
use limbeck_diesel::harness::Migrations;

use support::texts;
use switches::switches;

const TABLES: &str = "
[[upgrade]]
create_table = \"t\"
columns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"text\" }]

[[upgrade]]
create_table = \"c\"
columns = [{ name = \"t_id\", type = \"integer\", primary_key = true, references = \"t.id\" }]
";

/// Adds revisions that follow each other.
fn history(files: &[(&str, &str)]) -> History {
    let mut parent = String::new();
    let builder = files.iter().fold(History::builder(), |builder: HistoryBuilder, (id, body)| {
        let text = format!("revision = \"{id}\"\ndown_revision = [{parent}]\n{body}");
        parent = format!("\"{id}\"");
        builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
    });
    builder.build().unwrap()
}

fn migrations(files: &[(&str, &str)]) -> Migrations<SqliteConnection> {
    Migrations::new(history(files), limbeck::server("sqlite").unwrap(), limbeck::settings()).unwrap()
}

#[test]
fn a_table_that_cannot_be_made_anew_is_there_as_before_and_can_be_tried_again() {
    for change in ["type = \"integer\", nullable = false", "nullable = false"] {
        for enforced in ["0", "1"] {
            let change = format!(
                "\n[[upgrade]]\nalter_table = \"t\"\nactions = [{{ alter_column = \"a\", {change} }}]\n"
            );
            let files = [("aaaa", TABLES), ("bbbb", change.as_str())];
            let mut connection = SqliteConnection::establish(":memory:").unwrap();
            connection.batch_execute(&format!("PRAGMA foreign_keys = {enforced}")).unwrap();
            connection.run_pending_migrations(migrations(&files[..1])).unwrap();
            connection.batch_execute("INSERT INTO t (id, a) VALUES (1, '1'), (2, NULL)").unwrap();
            let before = switches(&mut connection);
            assert_eq!(before, [enforced, "0", "0", "0"]);
            let fault = connection.run_pending_migrations(migrations(&files)).unwrap_err();
            assert!(!fault.to_string().contains("no such table"), "{fault}");
            assert_eq!(switches(&mut connection), before, "{change}");
            assert_eq!(texts(&mut connection, "SELECT count(*) || '' AS text FROM t"), ["2"]);
            let orphan = connection.batch_execute("INSERT INTO c (t_id) VALUES (9)");
            assert_eq!(orphan.is_err(), enforced == "1", "{change}");
            connection.batch_execute("DELETE FROM c; UPDATE t SET a = '3' WHERE a IS NULL").unwrap();
            connection.run_pending_migrations(migrations(&files)).unwrap();
            assert_eq!(switches(&mut connection), before, "{change}");
            assert_eq!(texts(&mut connection, "SELECT version_num AS text FROM limbeck_version"), ["bbbb"]);
            assert_eq!(texts(&mut connection, "SELECT count(*) || '' AS text FROM t"), ["2"]);
        }
    }
}

#[test]
fn a_revision_without_a_way_down_hides_nothing_of_the_others() {
    let outside = "\n[[upgrade]]\nexecute = \"CREATE TABLE u (id INTEGER PRIMARY KEY)\"\n\n[[downgrade]]\n\
                   execute = \"DROP TABLE u\"\ntransaction = \"outside\"\n";
    let files = [
        ("aaaa", TABLES),
        ("bbbb", "\n[[upgrade]]\nexecute = \"INSERT INTO t (id) VALUES (7)\"\n"),
        ("cccc", outside),
        ("dddd", "\n[[upgrade]]\nalter_table = \"t\"\nactions = [{ add_column = \"b\", type = \"text\" }]\n"),
    ];
    let found: Vec<bool> = MigrationSource::<Sqlite>::migrations(&migrations(&files))
        .unwrap()
        .iter()
        .map(|migration| migration.metadata().run_in_transaction())
        .collect();
    assert_eq!(found[..3], [true, true, false]);
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(&files)).unwrap();
    connection.revert_last_migration(migrations(&files)).unwrap();
    connection.revert_last_migration(migrations(&files)).unwrap();
    let fault = connection.revert_last_migration(migrations(&files)).unwrap_err();
    assert!(fault.to_string().contains("cannot be downgraded"), "{fault}");
    assert_eq!(texts(&mut connection, "SELECT version_num AS text FROM limbeck_version"), ["bbbb"]);
}

#[test]
fn nothing_is_run_behind_a_revision_that_was_broken_off() {
    let files = [
        ("aaaa", TABLES),
        ("bbbb", "\n[[upgrade]]\nalter_table = \"t\"\nactions = [{ add_column = \"b\", type = \"text\" }]\n"),
    ];
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(&files[..1])).unwrap();
    for (outcome, done, refused) in [("running", 0, true), ("failed", 1, true), ("failed", 0, false)] {
        let entry = format!(
            "DELETE FROM limbeck_log WHERE outcome <> 'done'; INSERT INTO limbeck_log (revision, direction, started_at, \
             outcome, tool_version, statements_done, statements_total) VALUES ('bbbb', 'upgrade', 'then', '{outcome}', \
             '1', {done}, 3)"
        );
        connection.batch_execute(&entry).unwrap();
        let ran = connection
            .run_pending_migrations(migrations(&files))
            .map(|_| ())
            .map_err(|error| error.to_string());
        assert_eq!(ran.is_err(), refused, "{outcome} {done}: {ran:?}");
        if let Err(fault) = ran {
            assert!(fault.contains(&format!("was broken off after {done} of 3 statements")), "{fault}");
            let fault = connection.revert_last_migration(migrations(&files)).unwrap_err();
            assert!(fault.to_string().contains("was broken off"), "{fault}");
        }
    }
}

#[test]
fn versions_that_diesel_would_run_in_another_order_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["1_a", "10_b"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("up.sql"), "SELECT 1;").unwrap();
        std::fs::write(folder.path().join(name).join("down.sql"), "SELECT 1;").unwrap();
    }
    let scan = limbeck_diesel::migrations::scan(folder.path(), &limbeck_core::script::Files::disk());
    let builder =
        scan.migrations.into_iter().fold(History::builder(), |builder, one| builder.foreign(Arc::new(one)));
    let own =
        |id: &str, parents: &str| Arc::from(format!("revision = \"{id}\"\ndown_revision = [{parents}]\n"));
    let history = builder
        .text(PathBuf::from("eeee.toml"), own("eeee", "\"1\""))
        .text(PathBuf::from("ffff.toml"), own("ffff", "\"eeee\", \"10\""))
        .build()
        .unwrap();
    let server = limbeck::server("sqlite").unwrap();
    let fault = Migrations::<SqliteConnection>::new(history, server, limbeck::settings()).err().unwrap();
    assert!(fault.to_string().contains("before `eeee`"), "{fault}");
}

#[test]
fn a_transaction_of_the_programs_own_is_left_alone_and_so_is_what_it_has_done() {
    let change =
        "\n[[upgrade]]\nalter_table = \"t\"\nactions = [{ alter_column = \"a\", type = \"integer\" }]\n";
    let files = [("aaaa", TABLES), ("bbbb", change)];
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(&files[..1])).unwrap();
    connection
        .transaction(|connection| {
            connection.batch_execute("INSERT INTO t (id, a) VALUES (1, '1')")?;
            let fault = connection.run_pending_migrations(migrations(&files)).unwrap_err();
            assert!(fault.to_string().contains("brings its own transaction"), "{fault}");
            QueryResult::Ok(())
        })
        .unwrap();
    assert_eq!(texts(&mut connection, "SELECT a AS text FROM t"), ["1"]);
    connection.run_pending_migrations(migrations(&files)).unwrap();
    assert_eq!(texts(&mut connection, "SELECT typeof(a) AS text FROM t"), ["integer"]);
}

#[test]
fn what_cannot_be_planned_is_told_before_anything_runs_and_only_when_something_is_pending() {
    let broken = "\n[[upgrade]]\ndrop_table = \"nowhere\"\n";
    let files =
        [("aaaa", TABLES), ("bbbb", "\n[[upgrade]]\nexecute = \"DELETE FROM t\"\n"), ("cccc", broken)];
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let fault = connection.run_pending_migrations(migrations(&files)).unwrap_err();
    assert!(fault.to_string().contains("nowhere"), "{fault}");
    assert_eq!(texts(&mut connection, "SELECT name AS text FROM sqlite_schema WHERE name = 't'"), [""; 0]);
    for version in ["000000_aaaa", "000001_bbbb", "000002_cccc"] {
        let row = format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')");
        connection.batch_execute(&row).unwrap();
    }
    assert_eq!(connection.run_pending_migrations(migrations(&files)).unwrap(), []);
}
