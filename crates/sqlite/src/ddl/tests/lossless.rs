//! Every text is read and printed back byte for byte, and each node stands within the one around it.

use super::texts::{ODD, stored};
use crate::ddl::oracle::covered;
use crate::ddl::parse::parse;

#[test]
fn each_text_prints_as_it_was_and_its_nodes_nest() {
    let texts = stored().into_iter().map(|(_, sql)| sql).chain(ODD.map(str::to_owned));
    for sql in texts {
        let tree = parse(&sql).unwrap_or_else(|why| panic!("{sql}: {why}"));
        covered(&tree, &sql);
    }
}

#[test]
fn what_sqlite_does_not_take_is_refused() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    for sql in [
        "",
        "CREATE",
        "CREATE TABLE t",
        "CREATE TABLE t()",
        "CREATE TABLE if (a)",
        "CREATE TABLE t(a window b AS (1))",
        "CREATE VIEW if AS SELECT 1",
        "CREATE TABLE t(a INT(1_0))",
        "CREATE TABLE t(a,)",
        "CREATE TABLE t(a,,b)",
        "CREATE TABLE t(a b c) d",
        "CREATE TABLE t(select)",
        "CREATE TABLE t(a INT()",
        "CREATE TABLE t(a INT())",
        "CREATE TABLE t(a INT(x))",
        "CREATE TABLE t(a INT(1, 2, 3))",
        "CREATE TABLE t(a left)",
        "CREATE TABLE t(a, CHECK (a) b)",
        "CREATE TABLE t(CHECK (1))",
        "CREATE TABLE t(a CHECK)",
        "CREATE TABLE t(a CHECK ())",
        "CREATE TABLE t(a CHECK (1) ON CONFLICT ABORT)",
        "CREATE TABLE t(a DEFAULT)",
        "CREATE TABLE t(a DEFAULT 1 + 2)",
        "CREATE TABLE t(a DEFAULT -x)",
        "CREATE TABLE t(a DEFAULT select)",
        "CREATE TABLE t(a NOT)",
        "CREATE TABLE t(a PRIMARY)",
        "CREATE TABLE t(a REFERENCES)",
        "CREATE TABLE t(a REFERENCES o ON DELETE)",
        "CREATE TABLE t(a UNIQUE ON CONFLICT)",
        "CREATE TABLE t(a, UNIQUE (a) CHECK (1), b)",
        "CREATE TABLE t(a 'open)",
        "CREATE TABLE t(a DEFAULT 1e)",
        "CREATE TABLE t(a) STRICT STRICT",
        "CREATE TABLE t(a) STRICT,",
        "CREATE TABLE t(a); SELECT 1",
        "CREATE TEMP INDEX i ON t(a)",
        "CREATE INDEX i ON t()",
        "CREATE INDEX i ON t(a,)",
        "CREATE INDEX i ON t(a) WHERE",
        "CREATE VIEW v AS",
        "CREATE TRIGGER r DELETE ON t BEGIN END",
        "CREATE TRIGGER r DELETE ON t BEGIN SELECT 1 END",
        "CREATE TRIGGER r ON t BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE f",
        "CREATE VIRTUAL TABLE f USING fts5(",
    ] {
        assert!(parse(sql).is_err(), "{sql}");
        assert!(sql.is_empty() || connection.prepare(sql).is_err() || sql.contains("; SELECT"), "{sql}");
    }
}

#[test]
fn what_is_odd_here_is_taken_by_sqlite() {
    for sql in ODD.iter().filter(|sql| sql.to_lowercase().contains(" table")) {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}
