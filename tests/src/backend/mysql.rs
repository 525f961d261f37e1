//! MariaDB: a database of its own for each scratch, on the server that `LIMBECK_TEST_MARIADB_URL` names.

use std::fmt::Write;

use super::Backend;
use super::database::Maker;
use crate::Scratch;

/// MariaDB.
pub static MARIADB: Backend = Backend {
    dialect: &limbeck_mysql::MYSQL,
    name: "mysql",
    open: || MAKER.make().map(Scratch::of),
    empty,
    rows,
    others,
    check,
};

/// The fixtures write SQL as the standard has it, which the server reads when it is told to.
static MAKER: Maker = Maker {
    variable: "LIMBECK_TEST_MARIADB_URL",
    made: "CHARACTER SET utf8mb4",
    dropped: "",
    query: |_| "sql_mode=ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION".to_owned(),
};

fn empty(scratch: &mut Scratch) {
    let database = scratch.rows("SELECT DATABASE()").remove(0);
    let make = format!("CREATE DATABASE {database} CHARACTER SET utf8mb4");
    for sql in [format!("DROP DATABASE {database}"), make, format!("USE {database}")] {
        scratch.connection.execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    scratch.forget();
}

fn rows(scratch: &mut Scratch) -> String {
    let tables = scratch.rows(
        "SELECT TABLE_NAME FROM information_schema.TABLES
         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1",
    );
    let mut text = String::new();
    for table in tables {
        writeln!(text, "{table}").expect("writing to a String does not fail");
        let literal = table.replace('\'', "''");
        let columns = scratch.rows(&format!(
            "SELECT GROUP_CONCAT('QUOTE(`', REPLACE(COLUMN_NAME, '`', '``'), '`)' ORDER BY ORDINAL_POSITION
                 SEPARATOR ', '' '', ')
             FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{literal}'"
        ));
        let name = table.replace('`', "``");
        for row in scratch.rows(&format!("SELECT CONCAT({}) FROM `{name}` ORDER BY 1", columns[0])) {
            writeln!(text, "  {row}").expect("writing to a String does not fail");
        }
    }
    text
}

fn others(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows(
        "SELECT TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_STATEMENT
         FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()
         UNION ALL SELECT TABLE_NAME, 'view', VIEW_DEFINITION, '' FROM information_schema.VIEWS
         WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 2",
    )
}

/// The session is as it was opened, and no table is broken.
fn check(scratch: &mut Scratch) {
    assert_eq!(scratch.rows("SELECT @@foreign_key_checks, @@autocommit, @@in_transaction"), ["1 | 1 | 0"]);
}
