//! What is read through Diesel of where a database is.

use diesel::query_builder::SqlQuery;
use diesel::query_dsl::methods::LoadQuery;
use diesel::sql_types::{Integer, Nullable, Text};
use diesel::{Connection, QueryResult, QueryableByName, RunQueryDsl};
use limbeck_core::migrator::LogEntry;

/// A row of the version table.
#[derive(QueryableByName)]
pub struct Head {
    #[diesel(sql_type = Text)]
    version_num: String,
}

/// A statement that puts back what was switched.
#[derive(QueryableByName)]
pub struct Setting {
    #[diesel(sql_type = Text)]
    sql: String,
}

/// A row of the log.
#[derive(QueryableByName)]
pub struct Entry {
    #[diesel(sql_type = Text)]
    revision: String,
    #[diesel(sql_type = Text)]
    direction: String,
    #[diesel(sql_type = Text)]
    started_at: String,
    #[diesel(sql_type = Nullable<Text>)]
    finished_at: Option<String>,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Nullable<Text>)]
    checksum: Option<String>,
    #[diesel(sql_type = Text)]
    tool_version: String,
    #[diesel(sql_type = Integer)]
    statements_done: i32,
    #[diesel(sql_type = Integer)]
    statements_total: i32,
}

impl From<Entry> for LogEntry {
    fn from(entry: Entry) -> Self {
        let number = |number: i32| u64::try_from(number).unwrap_or_default();
        Self {
            revision: entry.revision,
            direction: entry.direction,
            started_at: entry.started_at,
            finished_at: entry.finished_at,
            outcome: entry.outcome,
            checksum: entry.checksum,
            tool_version: entry.tool_version,
            statements_done: number(entry.statements_done),
            statements_total: number(entry.statements_total),
        }
    }
}

/// A connection through which Limbeck's own tables can be read: all of Diesel's are.
pub trait Reads: Connection + 'static {
    /// Reads the rows of the version table.
    ///
    /// # Errors
    /// Those of the database.
    fn heads(&mut self, query: &str) -> QueryResult<Vec<String>>;

    /// Reads rows of the log.
    ///
    /// # Errors
    /// Those of the database.
    fn entries(&mut self, query: &str) -> QueryResult<Vec<LogEntry>>;

    /// Reads the statements that put back what a script may switch.
    ///
    /// # Errors
    /// Those of the database.
    fn settings(&mut self, query: &str) -> QueryResult<Vec<String>>;
}

impl<C> Reads for C
where
    C: Connection + 'static,
    SqlQuery:
        for<'q> LoadQuery<'q, C, Head> + for<'q> LoadQuery<'q, C, Setting> + for<'q> LoadQuery<'q, C, Entry>,
{
    fn heads(&mut self, query: &str) -> QueryResult<Vec<String>> {
        let rows: Vec<Head> = diesel::sql_query(query).load(self)?;
        Ok(rows.into_iter().map(|row| row.version_num).collect())
    }

    fn entries(&mut self, query: &str) -> QueryResult<Vec<LogEntry>> {
        let rows: Vec<Entry> = diesel::sql_query(query).load(self)?;
        Ok(rows.into_iter().map(LogEntry::from).collect())
    }

    fn settings(&mut self, query: &str) -> QueryResult<Vec<String>> {
        let rows: Vec<Setting> = diesel::sql_query(query).load(self)?;
        Ok(rows.into_iter().map(|row| row.sql).collect())
    }
}
