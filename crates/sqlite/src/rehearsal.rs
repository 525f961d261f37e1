//! A copy of a database's schema in memory, without its rows.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{
    ConnectOptions, Connection, DatabaseError, DatabaseUrl, Expect, Lowered, Rehearsal, Statement,
};
use limbeck_core::literal::RawSql;
use limbeck_core::op::Operation;
use limbeck_core::schema::Schema;
use rusqlite::config::DbConfig;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::types::Value;
use rusqlite::{Batch, params};

use crate::connection::SqliteConnection;
use crate::reflect::StoredObject;
use crate::survey::RowFacts;
use crate::{ddl, reflect};

/// How often the watch may look at one statement before it is given up: without rows, none takes long.
const LOOKS: u32 = 100;

/// The copy.
pub(crate) struct Copy {
    connection: SqliteConnection,
    looks: Arc<AtomicU32>,
}

/// Makes the copy; `None` when a definition is one that SQLite no longer takes.
///
/// # Errors
/// What SQLite says of the database itself.
pub(crate) fn rehearsal(of: &SqliteConnection) -> Result<Option<Box<dyn Rehearsal>>, DatabaseError> {
    let url = DatabaseUrl::parse("sqlite::memory:").expect("it is a URL");
    let mut connection = SqliteConnection::open(&url, &ConnectOptions::default())?;
    connection.enforce_as(of)?;
    let objects = reflect::all(of)?;
    if copy_objects(&connection.inner, &objects).is_err() || copy_own_tables(&connection.inner, of).is_err() {
        return Ok(None);
    }
    let facts = RowFacts::of(of, &connection, &objects);
    connection.rehearses = Some(facts.map_err(|error| of.failure(&error, "PRAGMA schema_version"))?);
    let looks = Arc::new(AtomicU32::new(0));
    let seen = looks.clone();
    connection.watch(Some(Box::new(move |_| match seen.fetch_add(1, Ordering::Relaxed) < LOOKS {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    })));
    Ok(Some(Box::new(Copy { connection, looks })))
}

impl Rehearsal for Copy {
    fn survey(&mut self, operation: &Operation, folded: &Schema) -> Result<Option<Schema>, Diagnostic> {
        self.looks.store(0, Ordering::Relaxed);
        self.connection.survey(operation, folded)
    }

    fn run(&mut self, lowered: &Lowered) -> Result<(), DatabaseError> {
        self.connection.begin(lowered.enforcement)?;
        let run = lowered.statements.iter().try_for_each(|statement| self.try_out(statement));
        match run {
            Ok(()) => self.connection.commit(),
            Err(error) => {
                self.connection.rollback()?;
                Err(error)
            }
        }
    }

    fn follow(&mut self, sql: &RawSql) -> Result<(), DatabaseError> {
        self.looks.store(0, Ordering::Relaxed);
        let sql = sql.as_str();
        let follow = || {
            let mut batch = Batch::new(&self.connection.inner, sql);
            while let Some(mut statement) = batch.next()? {
                let text = statement.expanded_sql().unwrap_or_default();
                if changes_schema(&text) {
                    statement.raw_execute()?;
                }
            }
            Ok(())
        };
        follow().map_err(|error: rusqlite::Error| self.connection.failure(&error, sql))
    }
}

impl Copy {
    /// Runs a statement; of one that asks something of the rows, only finds out whether it could run.
    fn try_out(&mut self, statement: &Statement) -> Result<(), DatabaseError> {
        self.looks.store(0, Ordering::Relaxed);
        if matches!(statement.expect, Expect::Anything | Expect::Success { .. }) {
            return self.connection.execute(&statement.sql);
        }
        let sql = &statement.sql;
        match self.connection.inner.prepare(sql) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.connection.failure(&error, sql)),
        }
    }
}

fn changes_schema(statement: &str) -> bool {
    let tokens = ddl::meaningful(statement);
    let words = ["CREATE", "ALTER", "DROP", "REINDEX"];
    tokens.first().is_some_and(|first| words.iter().any(|word| first.is(word)))
}

/// Makes every object again by its own text: virtual tables first, which make their own tables with them.
fn copy_objects(copy: &rusqlite::Connection, objects: &[StoredObject]) -> rusqlite::Result<()> {
    // SQLite reads what is stored with this on, whatever the connection says (sqlite.org/quirks.html#dblquote).
    copy.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, true)?;
    copy.execute_batch("BEGIN")?;
    let of_kind = |kind: &'static str| objects.iter().filter(move |object| object.kind == kind);
    for object in of_kind("table").filter(|object| object.is_virtual()) {
        if copy.execute_batch(&object.sql).is_err() {
            stand_in(copy, object)?;
        }
    }
    let there = "SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE";
    for object in of_kind("table").filter(|object| !object.is_virtual()) {
        if !copy.prepare_cached(there)?.exists([&object.name])? {
            copy.execute_batch(&object.sql)?;
        }
    }
    for kind in ["index", "view", "trigger"] {
        of_kind(kind).try_for_each(|object| copy.execute_batch(&object.sql))?;
    }
    copy.execute_batch("COMMIT")?;
    copy.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false).map(drop)
}

/// Writes down a virtual table whose module this SQLite has not; it is there for whoever asks, and cannot be used.
fn stand_in(copy: &rusqlite::Connection, object: &StoredObject) -> rusqlite::Result<()> {
    copy.execute_batch("PRAGMA writable_schema = ON")?;
    let sql =
        "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', ?1, ?1, 0, ?2)";
    copy.execute(sql, params![object.name, object.sql])?;
    let version: i64 = copy.query_row("PRAGMA schema_version", [], |row| row.get(0))?;
    copy.execute_batch(&format!("PRAGMA schema_version = {}; PRAGMA writable_schema = OFF", version + 1))
}

/// Copies what SQLite itself keeps of tables: how far they have counted, and their statistics
/// (sqlite.org/fileformat2.html#internal_schema_objects).
fn copy_own_tables(copy: &rusqlite::Connection, of: &SqliteConnection) -> rusqlite::Result<()> {
    let there = "SELECT 1 FROM sqlite_schema WHERE name = ?1";
    let has =
        |connection: &rusqlite::Connection, name: &str| connection.prepare_cached(there)?.exists([name]);
    if has(&of.inner, "sqlite_sequence")? && !has(copy, "sqlite_sequence")? {
        copy.execute_batch(
            "CREATE TABLE _limbeck_counts (id INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE _limbeck_counts",
        )?;
    }
    if has(&of.inner, "sqlite_stat1")? {
        copy.execute_batch("ANALYZE")?;
    }
    for name in ["sqlite_sequence", "sqlite_stat1", "sqlite_stat4"] {
        if !has(&of.inner, name)? || !has(copy, name)? {
            continue;
        }
        let mut rows = of.inner.prepare(&format!("SELECT * FROM {name}"))?;
        let places = vec!["?"; rows.column_count()].join(", ");
        let columns = rows.column_count();
        let mut insert = copy.prepare(&format!("INSERT INTO {name} VALUES ({places})"))?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            for at in 0..columns {
                insert.raw_bind_parameter(at + 1, row.get::<_, Value>(at)?)?;
            }
            insert.raw_execute()?;
        }
    }
    Ok(())
}
