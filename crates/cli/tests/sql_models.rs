//! Models that are written as statements.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;

use support::Session;

fn project() -> Session {
    let session = Session::new();
    fs::create_dir(session.path().join("migrations")).unwrap();
    fs::write(session.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    session
}

/// Returns what comes of a model that nothing was before.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn anew(server: &str, sql: &str) -> String {
    let session = project();
    fs::write(session.path().join("m.sql"), sql).unwrap();
    session.run(&format!("diff base m.sql --server {server}"))
}

#[cfg(all(feature = "postgres", feature = "mysql"))]
#[test]
fn a_word_that_is_no_type_is_told_of_with_its_place() {
    for (server, ty, meant) in [
        ("postgres:15", "INTT", "`int` is one; one of your own is written in quotes: `\"intt\"`"),
        ("postgres:15", "datetime", "`timestamp` is one"),
        ("postgres:15", "varchr(9)[]", "`varchar` is one"),
        ("mariadb:10.11", "INTT", "`int` is one"),
        ("mysql:8.0", "qqq", "mysql comes with no type of that name"),
    ] {
        let shown = anew(server, &format!("CREATE TABLE t (a {ty});"));
        let is_told = shown.contains("error[L0207]: unknown type")
            && shown.contains("m.sql:1:19")
            && shown.contains(meant);
        assert!(is_told, "{server}: {shown}");
    }
    for ty in
        ["citext", "\"intt\"", "mine.intt", "vector(3)", "geometry(point, 4326)", "hstore[]", "tsvector"]
    {
        let shown = anew("postgres:15", &format!("CREATE TABLE t (a {ty});"));
        assert!(shown.contains("exit: 3"), "{ty}: {shown}");
    }
}

#[test]
fn a_type_that_the_history_has_is_one() {
    let session = project();
    let history = "revision = \"aa\"\n[[upgrade]]\nexecute = \"CREATE DOMAIN datess AS date\"\ndialects = [\"postgres\"]\n\
        [[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"a\", type = { native = \"textt\" } }]\n";
    fs::write(session.path().join("migrations/aa.toml"), history).unwrap();
    fs::write(session.path().join("m.sql"), "CREATE TABLE t (a textt, b dates, c datess);").unwrap();
    let shown = session.run("diff heads m.sql --server postgres:15");
    assert!(shown.contains("unknown type `dates`") && shown.matches("error[").count() == 1, "{shown}");
}

#[test]
fn what_a_foreign_key_points_at_is_there_or_not_compared() {
    let session = project();
    let write = |name: &str, text: &str| fs::write(session.path().join(name), text).unwrap();
    write(
        "m.sql",
        "CREATE TABLE account (id INTEGER PRIMARY KEY);\nCREATE TABLE t (a INTEGER REFERENCES acount (id), b INTEGER REFERENCES account (idd), c INTEGER REFERENCES account (id));",
    );
    let shown = session.run("diff base m.sql --server sqlite");
    assert!(shown.contains("error[L0102]: a foreign key of table `t` points at table `acount`"), "{shown}");
    assert!(shown.contains("m.sql:2:38") && shown.contains("`account`"), "{shown}");
    assert!(shown.contains("error[L0104]: a foreign key of table `t` points at column `idd`"), "{shown}");
    assert!(shown.matches("error[").count() == 2, "{shown}");
    let model = "[[table]]\nname = \"t\"\ncolumns = [{ name = \"a\", type = \"integer\", references = \"acount.id\" }]\n";
    write("m.toml", model);
    let shown = session.run("diff base m.toml --server sqlite");
    assert!(shown.contains("error[L0102]") && shown.contains("m.toml:2:1"), "{shown}");
    write(
        "limbeck.toml",
        "[migrations]\nlocations = [\"migrations\"]\n[autogenerate]\nexclude = [\"acount\"]\n",
    );
    let shown = session.run("diff base m.toml --server sqlite");
    assert!(shown.contains("exit: 3"), "{shown}");
}

#[test]
fn what_a_model_does_not_hold_is_passed_over_with_a_warning() {
    let session = project();
    let model = "PRAGMA foreign_keys = OFF; BEGIN; CREATE TABLE t (a INTEGER);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (2);\n\
        CREATE TEMP TABLE u (a); COMMIT;";
    fs::write(session.path().join("m.sql"), model).unwrap();
    let shown =
        session.run("revision --server sqlite --autogenerate --offline -m x --rev-id aa --model m.sql");
    assert!(shown.contains("exit: 0") && shown.matches("warning[").count() == 2, "{shown}");
    assert!(
        shown.contains("what `INSERT` does: the statement is passed over, and another one of its kind"),
        "{shown}"
    );
    assert!(shown.contains("m.sql:2:1") && shown.contains("what `CREATE TEMP` does"), "{shown}");
}

#[test]
fn a_name_in_another_letter_case_is_the_same_name() {
    let session = project();
    let write = |name: &str, text: &str| fs::write(session.path().join(name), text).unwrap();
    let model = |table: &str, column: &str| {
        format!(
            "CREATE TABLE {table} (id INTEGER PRIMARY KEY, {column} INT CHECK ({column} > 0), \"Quoted\" INT, CHECK (\"Quoted\" <> 'X'));\n\
             CREATE INDEX ix_{column} ON {table} ({column}) WHERE {column} > 1;\n\
             CREATE TABLE other (x INTEGER REFERENCES {table} (id));\n\
             CREATE VIEW v AS SELECT {column} AS shown FROM {table};\n"
        )
    };
    let run = |line: &str| {
        let shown = session.run(&format!("--url sqlite:x.db {line}"));
        assert!(shown.contains("\nexit: 0\n"), "{shown}");
        shown
    };
    write("m.sql", &model("account", "size"));
    run("revision --autogenerate -m one --rev-id aa --model m.sql");
    run("upgrade heads");
    let database = format!("sqlite:{}", session.path().join("x.db").display());
    limbeck::connect(&database).unwrap().execute("INSERT INTO account VALUES (1, 7, 2)").unwrap();
    write("m.sql", &model("Account", "Size"));
    run("revision --autogenerate -m two --rev-id bb --model m.sql");
    let text = fs::read_to_string(session.path().join("migrations/bb_two.toml")).unwrap();
    assert!(text.contains("rename_table") && text.contains("rename_column"), "{text}");
    assert!(
        !text.contains("table = \"other\"") && !text.contains("add_") && !text.contains("index"),
        "{text}"
    );
    run("upgrade heads");
    let shown = run("revision --autogenerate -m three --model m.sql");
    assert!(shown.contains("no revision is written") && !shown.contains("warning"), "{shown}");
    run("check");
    let rows = limbeck::connect(&database).unwrap().query("SELECT Size FROM Account").unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    run("downgrade -1");
    run("check");
    write("m.sql", "CREATE TABLE t (a INT, A INT);\nCREATE TABLE T (b INT);\n");
    let shown = session.run("diff base m.sql --server sqlite");
    assert!(
        shown.contains("error[L0103]") && shown.contains("error[L0105]") && shown.contains("m.sql:2:1"),
        "{shown}"
    );
}
