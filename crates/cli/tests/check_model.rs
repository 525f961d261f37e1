//! What `check` says of a model: whatever the heads are, and the same as autogenerate.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

#[cfg(feature = "mysql")]
#[path = "support/server.rs"]
mod server;

use std::fs;

use support::Session;

/// Starts a project on a database, whose model is `schema.sql`.
fn session(url: &str) -> Session {
    let mut session = Session::new();
    session.set("LIMBECK_URL", url);
    fs::create_dir(session.path().join("migrations")).unwrap();
    write(&session, "limbeck.toml", "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.sql\"\n");
    session
}

fn write(session: &Session, name: &str, text: &str) {
    fs::write(session.path().join(name), text).unwrap();
}

/// Runs what must work, and returns what it shows.
fn run(session: &Session, line: &str) -> String {
    let shown = session.run(line);
    assert!(shown.contains("\nexit: 0\n"), "{shown}");
    shown
}

/// Fails unless `check` tells of all these and of nothing else.
fn tells(session: &Session, line: &str, told: &[&str]) {
    let shown = session.run(line);
    let found = shown.matches("warning[").count();
    let is_told = told.iter().all(|told| shown.contains(told));
    assert!(shown.contains("\nexit: 3\n") && is_told && found == told.len(), "{shown}");
}

#[test]
fn with_no_revision_the_whole_model_is_missing() {
    let session = session("sqlite:app.db");
    write(&session, "schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);");
    let missing = ["the model has changes that no revision makes: create table `t`"];
    tells(&session, "check --offline", &missing);
    write(&session, "app.db", "");
    tells(&session, "check", &missing);
}

#[test]
fn the_heads_of_the_two_phases_are_no_fault_and_the_model_is_compared_with_both() {
    let session = session("sqlite:app.db");
    write(&session, "schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, old TEXT);");
    run(&session, "revision --autogenerate -m a --rev-id a");
    run(&session, "upgrade heads");
    let parted = "CREATE TABLE t (id INTEGER PRIMARY KEY, new INTEGER NOT NULL);";
    write(&session, "schema.sql", parted);
    run(&session, "revision --autogenerate -m b --rev-id b --phase both");
    run(&session, "check --offline");
    run(&session, "upgrade heads");
    run(&session, "check");
    write(&session, "schema.sql", &format!("{parted}\nCREATE TABLE other (id INTEGER PRIMARY KEY);"));
    let missing = "the model has changes that no revision makes: create table `other`\n";
    tells(&session, "check", &[missing]);
    assert!(session.run("check").contains("--phase both"));
    // A third one is of neither branch, or of one of them a second time.
    run(&session, "revision -m third --rev-id third --head a --splice");
    tells(&session, "check --offline", &["the history has 3 heads", missing]);
    fs::remove_file(session.path().join("migrations/third_third.toml")).unwrap();
    run(&session, "revision --autogenerate -m c --rev-id c --phase both");
    run(&session, "check --offline");
}

#[test]
fn with_several_heads_the_model_is_compared_unless_they_clash() {
    let session = session("sqlite:app.db");
    write(&session, "schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY);");
    run(&session, "revision --autogenerate -m a --rev-id a");
    for id in ["b", "c"] {
        run(&session, &format!("revision -m {id} --rev-id {id} --head a --splice"));
    }
    write(&session, "schema.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);");
    let heads = "the history has 2 heads";
    tells(&session, "check --offline", &[heads, "the model has changes that no revision makes"]);
    for (id, ty) in [("b", "text"), ("c", "integer")] {
        let path = format!("migrations/{id}_{id}.toml");
        let header = format!("revision = \"{id}\"\ndown_revision = \"a\"\nmessage = \"{id}\"\n");
        let action = format!("actions = [{{ add_column = \"x\", type = \"{ty}\" }}]\n");
        write(&session, &path, &format!("{header}\n[[upgrade]]\nalter_table = \"t\"\n{action}"));
    }
    tells(&session, "check --offline", &[heads, "`b` and `c` are in conflict at column `t.x`"]);
}

/// MariaDB keeps a default as it writes it.
#[cfg(feature = "mysql")]
#[test]
fn a_database_is_asked_how_it_writes_what_the_model_says() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", |url| {
        let session = session(url);
        let model = |x: &str, y: &str| {
            let columns = format!("id INT PRIMARY KEY, x TIME DEFAULT {x}, y DATE DEFAULT {y}");
            write(&session, "schema.sql", &format!("CREATE TABLE t ({columns});"));
        };
        model("'1:00'", "'2020-01-01'");
        run(&session, "revision --autogenerate -m a --rev-id a");
        run(&session, "upgrade heads");
        model("'01:00:00'", "DATE'2020-01-01'");
        assert!(run(&session, "revision --autogenerate -m b").contains("no revision is written"));
        run(&session, "check");
        model("'01:00:01'", "DATE'2020-01-01'");
        tells(&session, "check", &["alter table `t`: alter column `x`\n"]);
    });
}
