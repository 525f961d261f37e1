//! MariaDB: a database of its own for each scratch, on the server that `LIMBECK_TEST_MARIADB_URL` names.

use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Backend, server};
use crate::{Home, Scratch};

/// MariaDB.
pub static MARIADB: Backend = Backend {
    dialect: &limbeck_mysql::MYSQL,
    name: "mysql",
    open: || database().map(|database| Scratch::of(Box::new(database))),
    rows,
    others,
    check,
};

/// A database that is dropped when this is.
struct Database {
    server: String,
    name: String,
}

/// Makes an empty database; `None` when there is no server, which is then told.
///
/// # Panics
/// When the server is there and makes none.
fn database() -> Option<Database> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let server = server("LIMBECK_TEST_MARIADB_URL")?;
    let name = format!("limbeck_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(&server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
    Some(Database { server, name })
}

impl Home for Database {
    /// The fixtures write SQL as the standard has it, which the server reads when it is told to.
    fn url(&self) -> String {
        let (start, _) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let (start, _) = start.rsplit_once('/').expect("the URL of the test server names a database");
        format!(
            "{start}/{}?sql_mode=ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION",
            self.name
        )
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        execute(&self.server, &format!("DROP DATABASE {}", self.name));
    }
}

fn execute(server: &str, sql: &str) {
    let mut connection = limbeck::connect(server).unwrap_or_else(|fault| panic!("{fault}"));
    connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
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
