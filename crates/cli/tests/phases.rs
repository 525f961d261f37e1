//! The time between two phases, in which the old program and the new one are both at work.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "support/server.rs"]
mod server;

use std::fs;

use support::Session;

const OLD: &str = "INSERT INTO t (id, gone, kept) VALUES ";
const NEW: &str = "INSERT INTO t (id, comes) VALUES ";

/// Fails unless both programs can write rows between the phases, to a table one of whose columns goes that may not be empty.
fn both_programs_write(url: &str) {
    let mut session = Session::new();
    session.set("LIMBECK_URL", url);
    fs::create_dir(session.path().join("migrations")).unwrap();
    let config = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.sql\"\n";
    fs::write(session.path().join("limbeck.toml"), config).unwrap();
    let model = |columns: &str| {
        fs::write(session.path().join("schema.sql"), format!("CREATE TABLE t ({columns});")).unwrap();
    };
    let run = |line: &str| {
        let shown = session.run(line);
        assert!(shown.contains("\nexit: 0\n"), "{shown}");
    };
    let path = url.replace("sqlite:", &format!("sqlite:{}/", session.path().display()));
    let write = |sql: String| limbeck::connect(&path).unwrap().execute(&sql).unwrap();
    model("id INTEGER PRIMARY KEY, gone INTEGER NOT NULL, kept VARCHAR(9) NOT NULL DEFAULT 'x'");
    run("revision --autogenerate -m a --rev-id a");
    run("upgrade heads");
    write(format!("{OLD} (1, 1, 'old')"));
    model("id INTEGER PRIMARY KEY, comes INTEGER NOT NULL");
    run("revision --autogenerate -m b --rev-id b --phase both");
    let expands = fs::read_to_string(session.path().join("migrations/b_expand_b_expand.toml")).unwrap();
    assert!(expands.contains("{ alter_column = \"gone\", nullable = true }"), "{expands}");
    assert!(!expands.contains("kept"), "what has a default needs no value: {expands}");
    run("upgrade expand@head");
    write(format!("{OLD} (2, 2, 'old')"));
    write(format!("{NEW} (3, 3)"));
    write("UPDATE t SET comes = id".to_owned());
    run("upgrade contract@head");
    write(format!("{NEW} (4, 4)"));
    run("check");
    // The column comes back as it was when the first phase was done.
    run("downgrade -1");
    write(format!("{OLD} (5, 5, 'old')"));
}

#[test]
fn both_programs_write_on_sqlite() {
    both_programs_write("sqlite:app.db");
}

#[cfg(feature = "postgres")]
#[test]
fn both_programs_write_on_postgres() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", both_programs_write);
}

#[cfg(feature = "mysql")]
#[test]
fn both_programs_write_on_mariadb() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", both_programs_write);
}

/// Values that get another place wait for the second phase; new ones do not.
#[cfg(feature = "postgres")]
#[test]
fn new_values_do_not_wait_for_those_that_move() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| {
        let mut session = Session::new();
        session.set("LIMBECK_URL", url);
        fs::create_dir(session.path().join("migrations")).unwrap();
        let config = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.sql\"\n";
        fs::write(session.path().join("limbeck.toml"), config).unwrap();
        let model = |values: &str| {
            let sql = format!("CREATE TYPE e AS ENUM ({values}); CREATE TABLE t (id INT PRIMARY KEY, e e);");
            fs::write(session.path().join("schema.sql"), sql).unwrap();
        };
        let run = |line: &str| {
            let shown = session.run(line);
            assert!(shown.contains("\nexit: 0\n"), "{shown}");
        };
        let write = |sql: &str| limbeck::connect(url).unwrap().execute(sql).unwrap();
        model("'a', 'b', 'c'");
        run("revision --autogenerate -m a --rev-id a");
        run("upgrade heads");
        write("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        model("'b', 'a', 'new', 'c'");
        run("revision --autogenerate -m b --rev-id b --phase both");
        run("upgrade expand@head");
        write("INSERT INTO t VALUES (3, 'new')");
        run("upgrade contract@head");
        run("check");
        write("DELETE FROM t WHERE e = 'new'");
        run("downgrade base");
    });
}
