//! Constraints come as rules of the table, go from wherever they stand, and are renamed in place.

use limbeck_core::literal::Literal;
use limbeck_core::schema::Table;

use super::{add, constraint, edited, ident};

fn without(sql: &str, text: &str) -> String {
    let gone = constraint(text);
    edited(sql, |table| {
        let count = table.constraints.len();
        table.constraints.retain(|one| *one != gone);
        assert_eq!(table.constraints.len() + 1, count);
    })
}

#[test]
fn a_constraint_goes_from_where_it_stands() {
    let sql = "CREATE TABLE t(a INT PRIMARY KEY ON CONFLICT FAIL /* 1 */ UNIQUE ON CONFLICT FAIL /* 2 */ CONSTRAINT \"n\" \
               CHECK (a > ')') /* 3 */ REFERENCES o(x) ON DELETE CASCADE MATCH SIMPLE DEFERRABLE /* 4 */ NOT NULL)";
    let key = edited(sql, |table| {
        table.constraints.retain(|one| one.kind() != constraint("PRIMARY KEY (a)").kind())
    });
    assert_eq!(key, sql.replace(" PRIMARY KEY ON CONFLICT FAIL", ""));
    assert_eq!(without(sql, "UNIQUE (a)"), sql.replace(" UNIQUE ON CONFLICT FAIL", ""));
    assert_eq!(
        without(sql, "CONSTRAINT n CHECK (a > ')')"),
        sql.replace(" CONSTRAINT \"n\" CHECK (a > ')')", "")
    );
    assert_eq!(
        without(sql, "FOREIGN KEY (a) REFERENCES o(x) ON DELETE CASCADE MATCH SIMPLE DEFERRABLE"),
        sql.replace(" REFERENCES o(x) ON DELETE CASCADE MATCH SIMPLE DEFERRABLE", "")
    );
}

#[test]
fn a_rule_of_the_table_goes_with_its_line() {
    let sql =
        "CREATE TABLE t (\n  a,\n  b, c,\n  -- keys\n  UNIQUE (a), -- one\n  CHECK (b <> ',') -- two\n)";
    assert_eq!(
        without(sql, "UNIQUE (a)"),
        "CREATE TABLE t (\n  a,\n  b, c,\n  -- keys\n  CHECK (b <> ',') -- two\n)"
    );
    assert_eq!(
        without(sql, "CHECK (b <> ',')"),
        "CREATE TABLE t (\n  a,\n  b, c,\n  -- keys\n  UNIQUE (a) -- one\n)"
    );
}

#[test]
fn a_constraint_comes_at_the_end() {
    let sql = "CREATE TABLE t (\n  a,\n  b -- last\n)";
    let out = edited(sql, |table| {
        table.constraints.push(constraint("CONSTRAINT \"we\"\"ird\" UNIQUE (b, a)"));
        table.constraints.push(constraint("FOREIGN KEY (a) REFERENCES \"select\" (x) ON DELETE SET NULL"));
    });
    assert_eq!(
        out,
        "CREATE TABLE t (\n  a,\n  b, -- last\n  CONSTRAINT \"we\"\"ird\" UNIQUE (\"b\", \"a\"),\n  \
         FOREIGN KEY(\"a\") REFERENCES \"select\" (\"x\") ON DELETE SET NULL\n)"
    );
}

#[test]
fn only_the_name_of_a_renamed_constraint_changes() {
    let sql = "CREATE TABLE t(a CONSTRAINT /* x */ [old] CHECK (a > /* y */ 0), b UNIQUE ON CONFLICT FAIL, \
               CONSTRAINT \"k\" -- key\n PRIMARY KEY (a COLLATE nocase DESC))";
    let rename = |position: usize, name: Option<&'static str>| {
        edited(sql, move |table| *table.constraints[position].name_mut() = name.map(ident))
    };
    assert_eq!(rename(0, Some("it's")), sql.replace("[old]", "\"it's\""));
    assert_eq!(rename(0, None), sql.replace("CONSTRAINT /* x */ [old] CHECK", "/* x */ CHECK"));
    assert_eq!(rename(1, Some("u")), sql.replace("UNIQUE", "CONSTRAINT \"u\" UNIQUE"));
    assert_eq!(rename(2, Some("Größe")), sql.replace("\"k\" --", "\"Größe\" --"));
    assert_eq!(rename(2, None), sql.replace("CONSTRAINT \"k\" -- key", "-- key"));
}

#[test]
fn equal_constraints_are_counted() {
    let sql = "CREATE TABLE t(a UNIQUE, UNIQUE (a), UNIQUE (a))";
    let out = edited(sql, |table| {
        table.constraints.pop();
    });
    assert_eq!(out, "CREATE TABLE t(a UNIQUE, UNIQUE (a))");
}

#[test]
fn a_key_that_counts_up_comes_on_its_column() {
    let out = edited("CREATE TABLE t(id INTEGER CHECK (id > 0), b)", |table| {
        table.constraints.push(constraint_of_id());
        table.columns[0].autoincrement = Some(true);
        table.columns[0].nullable = false;
    });
    assert_eq!(
        out,
        "CREATE TABLE t(id INTEGER CONSTRAINT \"pk\" PRIMARY KEY AUTOINCREMENT CHECK (id > 0), b)"
    );
    let out = edited("CREATE TABLE t(b)", |table| {
        add(table, 0, "id INTEGER NOT NULL");
        table.constraints.push(constraint_of_id());
        table.columns[0].autoincrement = Some(true);
    });
    assert_eq!(out, "CREATE TABLE t(\"id\" INTEGER CONSTRAINT \"pk\" PRIMARY KEY AUTOINCREMENT NOT NULL, b)");
}

fn constraint_of_id() -> limbeck_core::schema::Constraint {
    super::table_of("id INTEGER, CONSTRAINT pk PRIMARY KEY (id)").constraints.remove(0)
}

#[test]
fn a_key_moves_from_one_column_to_another() {
    let sql = "CREATE TABLE t(a TEXT NOT NULL PRIMARY KEY /* key */, b TEXT NOT NULL)";
    let out = edited(sql, |table| table.constraints[0] = constraint("PRIMARY KEY (b, a)"));
    assert_eq!(out, "CREATE TABLE t(a TEXT NOT NULL /* key */, b TEXT NOT NULL, PRIMARY KEY (\"b\", \"a\"))");
}

#[test]
fn options_come_and_go() {
    let set = |names: &'static [&'static str]| {
        move |table: &mut Table| {
            let options = names.iter().map(|name| ((*name).to_owned(), Literal::Bool(true)));
            table.options = [("sqlite".to_owned(), options.collect())].into();
        }
    };
    let plain = "CREATE TABLE t(a INT NOT NULL PRIMARY KEY)-- end";
    let strict = edited(plain, set(&["strict"]));
    assert_eq!(strict, "CREATE TABLE t(a INT NOT NULL PRIMARY KEY) STRICT -- end");
    let both = edited("CREATE TABLE t(a INT NOT NULL PRIMARY KEY)STRICT", set(&["strict", "without_rowid"]));
    assert_eq!(both, "CREATE TABLE t(a INT NOT NULL PRIMARY KEY)STRICT, WITHOUT ROWID");
    let sql = "CREATE TABLE t(a INT NOT NULL PRIMARY KEY) without /* 1 */ rowid /* 2 */ , /* 3 */ strict";
    assert_eq!(
        edited(sql, set(&["strict"])),
        "CREATE TABLE t(a INT NOT NULL PRIMARY KEY)/* 1 */ /* 2 */  /* 3 */ strict"
    );
    assert_eq!(
        edited(sql, set(&["without_rowid"])),
        "CREATE TABLE t(a INT NOT NULL PRIMARY KEY) without /* 1 */ rowid /* 2 */ /* 3 */"
    );
}

#[test]
fn a_foreign_key_goes_with_what_says_when_it_is_checked() {
    let sql =
        "CREATE TABLE t(a REFERENCES o, b REFERENCES p NOT NULL DEFERRABLE INITIALLY DEFERRED CHECK (b), c)";
    assert_eq!(
        without(sql, "FOREIGN KEY (b) REFERENCES p DEFERRABLE INITIALLY DEFERRED"),
        "CREATE TABLE t(a REFERENCES o, b NOT NULL CHECK (b), c)"
    );
}
