//! What is put in follows the layout of the text, and what is taken out leaves its neighbours' comments.

use super::{add, constraint, drop_column, edited};

const LINES: &str = "CREATE TABLE t (
  a INTEGER, -- first, 'a
  /* about b */
  b TEXT,  -- second
  c -- last
)";

const COMMAS_FIRST: &str = "CREATE TABLE t (
    a INTEGER -- first
  , b TEXT -- second
  , c
)";

#[test]
fn a_column_gets_a_line_where_columns_have_lines() {
    assert_eq!(
        edited(LINES, |table| add(table, 1, "new INT DEFAULT 5")),
        "CREATE TABLE t (
  a INTEGER, -- first, 'a
  \"new\" INT DEFAULT 5,
  /* about b */
  b TEXT,  -- second
  c -- last
)"
    );
    assert_eq!(
        edited(LINES, |table| add(table, 0, "new")),
        "CREATE TABLE t (
  \"new\",
  a INTEGER, -- first, 'a
  /* about b */
  b TEXT,  -- second
  c -- last
)"
    );
    assert_eq!(
        edited(LINES, |table| add(table, 3, "new")),
        "CREATE TABLE t (
  a INTEGER, -- first, 'a
  /* about b */
  b TEXT,  -- second
  c, -- last
  \"new\"
)"
    );
    assert_eq!(
        edited(COMMAS_FIRST, |table| add(table, 1, "new")),
        "CREATE TABLE t (
    a INTEGER -- first
  , \"new\"
  , b TEXT -- second
  , c
)"
    );
    assert_eq!(
        edited(COMMAS_FIRST, |table| add(table, 3, "new")),
        "CREATE TABLE t (
    a INTEGER -- first
  , b TEXT -- second
  , c
  , \"new\"
)"
    );
}

#[test]
fn a_column_joins_the_line_where_all_stand_on_one() {
    let sql = "CREATE TABLE t(a /* x */ , b)";
    assert_eq!(edited(sql, |table| add(table, 0, "new")), "CREATE TABLE t(\"new\", a /* x */ , b)");
    assert_eq!(edited(sql, |table| add(table, 1, "new")), "CREATE TABLE t(a /* x */, \"new\" , b)");
    assert_eq!(edited(sql, |table| add(table, 2, "new")), "CREATE TABLE t(a /* x */ , b, \"new\")");
    assert_eq!(
        edited("CREATE TABLE t(a -- x\n)", |table| add(table, 1, "new")),
        "CREATE TABLE t(a -- x\n, \"new\"\n)"
    );
    let generated = "CREATE TABLE \"t\" (\n\t\"a\" INTEGER, \n\t\"b\" TEXT\n)";
    let wanted = "CREATE TABLE \"t\" (\n\t\"a\" INTEGER, \n\t\"b\" TEXT,\n\t\"new\" INT\n)";
    assert_eq!(edited(generated, |table| add(table, 2, "new INT")), wanted);
    let windows = "CREATE TABLE t (\r\n\ta,\r\n\tb\r\n)";
    assert_eq!(
        edited(windows, |table| add(table, 1, "new")),
        "CREATE TABLE t (\r\n\ta,\r\n\t\"new\",\r\n\tb\r\n)"
    );
}

#[test]
fn a_column_goes_with_the_comments_of_its_line() {
    assert_eq!(
        edited(LINES, |table| drop_column(table, "a")),
        "CREATE TABLE t (
  /* about b */
  b TEXT,  -- second
  c -- last
)"
    );
    assert_eq!(
        edited(LINES, |table| drop_column(table, "b")),
        "CREATE TABLE t (
  a INTEGER, -- first, 'a
  /* about b */
  c -- last
)"
    );
    assert_eq!(
        edited(LINES, |table| drop_column(table, "c")),
        "CREATE TABLE t (
  a INTEGER, -- first, 'a
  /* about b */
  b TEXT  -- second
)"
    );
    assert_eq!(
        edited(COMMAS_FIRST, |table| drop_column(table, "b")),
        "CREATE TABLE t (
    a INTEGER -- first
  , c
)"
    );
    assert_eq!(
        edited(COMMAS_FIRST, |table| drop_column(table, "c")),
        "CREATE TABLE t (
    a INTEGER -- first
  , b TEXT -- second
)"
    );
    assert_eq!(
        edited(COMMAS_FIRST, |table| drop_column(table, "a")),
        "CREATE TABLE t (
    
  b TEXT -- second
  , c
)"
    );
}

#[test]
fn a_column_leaves_the_line_that_it_shares() {
    let sql = "CREATE TABLE t(/* 1 */ a /* 2 */, /* 3 */ b /* 4 */, c /* 5 */)";
    assert_eq!(
        edited(sql, |table| drop_column(table, "a")),
        "CREATE TABLE t(/* 1 */ /* 3 */ b /* 4 */, c /* 5 */)"
    );
    assert_eq!(edited(sql, |table| drop_column(table, "b")), "CREATE TABLE t(/* 1 */ a /* 2 */, c /* 5 */)");
    assert_eq!(
        edited(sql, |table| drop_column(table, "c")),
        "CREATE TABLE t(/* 1 */ a /* 2 */, /* 3 */ b /* 4 */)"
    );
    let shared = "CREATE TABLE t(a, b, -- two\n c)";
    assert_eq!(edited(shared, |table| drop_column(table, "b")), "CREATE TABLE t(a, -- two\n c)");
    assert_eq!(edited(shared, |table| drop_column(table, "c")), "CREATE TABLE t(a, b -- two\n)");
    let closing = "CREATE TABLE t(a -- one\n, b)";
    assert_eq!(edited(closing, |table| drop_column(table, "b")), "CREATE TABLE t(a -- one\n)");
}

#[test]
fn a_column_moves_with_the_comments_of_its_line() {
    let reversed = edited(LINES, |table| table.columns.reverse());
    assert_eq!(
        reversed,
        "CREATE TABLE t (
  c, -- last
  b TEXT, -- second
  a INTEGER -- first, 'a
  /* about b */
)"
    );
    let sql = "CREATE TABLE t(a INT/* 1 */, b CHECK (b > 0), c)";
    assert_eq!(
        edited(sql, |table| table.columns.rotate_left(1)),
        "CREATE TABLE t(b CHECK (b > 0), c, a INT /* 1 */)"
    );
}

#[test]
fn rules_come_last_and_missing_commas_are_no_hindrance() {
    let sql = "CREATE TABLE t(a, b, c, UNIQUE (a) CHECK (b > 0), CHECK (c > 0) UNIQUE (b))";
    let without = |text: &str| {
        let gone = constraint(text);
        edited(sql, |table| table.constraints.retain(|one| *one != gone))
    };
    assert_eq!(without("UNIQUE (a)"), "CREATE TABLE t(a, b, c, CHECK (b > 0), CHECK (c > 0) UNIQUE (b))");
    assert_eq!(without("CHECK (b > 0)"), "CREATE TABLE t(a, b, c, UNIQUE (a) CHECK (c > 0) UNIQUE (b))");
    assert_eq!(without("CHECK (c > 0)"), "CREATE TABLE t(a, b, c, UNIQUE (a) CHECK (b > 0), UNIQUE (b))");
    assert_eq!(without("UNIQUE (b)"), "CREATE TABLE t(a, b, c, UNIQUE (a) CHECK (b > 0), CHECK (c > 0))");
    let more = edited(sql, |table| table.constraints.push(constraint("CONSTRAINT n CHECK (a)")));
    assert_eq!(more, format!("{}, CONSTRAINT \"n\" CHECK (a))", &sql[..sql.len() - 1]));
    let column = edited(sql, |table| add(table, 3, "d"));
    assert_eq!(column, sql.replace("c, UNIQUE", "c, \"d\", UNIQUE"));
}
