//! Diesel's harness runs histories of Limbeck's.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

#[path = "../examples/harness.rs"]
mod example;
mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use limbeck::core::graph::Target;
use limbeck::core::history::{History, HistoryBuilder};
use limbeck::core::migrator::Migrator;
use limbeck_diesel::harness::Migrations;

use support::texts;

/// A column is added, a table is made anew, and two branches come together.
const FILES: [(&str, &str); 5] = [
    (
        "aaaa",
        "create_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"text\" }]",
    ),
    ("bbbb", "alter_table = \"t\"\nactions = [{ add_column = \"b\", type = \"text\" }]"),
    ("cccc", "alter_table = \"t\"\nactions = [{ alter_column = \"a\", type = \"integer\" }]"),
    ("0000", "create_table = \"u\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]"),
    ("dddd", "create_table = \"v\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]"),
];

fn history(builder: HistoryBuilder, count: usize) -> History {
    let parents = ["", "\"aaaa\"", "\"bbbb\"", "\"aaaa\"", "\"cccc\", \"0000\""];
    let files = FILES.iter().zip(parents).take(count);
    let builder = files.fold(builder, |builder, ((id, body), parents)| {
        let text = format!("revision = \"{id}\"\ndown_revision = [{parents}]\n\n[[upgrade]]\n{body}\n");
        builder.text(PathBuf::from(format!("{id}.toml")), Arc::from(text))
    });
    builder.build().unwrap()
}

fn migrations(count: usize) -> Migrations<SqliteConnection> {
    let server = limbeck::server("sqlite").unwrap();
    Migrations::new(history(History::builder(), count), server, limbeck::settings()).unwrap()
}

fn heads(connection: &mut SqliteConnection) -> Vec<String> {
    texts(connection, "SELECT version_num AS text FROM limbeck_version ORDER BY 1")
}

/// Returns the tables as SQLite keeps them, but for how they are laid out.
fn schema(connection: &mut SqliteConnection) -> Vec<String> {
    let texts = texts(
        connection,
        "SELECT sql AS text FROM sqlite_schema WHERE name NOT LIKE '%limbeck%' AND name NOT LIKE '%diesel%' \
         AND sql IS NOT NULL ORDER BY name",
    );
    texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_example_runs() {
    example::main().unwrap();
}

#[test]
fn all_that_is_pending_is_run_and_undone_and_rows_stay() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(2)).unwrap();
    assert_eq!(heads(&mut connection), ["bbbb"]);
    connection.batch_execute("INSERT INTO t (id, a, b) VALUES (1, '5', 'x')").unwrap();
    let versions: Vec<String> =
        connection.run_pending_migrations(migrations(5)).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(versions, ["000001_0000", "000002_cccc", "000003_dddd"]);
    assert_eq!(heads(&mut connection), ["dddd"]);
    assert_eq!(texts(&mut connection, "SELECT typeof(a) || b AS text FROM t"), ["integerx"]);
    assert!(!connection.has_pending_migration(migrations(5)).unwrap());
    connection.revert_all_migrations(migrations(5)).unwrap();
    assert!(heads(&mut connection).is_empty() && schema(&mut connection).is_empty());
    connection.run_pending_migrations(migrations(5)).unwrap();
}

#[test]
fn the_schema_is_that_of_limbecks_own_run_and_each_goes_on_from_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let own = |name: &str, count: usize| {
        let history = history(History::builder(), count);
        let mut connection = limbeck::connect(&format!("sqlite:{}", path(name))).unwrap();
        Migrator::new(&history, &mut *connection, limbeck::settings()).upgrade(&Target::heads()).unwrap();
    };
    own("ours.db", 5);
    own("mixed.db", 2);
    let mut mixed = SqliteConnection::establish(&path("mixed.db")).unwrap();
    mixed.run_pending_migrations(migrations(4)).unwrap();
    assert_eq!(heads(&mut mixed), ["0000", "cccc"]);
    own("mixed.db", 5);
    mixed.run_pending_migrations(migrations(5)).unwrap();
    let mut ours = SqliteConnection::establish(&path("ours.db")).unwrap();
    assert_eq!(schema(&mut mixed), schema(&mut ours));
    assert!(!mixed.has_pending_migration(migrations(5)).unwrap());
}

#[test]
fn a_revision_that_fails_leaves_nothing_behind() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(2)).unwrap();
    let before = schema(&mut connection);
    connection.batch_execute("CREATE TABLE u (x)").unwrap();
    // The one that makes a table comes first, and finds it there.
    connection.run_pending_migrations(migrations(4)).unwrap_err();
    connection.batch_execute("DROP TABLE u").unwrap();
    assert_eq!((schema(&mut connection), heads(&mut connection)), (before, vec!["bbbb".to_owned()]));
    connection.run_pending_migrations(migrations(4)).unwrap();
}

#[test]
fn migrations_of_diesels_keep_their_versions_and_ours_follow_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path: PathBuf = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("2024-01-01-000000_first/up.sql", "CREATE TABLE first (id INTEGER PRIMARY KEY);");
    write("2024-01-01-000000_first/down.sql", "DROP TABLE first;");
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(FileBasedMigrations::from_path(folder.path()).unwrap()).unwrap();
    write("2024-02-01-000000_second/up.sql", "CREATE TABLE second (id INTEGER PRIMARY KEY);");
    let mixed = |folder: &Path| -> Migrations<SqliteConnection> {
        let scan = limbeck_diesel::migrations::scan(folder, &limbeck_core::script::Files::disk());
        let builder = scan
            .migrations
            .into_iter()
            .fold(History::builder(), |builder, one| builder.foreign(Arc::new(one)));
        let text = "revision = \"eeee\"\ndown_revision = \"20240101000000\"\n\n[[upgrade]]\nalter_table = \"first\"\nactions = [{ add_column = \"a\", type = \"text\" }]\n";
        let history = builder.text(PathBuf::from("eeee.toml"), Arc::from(text)).build().unwrap();
        Migrations::new(history, limbeck::server("sqlite").unwrap(), limbeck::settings()).unwrap()
    };
    // What Diesel has run is told to Limbeck once.
    connection
        .batch_execute(
            "CREATE TABLE limbeck_version (version_num VARCHAR(255) NOT NULL); INSERT INTO limbeck_version VALUES ('20240101000000')",
        )
        .unwrap();
    let ran = connection.run_pending_migrations(mixed(folder.path())).unwrap();
    let ran: Vec<String> = ran.iter().map(ToString::to_string).collect();
    assert_eq!(ran, ["20240101000000_000001_eeee", "20240201000000"]);
    assert_eq!(heads(&mut connection), ["20240201000000", "eeee"]);
}

#[test]
fn an_id_that_diesels_table_cannot_hold_is_refused() {
    let id = "x".repeat(50);
    let text = format!("revision = \"{id}\"\n");
    let history = History::builder().text(PathBuf::from("x.toml"), Arc::from(text)).build().unwrap();
    let server = limbeck::server("sqlite").unwrap();
    let fault = Migrations::<SqliteConnection>::new(history, server, limbeck::settings()).err().unwrap();
    assert!(fault.to_string().contains("too long for Diesel's table"), "{fault}");
}

/// Counts what an open transaction would hide.
#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[test]
fn the_log_has_a_row_a_step() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    connection.run_pending_migrations(migrations(5)).unwrap();
    let rows: Vec<Count> =
        diesel::sql_query("SELECT count(*) AS count FROM limbeck_log WHERE outcome = 'done'")
            .load(&mut connection)
            .unwrap();
    assert_eq!(rows[0].count, 5);
}
