//! Revisions run on a connection of the program's, inside its transaction, which is left to the program.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;
#[path = "support/switches.rs"]
mod switches;

use std::path::PathBuf;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use limbeck::core::graph::Target;
use limbeck::core::history::History;
use limbeck::core::migrator::{Guest, Migrator as OwnMigrator};
use limbeck_diesel::harness::{Fault, Migrator};

use support::texts;
use switches::switches;

/// Two tables, and changes that go each of the ways of SQLite: a column that is added, a text that is edited, a table made anew.
const FILES: [(&str, &str); 5] = [
    (
        "aaaa",
        "create_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"text\" }]",
    ),
    (
        "bbbb",
        "create_table = \"c\"\ncolumns = [{ name = \"t_id\", type = \"integer\", primary_key = true, references = \"t.id\" }]",
    ),
    ("cccc", "alter_table = \"t\"\nactions = [{ add_column = \"b\", type = \"text\" }]"),
    ("dddd", "alter_table = \"t\"\nactions = [{ alter_column = \"a\", nullable = false }]"),
    ("eeee", "alter_table = \"t\"\nactions = [{ alter_column = \"a\", type = \"integer\" }]"),
];

fn history(count: usize) -> History {
    let mut parent = String::new();
    let builder = FILES.iter().take(count).fold(History::builder(), |builder, (id, body)| {
        let text = format!("revision = \"{id}\"\ndown_revision = [{parent}]\n\n[[upgrade]]\n{body}\n");
        parent = format!("\"{id}\"");
        builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
    });
    builder.build().unwrap()
}

fn guest(count: usize) -> Guest {
    let (dialect, server) = limbeck::server("sqlite").unwrap();
    Guest::new(history(count), dialect, server, limbeck::settings()).unwrap()
}

fn heads() -> Target {
    Target::heads()
}

/// Returns all that SQLite keeps of the schema, but for how it is laid out and where it stands.
fn schema(connection: &mut SqliteConnection) -> Vec<String> {
    let all = "SELECT sql AS text FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let texts = texts(connection, all);
    texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Opens a database without enforcement of foreign keys, which SQLite has when it is not built otherwise.
fn open(path: &str) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(path).unwrap();
    connection.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    connection
}

/// Returns a database at a revision, with rows.
fn at(count: usize) -> SqliteConnection {
    let mut connection = open(":memory:");
    Migrator::new(&guest(count), &mut connection).upgrade(&heads()).unwrap();
    connection.batch_execute("INSERT INTO t (id, a) VALUES (1, '5'), (2, '6')").unwrap();
    connection
}

#[test]
fn what_the_program_rolls_back_was_never_there() {
    let mut connection = open(":memory:");
    let rolled_back = connection.transaction(|connection| {
        connection.batch_execute("CREATE TABLE own (id INTEGER)")?;
        let ran = Migrator::new(&guest(5), connection).upgrade(&heads()).unwrap();
        assert_eq!(ran.len(), 5);
        assert_eq!(Migrator::new(&guest(5), connection).current().unwrap().to_string(), "eeee");
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    assert_eq!(rolled_back, Err(diesel::result::Error::RollbackTransaction));
    assert!(schema(&mut connection).is_empty(), "{:?}", schema(&mut connection));
    assert!(Migrator::new(&guest(5), &mut connection).current().unwrap().is_empty());
    assert!(schema(&mut connection).is_empty(), "to ask makes nothing");
}

#[test]
fn what_the_program_commits_is_there_as_limbecks_own_run_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let history = history(5);
    let mut own = limbeck::connect(&format!("sqlite:{}", path("own.db"))).unwrap();
    OwnMigrator::new(&history, &mut *own, limbeck::settings()).upgrade(&heads()).unwrap();
    let mut own = SqliteConnection::establish(&path("own.db")).unwrap();

    let mut connection = open(&path("borrowed.db"));
    Migrator::new(&guest(2), &mut connection).upgrade(&heads()).unwrap();
    connection
        .transaction(|connection| {
            connection.batch_execute("INSERT INTO t (id, a) VALUES (1, '5')")?;
            let ran = Migrator::new(&guest(5), connection).upgrade(&heads()).unwrap();
            assert_eq!(ran.iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["cccc", "dddd", "eeee"]);
            connection.batch_execute("INSERT INTO t (id, a, b) VALUES (2, 7, 'x')")
        })
        .unwrap();
    assert_eq!(schema(&mut connection), schema(&mut own));
    assert_eq!(
        texts(&mut connection, "SELECT typeof(a) || a AS text FROM t ORDER BY id"),
        ["integer5", "integer7"]
    );
    assert!(Migrator::new(&guest(5), &mut connection).upgrade(&heads()).unwrap().is_empty());
    let done = "SELECT revision || direction AS text FROM limbeck_log WHERE outcome = 'done' ORDER BY id";
    assert_eq!(texts(&mut connection, done), texts(&mut own, done));

    Migrator::new(&guest(5), &mut connection).downgrade(&"bbbb".parse().unwrap()).unwrap();
    assert_eq!(
        texts(&mut connection, "SELECT typeof(a) || a AS text FROM t ORDER BY id"),
        ["text5", "text7"]
    );
    Migrator::new(&guest(5), &mut connection).downgrade(&Target::base()).unwrap();
    assert_eq!(
        texts(&mut connection, "SELECT name AS text FROM sqlite_schema WHERE name IN ('t', 'c')"),
        [""; 0]
    );
}

#[test]
fn a_run_that_fails_leaves_the_transaction_as_it_was_before_and_usable() {
    let mut connection = at(2);
    let before = (schema(&mut connection), switches(&mut connection));
    connection
        .transaction(|connection| {
            connection.batch_execute("INSERT INTO t (id) VALUES (3)")?;
            // `dddd` finds that row, after `cccc` has run.
            let fault = Migrator::new(&guest(5), connection).upgrade(&heads()).unwrap_err();
            assert!(
                matches!(&fault, Fault::Statement { revision, .. } if revision.as_str() == "dddd"),
                "{fault}"
            );
            assert_eq!((schema(connection), switches(connection)), before);
            connection.batch_execute("UPDATE t SET a = '9' WHERE a IS NULL")
        })
        .unwrap();
    assert_eq!(texts(&mut connection, "SELECT a AS text FROM t ORDER BY id"), ["5", "6", "9"]);
    assert_eq!(Migrator::new(&guest(5), &mut connection).current().unwrap().to_string(), "bbbb");
    Migrator::new(&guest(5), &mut connection).upgrade(&heads()).unwrap();
    assert_eq!(switches(&mut connection), before.1);
}

#[test]
fn what_wants_foreign_keys_switched_off_is_refused_before_anything_runs_where_they_are_enforced() {
    let mut connection = at(2);
    connection.batch_execute("PRAGMA foreign_keys = ON; INSERT INTO c (t_id) VALUES (1)").unwrap();
    let before = (schema(&mut connection), switches(&mut connection));
    let fault = Migrator::new(&guest(5), &mut connection).upgrade(&heads()).unwrap_err();
    let Fault::Refused(faults) = &fault else { panic!("{fault}") };
    let fault = faults.first();
    assert!(fault.message.starts_with("revision `eeee` cannot run inside a transaction"), "{fault}");
    assert_eq!(fault.places[0].path, PathBuf::from("eeee.toml"));
    assert_eq!((schema(&mut connection), switches(&mut connection)), before);
    // Those before it can be run.
    Migrator::new(&guest(5), &mut connection).upgrade(&"dddd".parse().unwrap()).unwrap();
    assert_eq!(texts(&mut connection, "SELECT count(*) || '' AS text FROM c"), ["1"]);
    connection.batch_execute("PRAGMA foreign_keys = OFF").unwrap();
    Migrator::new(&guest(5), &mut connection).upgrade(&heads()).unwrap();
    assert_eq!(texts(&mut connection, "SELECT count(*) || '' AS text FROM c"), ["1"]);
}

#[test]
fn nothing_is_run_behind_a_revision_that_was_broken_off() {
    let mut connection = at(2);
    connection
        .batch_execute(
            "INSERT INTO limbeck_log (revision, direction, started_at, outcome, tool_version, statements_done, \
             statements_total) VALUES ('cccc', 'upgrade', 'then', 'running', '1', 1, 3)",
        )
        .unwrap();
    let fault = Migrator::new(&guest(5), &mut connection).upgrade(&heads()).unwrap_err();
    assert!(fault.to_string().contains("was broken off after 1 of 3 statements"), "{fault}");
}
