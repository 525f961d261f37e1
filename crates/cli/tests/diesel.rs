//! Diesel projects: `schema.rs` as a model, and printed as Diesel's command line prints it.
//!
//! `fixtures/diesel/*.rs` is what `diesel print-schema` of diesel_cli 2.3.14 wrote for the databases of `*.sql`.

#![cfg(feature = "diesel")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

#[path = "support/page.rs"]
mod page;

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "support/server.rs"]
mod server;

use std::fs;
use std::path::Path;

use support::Session;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/diesel").join(name);
    fs::read_to_string(path).unwrap()
}

/// Returns what is printed for the text of Diesel's command line: all of it but the name of the tool, and that the number of
/// a row of SQLite is never NULL.
fn ours(name: &str) -> String {
    let text = fixture(name).replace("by Diesel CLI.", "by Limbeck.");
    match name {
        "sqlite.rs" => {
            text.replace("id -> Nullable<Integer>,\n        email", "id -> Integer,\n        email")
        }
        _ => text,
    }
}

fn session(url: &str) -> Session {
    let mut session = Session::new();
    session.set("LIMBECK_URL", url);
    fs::create_dir(session.path().join("migrations")).unwrap();
    fs::write(session.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    session
}

/// Runs a line, which must work, and returns its output as it stands in a file.
fn output(session: &Session, line: &str) -> String {
    let shown = session.run(line);
    assert!(shown.contains("\nexit: 0\n"), "{shown}");
    shown
}

/// Makes the database of a fixture, and compares what is printed of it, from it and from a history that makes it.
fn is_printed_as_by_diesel(url: &str, name: &str) {
    let session = session(url);
    let text = fixture(&format!("{name}.sql"));
    let mut connection =
        limbeck::connect(&url.replace("sqlite:", &format!("sqlite:{}/", session.path().display()))).unwrap();
    for statement in text.split(";\n").filter(|one| !one.trim().is_empty()) {
        connection.execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    let wanted = ours(&format!("{name}.rs"));
    let shown = output(&session, "print-schema");
    assert!(shown.contains(&wanted), "{shown}");
    fs::write(session.path().join("schema.rs"), &wanted).unwrap();
    let shown = output(&session, "diff database schema.rs");
    assert!(!shown.contains("[["), "{shown}");
    if name == "postgres" {
        let shown = output(&session, "print-schema --schema other");
        assert!(shown.contains(&ours("postgres_other.rs")), "{shown}");
    }
    let header = "-- revision = \"aaaa\"\n\n-- limbeck:upgrade\n";
    fs::write(session.path().join("migrations/aaaa.sql"), format!("{header}{text}")).unwrap();
    // The scheme of the URL does not tell MariaDB from MySQL.
    let offline = if name == "mysql" { "--offline --server mariadb:10.11" } else { "--offline" };
    let shown = output(&session, &format!("print-schema {offline}"));
    assert!(shown.contains(&wanted), "{shown}");
    output(&session, &format!("check {offline} --model schema.rs"));
    // What Diesel's own command line wrote is the same model.
    fs::write(session.path().join("schema.rs"), fixture(&format!("{name}.rs"))).unwrap();
    output(&session, &format!("check {offline} --model schema.rs"));
}

#[test]
fn the_page_on_diesel_shows_what_happens() {
    page::check("diesel.md");
}

#[test]
fn a_sqlite_database_is_printed_as_by_diesel() {
    is_printed_as_by_diesel("sqlite:shop.db", "sqlite");
}

#[cfg(feature = "postgres")]
#[test]
fn a_postgres_database_is_printed_as_by_diesel() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| is_printed_as_by_diesel(url, "postgres"));
}

#[cfg(feature = "mysql")]
#[test]
fn a_mariadb_database_is_printed_as_by_diesel() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", |url| is_printed_as_by_diesel(url, "mysql"));
}

#[test]
fn a_file_that_declares_no_table_is_no_model_of_an_empty_schema() {
    let session = session("sqlite:shop.db");
    let write = |name: &str, text: &str| fs::write(session.path().join(name), text).unwrap();
    write(
        "migrations/aaaa.toml",
        "revision = \"aaaa\"\n\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]\n",
    );
    fs::create_dir(session.path().join("src")).unwrap();
    write("src/main.rs", "mod schema;\nfn main() {}\n");
    write("src/schema.rs", "diesel::table! { t (id) { id -> Integer, } }\n");
    output(&session, "check --offline --model src/schema.rs");
    output(&session, "check --offline --model src");
    let shown = session.run("check --offline --model src/main.rs");
    assert!(
        shown.contains("`mod schema;` stands in another file") && shown.contains("src/main.rs:1:1"),
        "{shown}"
    );
    write("src/schema.rs", "// The tables are gone.\nfn main() {}\n");
    let shown = session.run("check --offline --model src");
    assert!(shown.contains("declares no table") && shown.contains("exit: 1"), "{shown}");
}

#[test]
fn a_folder_of_diesel_is_a_history_that_goes_up_and_down_and_on() {
    let session = session("sqlite:shop.db");
    let write = |name: &str, text: &str| {
        let path = session.path().join("migrations").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "2024-01-01-000000_posts/up.sql",
        "CREATE TABLE posts (id INTEGER NOT NULL PRIMARY KEY, title TEXT);\n",
    );
    write("2024-01-01-000000_posts/down.sql", "DROP TABLE posts;\n");
    write("2024-02-01-000000_body/up.sql", "-- More of it.\nALTER TABLE posts ADD COLUMN body TEXT;\n");
    write("2024-02-01-000000_body/down.sql", "ALTER TABLE posts DROP COLUMN body;\n");
    write("2024-02-01-000000_body/metadata.toml", "run_in_transaction = false\n");
    write(
        "own.toml",
        "revision = \"aaaa\"\ndown_revision = \"20240201000000\"\n\n[[upgrade]]\nalter_table = \"posts\"\nactions = [{ add_column = \"seen\", type = \"date\" }]\n",
    );
    let shown = output(&session, "history");
    assert!(
        shown.contains("o  aaaa (head)\no  20240201000000, body\no  20240101000000 (base), posts\n"),
        "{shown}"
    );
    output(&session, "upgrade heads");
    output(&session, "check");
    let shown = output(&session, "print-schema");
    assert!(shown.contains("body -> Nullable<Text>") && shown.contains("seen -> Nullable<Date>"), "{shown}");
    output(&session, "downgrade base");
    assert!(!output(&session, "print-schema").contains("table!"));
    write("2024-03-01-000000_broken/up.sql", "");
    let shown = session.run("upgrade heads");
    assert!(shown.contains("exit: 1") && shown.contains("2024-03-01-000000_broken/up.sql"), "{shown}");
}
