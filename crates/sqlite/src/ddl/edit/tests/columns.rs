//! A column is changed at just the clause that changes.

use limbeck_core::schema::Table;

use super::{add, column, drop_column, edited, of};

/// Gives a column what the text says, but for its name and the rules that are constraints.
fn become_(name: &'static str, text: &'static str) -> impl Fn(&mut Table) {
    move |table| *of(table, name) = column(text)
}

#[test]
fn each_clause_is_changed_in_its_place() {
    let sql = "CREATE TABLE t(a /* 1 */ TEXT /* 2 */ DEFAULT /* 3 */ 'x' /* 4 */ NOT /* 5 */ NULL ON CONFLICT FAIL \
               /* 6 */ COLLATE /* 7 */ nocase /* 8 */, b)";
    let whole = "a TEXT DEFAULT 'x' NOT NULL COLLATE nocase";
    for (wanted, out) in [
        (whole.replace("TEXT", "varchar(9)"), sql.replace("TEXT", "varchar(9)")),
        (whole.replace(" TEXT", ""), sql.replace(" TEXT", "")),
        (whole.replace("'x'", "(1 + 1)"), sql.replace("DEFAULT /* 3 */ 'x'", "DEFAULT (1 + 1) /* 3 */")),
        (whole.replace(" DEFAULT 'x'", ""), sql.replace(" DEFAULT /* 3 */ 'x'", " /* 3 */")),
        (whole.replace(" NOT NULL", ""), sql.replace(" NOT /* 5 */ NULL ON CONFLICT FAIL", " /* 5 */")),
        (
            whole.replace("nocase", "rtrim"),
            sql.replace("COLLATE /* 7 */ nocase", "COLLATE \"rtrim\" /* 7 */"),
        ),
        (whole.replace(" COLLATE nocase", ""), sql.replace(" COLLATE /* 7 */ nocase", " /* 7 */")),
    ] {
        let wanted = column(&wanted);
        assert_eq!(edited(sql, |table| table.columns[0] = wanted), out);
    }
}

#[test]
fn what_is_new_stands_behind_the_type() {
    let sql = "CREATE TABLE t(\n a-- x\n, b INT-- y\n CHECK(b>0)CONSTRAINT odd, c'my type'UNIQUE)";
    let out = edited(sql, |table| {
        *of(table, "a") = column("a INT DEFAULT 1");
        *of(table, "b") = column("b INT COLLATE rtrim DEFAULT 'x' NOT NULL");
        *of(table, "c") = column("c 'my type' NOT NULL");
    });
    let wanted = "CREATE TABLE t(\n a INT DEFAULT 1-- x\n, b INT COLLATE \"rtrim\" DEFAULT 'x' NOT NULL-- y\n \
                  CHECK(b>0)CONSTRAINT odd, c'my type' NOT NULL UNIQUE)";
    // What is put in is kept apart from what follows, a comment too.
    assert_eq!(out.replace(" --", "--"), wanted);
}

#[test]
fn names_of_rules_stay_and_go_with_their_rules() {
    let sql =
        "CREATE TABLE t(a TEXT CONSTRAINT d DEFAULT 1 CONSTRAINT n NOT NULL CONSTRAINT c COLLATE nocase)";
    let out = edited(sql, become_("a", "a TEXT DEFAULT 2 COLLATE rtrim"));
    assert_eq!(out, "CREATE TABLE t(a TEXT CONSTRAINT d DEFAULT 2 CONSTRAINT c COLLATE \"rtrim\")");
}

#[test]
fn of_a_rule_said_twice_the_last_one_counts() {
    let sql = "CREATE TABLE t(a DEFAULT 1 DEFAULT 2 NOT NULL NOT NULL)";
    assert_eq!(edited(sql, become_("a", "a DEFAULT 3 NOT NULL")), sql.replace('2', "3"));
    assert_eq!(edited(sql, become_("a", "a")), "CREATE TABLE t(a)");
}

#[test]
fn a_null_that_says_nothing_makes_way_for_not_null() {
    let sql = "CREATE TABLE t(a INT NULL DEFAULT 1)";
    assert_eq!(
        edited(sql, become_("a", "a INT NOT NULL DEFAULT 1")),
        "CREATE TABLE t(a INT NOT NULL DEFAULT 1)"
    );
}

#[test]
fn a_generated_column_changes_what_it_is_computed_from() {
    let sql = "CREATE TABLE t(a, b AS (a + 1) /* why */ CHECK (b > 0), c INT GENERATED ALWAYS AS (a) STORED)";
    let out = edited(sql, become_("b", "b AS (a + 2) STORED"));
    assert_eq!(out, sql.replace("AS (a + 1)", "GENERATED ALWAYS AS (a + 2) STORED"));
    let out = edited(sql, become_("c", "c INT DEFAULT 1"));
    assert_eq!(out, sql.replace(" GENERATED ALWAYS AS (a) STORED", " DEFAULT 1"));
}

#[test]
fn not_null_that_the_key_implies_is_not_written() {
    let sql = "CREATE TABLE t(id INTEGER, PRIMARY KEY (id))";
    assert_eq!(edited(sql, |table| table.columns[0].nullable = true), sql);
    let explicit = "CREATE TABLE t(id INTEGER NOT NULL, PRIMARY KEY (id))";
    assert_eq!(edited(explicit, |table| table.columns[0].nullable = true), sql);
    // With the key gone, it must be.
    assert_eq!(edited(sql, |table| table.constraints.clear()), "CREATE TABLE t(id INTEGER NOT NULL)");
    let text = "CREATE TABLE t(id TEXT PRIMARY KEY)";
    assert_eq!(
        edited(text, |table| table.columns[0].nullable = false),
        "CREATE TABLE t(id TEXT NOT NULL PRIMARY KEY)"
    );
}

#[test]
fn counting_up_is_switched_where_the_key_stands() {
    let count = |on: bool| move |table: &mut Table| table.columns[0].autoincrement = on.then_some(true);
    for (plain, counting) in [
        ("id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY AUTOINCREMENT"),
        (
            "id INTEGER PRIMARY KEY ASC ON CONFLICT FAIL, b",
            "id INTEGER PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, b",
        ),
        (
            "id INTEGER, CONSTRAINT k PRIMARY KEY (id DESC)",
            "id INTEGER, CONSTRAINT k PRIMARY KEY (id DESC AUTOINCREMENT)",
        ),
    ] {
        let (plain, counting) = (format!("CREATE TABLE t({plain})"), format!("CREATE TABLE t({counting})"));
        assert_eq!(edited(&plain, count(true)), counting);
        assert_eq!(edited(&counting, count(false)), plain);
    }
}

#[test]
fn a_column_goes_with_its_rules_and_leaves_those_about_others() {
    let sql = "CREATE TABLE t(a, b UNIQUE CONSTRAINT c CHECK (a > 0) REFERENCES o, UNIQUE (a))";
    assert_eq!(
        edited(sql, |table| drop_column(table, "b")),
        "CREATE TABLE t(a, UNIQUE (a), CONSTRAINT \"c\" CHECK (a > 0))"
    );
}

#[test]
fn columns_come_and_go_and_move_at_once() {
    let sql =
        "CREATE TABLE \"Größe\" (\n\t`we\"ird` INT, -- odd\n\t[select] TEXT, /* it's */\n\t'x y'\n) -- end";
    let out = edited(sql, |table| {
        drop_column(table, "select");
        table.columns.reverse();
        add(table, 1, "\"it's\" TEXT DEFAULT 'it''s' NOT NULL");
    });
    let wanted = "CREATE TABLE \"Größe\" (\n\t'x y',\n\t\"it's\" TEXT DEFAULT 'it''s' NOT NULL,\n\t`we\"ird` INT -- odd\n) -- end";
    assert_eq!(out, wanted);
}
