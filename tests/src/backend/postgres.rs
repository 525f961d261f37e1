//! PostgreSQL: a database of its own for each scratch, on the server that `LIMBECK_TEST_POSTGRES_URL` names.

use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Backend, server};
use crate::{Home, Scratch};

/// PostgreSQL.
pub static POSTGRES: Backend = Backend {
    dialect: &limbeck_postgres::POSTGRES,
    name: "postgres",
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
    let server = server("LIMBECK_TEST_POSTGRES_URL")?;
    let name = format!("limbeck_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    execute(&server, &format!("CREATE DATABASE {name}"));
    Some(Database { server, name })
}

impl Home for Database {
    fn url(&self) -> String {
        let (start, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let (start, _) = start.rsplit_once('/').expect("the URL of the test server names a database");
        match query.is_empty() {
            true => format!("{start}/{}", self.name),
            false => format!("{start}/{}?{query}", self.name),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        execute(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn execute(server: &str, sql: &str) {
    let mut connection = limbeck::connect(server).unwrap_or_else(|fault| panic!("{fault}"));
    connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn rows(scratch: &mut Scratch) -> String {
    let tables = scratch.rows(
        "SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema' ORDER BY 1",
    );
    let mut text = String::new();
    for table in tables {
        writeln!(text, "{table}").expect("writing to a String does not fail");
        for row in scratch.rows(&format!("SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1")) {
            writeln!(text, "  {row}").expect("writing to a String does not fail");
        }
    }
    text
}

fn others(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
         UNION ALL SELECT oid::regclass::text || ' ' || pg_get_viewdef(oid) FROM pg_class
         WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace ORDER BY 1",
    )
}

/// Nothing is left running, and no index is left invalid.
fn check(scratch: &mut Scratch) {
    assert_eq!(scratch.rows("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"), [""; 0]);
    assert_eq!(scratch.rows("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), ["0"]);
}
