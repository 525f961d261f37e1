//! Scripts and revisions that find in the database what their history does not say, on every kind of database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::Path;

use limbeck::config::Config;
use limbeck::core::diagnostic::Code;
use limbeck::core::migrator::Purge;
use limbeck::prelude::*;
use limbeck::project::Project;
use limbeck_core::name::TableName;
use limbeck_tests::{BACKENDS, Backend, Scratch};

/// Returns the history of Alembic scripts that ask what the database holds.
fn guarded() -> Project {
    let from =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/alembic/guarded").canonicalize().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let ini = directory.path().join("alembic.ini");
    fs::write(&ini, format!("[alembic]\nscript_location = {}\n", from.display())).unwrap();
    let project = Project::open(Config::load(&ini, &|_| None).unwrap()).unwrap();
    // Scripts are read where they are; the configuration is read already.
    drop(directory);
    project
}

fn run(scratch: &mut Scratch, history: &History, target: &str) -> Result<Outcome, Diagnostics> {
    let settings =
        Settings { version_table: TableName::parse("alembic_version").unwrap(), ..limbeck::settings() };
    let mut migrator = Migrator::new(history, &mut *scratch.connection, settings);
    let goal = target.parse().unwrap();
    if target == "base" { migrator.downgrade(&goal) } else { migrator.upgrade(&goal) }
}

fn execute(scratch: &mut Scratch, sql: &str) {
    scratch.connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// Returns the names of all tables, of the columns of `account`, and of indexes that are no key's.
fn shape(scratch: &mut Scratch) -> String {
    let schema = scratch.connection.reflect(None).unwrap();
    let mut names = Vec::new();
    for (name, table) in &schema.tables {
        let own = name.name.as_str();
        if own.starts_with("limbeck") || own == "alembic_version" {
            continue;
        }
        names.push(own.to_owned());
        names.extend(
            table.indexes.iter().map(|index| index.name.to_string()).filter(|name| name.starts_with("ix_")),
        );
        let columns = table.columns.iter().filter(|_| own == "account");
        names.extend(columns.map(|column| format!("account.{}", column.name)));
    }
    names.sort_unstable();
    names.join(" ")
}

const GUARDS: &str = "account account.email account.id account.nickname ix_tag_name order tag";

#[test]
fn guards_are_told_where_history_and_database_say_the_same() {
    let project = guarded();
    for backend in BACKENDS {
        let Some(mut scratch) = (backend.open)() else { continue };
        run(&mut scratch, project.history(), "reflected")
            .unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        assert_eq!(shape(&mut scratch), GUARDS, "{}", backend.name);
        let rows = scratch.connection.query("SELECT name FROM tag").unwrap();
        assert_eq!(rows[0][0].as_text(), Some("id, name"), "{}", backend.name);
        run(&mut scratch, project.history(), "base")
            .unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        assert_eq!(shape(&mut scratch), "", "{}", backend.name);
    }
}

#[test]
fn a_database_that_is_not_what_the_history_says_is_asked_and_leads_back_to_it() {
    let project = guarded();
    for backend in BACKENDS {
        let Some(mut scratch) = (backend.open)() else { continue };
        run(&mut scratch, project.history(), "first").unwrap();
        execute(&mut scratch, "CREATE TABLE tag (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(20))");
        execute(&mut scratch, "ALTER TABLE account ADD COLUMN nickname VARCHAR(20)");
        execute(&mut scratch, &drop_index(backend, "ix_order_state", "order"));
        if backend.name == "mysql" {
            // Where each statement commits by itself, what could not be finished is not begun.
            let before = shape(&mut scratch);
            let fault = run(&mut scratch, project.history(), "reflected").unwrap_err();
            assert_eq!(fault.first().code, Code::Unsupported, "{fault}");
            assert_eq!(shape(&mut scratch), before);
            continue;
        }
        run(&mut scratch, project.history(), "reflected")
            .unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        assert_eq!(shape(&mut scratch), GUARDS, "{}", backend.name);
        run(&mut scratch, project.history(), "base")
            .unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        assert_eq!(shape(&mut scratch), "", "{}", backend.name);
    }
}

fn drop_index(backend: &Backend, index: &str, table: &str) -> String {
    match backend.name {
        "mysql" => format!("DROP INDEX {index} ON \"{table}\""),
        _ => format!("DROP INDEX {index}"),
    }
}

#[test]
fn what_may_have_been_made_is_not_taken_for_missing_and_is_seen_once_the_database_is_there() {
    let project = guarded();
    for backend in BACKENDS {
        let Some(mut scratch) = (backend.open)() else { continue };
        let fault = run(&mut scratch, project.history(), "behind").unwrap_err();
        assert_eq!(fault.first().code, Code::Untold, "{}: {fault}", backend.name);
        assert_eq!(shape(&mut scratch), "", "{}", backend.name);
        run(&mut scratch, project.history(), "unread").unwrap();
        run(&mut scratch, project.history(), "behind")
            .unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        let expected = "account account.email account.id account.nickname beside ix_account_nickname ix_tag_name made order tag";
        assert_eq!(shape(&mut scratch), expected, "{}", backend.name);
    }
}

/// A table, something that is not told, and a change to what that has left.
const UNTOLD: [(&str, &str); 3] = [
    (
        "a.toml",
        "revision = \"a\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
         { name = \"old\", type = \"text\" }]\n",
    ),
    ("b.toml", "revision = \"b\"\ndown_revision = \"a\"\n[[upgrade]]\nuntold = \"it reads rows\"\n"),
    (
        "c.toml",
        "revision = \"c\"\ndown_revision = \"b\"\n[[upgrade]]\nalter_table = \"t\"\nactions = [\n    \
         { add_column = \"old\", type = \"integer\" },\n    { drop_index = \"ix_new\" },\n    { drop_column = \"new\" },\n]\n\
         [[upgrade]]\nalter_table = \"made\"\nactions = [{ add_column = \"more\", type = \"integer\" }]\n",
    ),
];

#[test]
fn behind_what_is_not_told_a_table_is_altered_as_the_database_has_it() {
    let folder = tempfile::tempdir().unwrap();
    UNTOLD.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).unwrap());
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    for backend in BACKENDS {
        let Some(mut scratch) = (backend.open)() else { continue };
        run(&mut scratch, &history, "a").unwrap();
        assert_eq!(run(&mut scratch, &history, "b").unwrap_err().first().code, Code::Untold);
        for sql in [
            "ALTER TABLE t DROP COLUMN old",
            "ALTER TABLE t ADD COLUMN new INTEGER",
            "CREATE INDEX ix_new ON t (new)",
            "CREATE TABLE made (id INTEGER)",
        ] {
            execute(&mut scratch, sql);
        }
        let settings =
            Settings { version_table: TableName::parse("alembic_version").unwrap(), ..limbeck::settings() };
        Migrator::new(&history, &mut *scratch.connection, settings)
            .stamp(&["b".parse().unwrap()], Purge::Keep)
            .unwrap();
        run(&mut scratch, &history, "c").unwrap_or_else(|faults| panic!("{}: {faults}", backend.name));
        let schema = scratch.connection.reflect(None).unwrap();
        let columns = |table: &str| {
            let table = schema.tables.iter().find(|(name, _)| name.name.as_str() == table).unwrap().1;
            table.columns.iter().map(|column| column.name.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            (columns("t").as_str(), columns("made").as_str()),
            ("id old", "id more"),
            "{}",
            backend.name
        );
    }
}
