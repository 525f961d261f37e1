//! What cannot be changed with certainty is refused, and never written wrong.

use limbeck_core::diagnostic::Code;
use limbeck_core::name::TableName;

use super::{column, ident};
use crate::ddl::edit::edit_table;
use crate::ddl::read_table;
use crate::lower::Enums;

#[test]
fn a_text_that_is_not_what_is_known_of_it_is_refused() {
    let from = read_table("CREATE TABLE t(a INT, b TEXT)").unwrap();
    let to = read_table("CREATE TABLE t(a INT)").unwrap();
    for (sql, what) in [
        ("CREATE TABLE t(a INT, b TEXT, c)", "column `c` differs"),
        ("CREATE TABLE t(a INT, b TEXT NOT NULL)", "column `b` differs"),
        ("CREATE TABLE t(b TEXT, a INT)", "the order of the columns differs"),
        ("CREATE TABLE t(a INT, b TEXT) STRICT", "its options differ"),
        ("CREATE TABLE t(a INT, b TEXT, UNIQUE (a))", "the constraint `unique (a)` differs"),
        ("CREATE VIEW t AS SELECT 1", "it is not the definition of an ordinary table"),
    ] {
        let fault = edit_table(sql, &from, &to, &Enums::new()).unwrap_err();
        assert_eq!(fault.code, Code::WouldLose, "{sql}");
        assert!(fault.message.contains(what), "{sql}: {fault}");
    }
}

#[test]
fn what_sqlite_has_not_is_refused() {
    let sql = "CREATE TABLE t(a INTEGER, b TEXT)";
    let from = read_table(sql).unwrap();
    let mut counting = from.clone();
    counting.columns[1].autoincrement = Some(true);
    let mut collated = from.clone();
    collated.columns[1] = column("b TEXT COLLATE klingon");
    for to in [counting, collated] {
        assert_eq!(edit_table(sql, &from, &to, &Enums::new()).unwrap_err().code, Code::Unsupported);
    }
}

#[test]
fn the_own_name_of_a_table_counts_in_any_case() {
    let sql = "CREATE TABLE Node(id INTEGER PRIMARY KEY, up REFERENCES nODE (id))";
    let mut from = read_table(sql).unwrap();
    from.name = TableName::unqualified(ident("node"));
    let mut to = from.clone();
    to.columns.push(column("new"));
    let out = edit_table(sql, &from, &to, &Enums::new()).unwrap();
    assert_eq!(out, "CREATE TABLE Node(id INTEGER PRIMARY KEY, up REFERENCES nODE (id), \"new\")");
}
