//! The databases that tests run on, each with its own way of looking at what it holds.

mod database;
mod mysql;
mod postgres;
mod sqlite;

use std::io::Write;

use limbeck_core::dialect::Dialect;

use crate::Scratch;

pub use mysql::MARIADB;
pub use postgres::POSTGRES;
pub use sqlite::SQLITE;

/// A kind of database to test with. Snapshots of a back end are in the folder of its name.
pub struct Backend {
    /// The dialect.
    pub dialect: &'static dyn Dialect,
    /// The folder of its snapshots.
    pub name: &'static str,
    /// Opens an empty database; `None` when there is no server, which is then told.
    pub open: fn() -> Option<Scratch>,
    /// Makes a scratch as it was opened, as far as tables and views go: on a server that is cheaper than another database.
    pub empty: fn(&mut Scratch),
    /// Writes all rows of all tables, spelled so that types show, in an order that is always the same.
    pub rows: fn(&mut Scratch) -> String,
    /// Returns what the model does not hold, such as triggers, in an order that is always the same.
    pub others: fn(&mut Scratch) -> Vec<String>,
    /// Fails when the database is damaged, or left in another state than it was opened in.
    pub check: fn(&mut Scratch),
}

/// Every back end, a line each.
pub static BACKENDS: [&Backend; 3] = [&SQLITE, &POSTGRES, &MARIADB];

/// Returns the URL of a server to test with; without one, tells that the test is skipped, which CI does not accept.
/// Where `LIMBECK_TEST_ONLY` asks for another dialect alone, it is told that the server is left out.
///
/// # Panics
/// In CI, when there is none.
pub fn server(variable: &str) -> Option<String> {
    let url = std::env::var(variable).ok();
    let only = std::env::var("LIMBECK_TEST_ONLY").ok();
    let own = |only: &String| variable.contains(if only == "mysql" { "MARIADB" } else { "POSTGRES" });
    if let Some(only) = only.filter(|only| only == "sqlite" || !own(only)) {
        let _ = writeln!(std::io::stderr(), "left out: the tests are of `{only}` alone");
        return None;
    }
    if url.is_none() {
        skip(&format!("`{variable}` names no server; `cargo xtask test` starts one"));
    }
    url
}

/// Tells that a test is skipped, past the capture of its output.
///
/// # Panics
/// In CI.
pub fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "skipped: {why}");
    // Not by a macro, whose words are kept from whoever runs the tests. A lost line loses no test.
    let _ = std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes());
}
