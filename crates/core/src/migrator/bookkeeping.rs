//! The version table and the log: how they are made, read and written.

use crate::column_type::ColumnType;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Dialect, Expect, ServerInfo, Statement};
use crate::graph::{Heads, RowChange};
use crate::literal::{RawSql, Value};
use crate::name::Ident;
use crate::op::{CreateTable, Operation};
use crate::revision::RevisionId;
use crate::schema::{Column, Constraint, PrimaryKey, Schema, Table};
use crate::sql::Sql;

use super::Settings;
use super::settings::ident;

/// How far the log says that a step has got.
pub(super) const DONE: &str = "done";
/// The step had to commit a part of its work before it was done.
pub(super) const RUNNING: &str = "running";
/// A part of the step is committed, and the statement behind it failed.
pub(super) const FAILED: &str = "failed";
/// The step was broken off, and a stamp said where the database is.
const ABANDONED: &str = "abandoned";

/// Writes SQL about the version table and the log.
pub(super) struct Bookkeeping<'a> {
    pub(super) dialect: &'static dyn Dialect,
    pub(super) settings: &'a Settings,
}

/// What the log says of a step.
#[derive(Debug, Clone)]
pub(super) struct LogRow<'a> {
    /// Its number, where it is there and known.
    pub(super) id: Option<i64>,
    pub(super) revision: &'a str,
    pub(super) direction: &'static str,
    pub(super) started_at: Value,
    pub(super) finished_at: Option<Value>,
    pub(super) outcome: &'static str,
    pub(super) checksum: Option<&'a str>,
    pub(super) done: usize,
    pub(super) total: usize,
}

/// The outcomes of steps that are to be resumed.
pub(super) const BROKEN_OFF: [&str; 2] = [RUNNING, FAILED];

/// Which rows of the log are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    All,
    BrokenOff,
}

/// Whether a table that is there already is a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Make {
    New,
    IfMissing,
}

impl Bookkeeping<'_> {
    /// Makes the version table, as Alembic makes its own.
    pub(super) fn create_version_table(
        &self,
        make: Make,
        server: &ServerInfo,
    ) -> Result<Vec<Statement>, Diagnostic> {
        let name = &self.settings.version_table;
        let mut column = Column::new(ident("version_num"), ColumnType::String { length: Some(255) });
        column.nullable = false;
        let mut table = Table::new(name.clone(), vec![column]);
        if self.settings.version_table_key {
            table.constraints.push(Constraint::PrimaryKey(PrimaryKey {
                name: Some(name.name.with_affixes("", "_pkc")),
                columns: vec![ident("version_num")],
            }));
        }
        self.create(table, make, server, "make the version table")
    }

    /// Makes the log table; nothing when no log is kept.
    pub(super) fn create_log_table(
        &self,
        make: Make,
        server: &ServerInfo,
    ) -> Result<Vec<Statement>, Diagnostic> {
        let Some(name) = &self.settings.log_table else { return Ok(Vec::new()) };
        let text = |name: &str, length: u32, nullable: bool| {
            let mut column = Column::new(ident(name), ColumnType::String { length: Some(length) });
            column.nullable = nullable;
            column
        };
        let number = |name: &str| {
            let mut column = Column::new(ident(name), ColumnType::Integer);
            column.nullable = false;
            column
        };
        let columns = vec![
            number("id"),
            text("revision", 255, false),
            text("direction", 16, false),
            // Times are text, because not every database takes the form of RFC 3339 for a time.
            text("started_at", 40, false),
            text("finished_at", 40, true),
            text("outcome", 16, false),
            text("checksum", 64, true),
            text("tool_version", 40, false),
            number("statements_done"),
            number("statements_total"),
        ];
        let mut table = Table::new(name.clone(), columns);
        table.constraints.push(Constraint::PrimaryKey(PrimaryKey { name: None, columns: vec![ident("id")] }));
        self.create(table, make, server, "make the log")
    }

    fn create(
        &self,
        table: Table,
        make: Make,
        server: &ServerInfo,
        why: &str,
    ) -> Result<Vec<Statement>, Diagnostic> {
        let operation = Operation::from(CreateTable { table, if_not_exists: make == Make::IfMissing });
        let mut lowered = self.dialect.lower(&operation, &Schema::new(), server)?;
        for statement in &mut lowered.statements {
            statement.why = why.to_owned();
        }
        Ok(lowered.statements)
    }

    /// Makes one change to the rows of the version table.
    pub(super) fn change(&self, change: &RowChange) -> Statement {
        let table = &self.settings.version_table;
        let column = ident("version_num");
        let sql = self.dialect.sql();
        let sql = match change {
            RowChange::Insert(id) => {
                let sql = sql.kw("INSERT INTO").table(table).idents([&column]).kw("VALUES");
                sql.list([id.as_str()], Sql::text)
            }
            RowChange::Delete(id) => {
                sql.kw("DELETE FROM").table(table).kw("WHERE").ident(&column).kw("=").text(id.as_str())
            }
            RowChange::Update { from, to } => {
                let sql = sql.kw("UPDATE").table(table).kw("SET").ident(&column).kw("=").text(to.as_str());
                sql.kw("WHERE").ident(&column).kw("=").text(from.as_str())
            }
        };
        Statement::new(sql.finish(), "keep the version table")
    }

    /// Says in the log that nothing is left to be resumed; `None` when no log is kept.
    pub(super) fn abandon(&self) -> Option<Statement> {
        self.close(ABANDONED)
    }

    /// Says in the log that the statement at which a step was broken off had no effect; `None` when no log is kept.
    pub(super) fn fail(&self) -> Option<Statement> {
        self.close(FAILED)
    }

    fn close(&self, outcome: &'static str) -> Option<Statement> {
        let table = self.settings.log_table.as_ref()?;
        let column = ident("outcome");
        let sql = self.dialect.sql().kw("UPDATE").table(table).kw("SET").ident(&column).kw("=").text(outcome);
        let sql = sql.kw("WHERE").ident(&column).kw("IN").list(BROKEN_OFF, Sql::text);
        Some(Statement::new(sql.finish(), "keep the log"))
    }

    /// Reads the rows of the version table.
    pub(super) fn select_versions(&self) -> String {
        let sql = self.dialect.sql().kw("SELECT").ident(&ident("version_num"));
        sql.kw("FROM").table(&self.settings.version_table).finish()
    }

    /// Writes the rows of the version table as they are.
    pub(super) fn hold_versions(&self) -> String {
        let column = ident("version_num");
        let sql = self.dialect.sql().kw("UPDATE").table(&self.settings.version_table).kw("SET");
        sql.ident(&column).kw("=").ident(&column).finish()
    }

    /// Checks that the version table holds just these rows.
    pub(super) fn check_place(&self, heads: &Heads) -> Statement {
        let (table, column) = (&self.settings.version_table, ident("version_num"));
        let held = || heads.iter().map(RevisionId::as_str);
        let count = i64::try_from(held().count()).unwrap_or(i64::MAX);
        let others = self.dialect.sql().kw("SELECT 1 FROM").table(table);
        let others = others.kw("WHERE").ident(&column).kw("NOT IN").list(held(), Sql::text);
        let all = others.kw("UNION ALL SELECT 1 FROM (SELECT count(*) AS n FROM").table(table);
        let sql = all.close(")").kw("AS held WHERE n <>").number(count);
        Statement::new(sql.finish(), "check where the database is").expecting(Expect::NoRows {
            otherwise: format!("the database is not at {heads}"),
            code: Code::ChangedMeanwhile,
        })
    }

    /// Adds a row to the log; `None` when no log is kept.
    pub(super) fn log(&self, row: &LogRow<'_>) -> Option<Statement> {
        let table = self.settings.log_table.as_ref()?;
        let text = |text: &str| Value::from(text);
        let number = |number: usize| Value::from(i64::try_from(number).unwrap_or(i64::MAX));
        let mut cells: Vec<(Ident, Value)> = vec![
            (ident("revision"), text(row.revision)),
            (ident("direction"), text(row.direction)),
            (ident("started_at"), row.started_at.clone()),
        ];
        cells.extend(row.finished_at.clone().map(|at| (ident("finished_at"), at)));
        cells.push((ident("outcome"), text(row.outcome)));
        cells.extend(row.checksum.map(|sum| (ident("checksum"), text(sum))));
        cells.push((ident("tool_version"), text(&self.settings.tool_version)));
        cells.push((ident("statements_done"), number(row.done)));
        cells.push((ident("statements_total"), number(row.total)));
        let sql = self.dialect.sql().kw("INSERT INTO").table(table);
        let sql = sql.idents(cells.iter().map(|(name, _)| name)).kw("VALUES");
        let sql = sql.list(cells.iter().map(|(_, value)| value), Sql::value);
        Some(Statement::new(sql.finish(), "keep the log"))
    }

    /// Reads the number of the newest row of the log; `None` when no log is kept.
    pub(super) fn select_newest(&self) -> Option<String> {
        let table = self.settings.log_table.as_ref()?;
        let sql = self.dialect.sql().kw("SELECT max(").glue("").ident(&ident("id")).close(")");
        Some(sql.kw("FROM").table(table).finish())
    }

    /// Says in the log how far the running step has got; `None` when no log is kept.
    pub(super) fn log_progress(&self, row: &LogRow<'_>) -> Option<Statement> {
        let table = self.settings.log_table.as_ref()?;
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let sql = self.dialect.sql().kw("UPDATE").table(table).kw("SET");
        let sql = sql.ident(&ident("statements_done")).kw("=").number(number(row.done)).close(",");
        let sql = sql.ident(&ident("outcome")).kw("=").text(row.outcome);
        let sql = sql.maybe(row.finished_at.as_ref(), |sql, at| {
            sql.close(",").ident(&ident("finished_at")).kw("=").value(at)
        });
        let sql = sql.kw("WHERE");
        // By its number it is found without reading the others.
        let sql = sql.maybe(row.id, |sql, id| sql.ident(&ident("id")).kw("=").number(id).kw("AND"));
        let sql = sql.ident(&ident("revision")).kw("=").text(row.revision);
        let sql = sql.kw("AND").ident(&ident("outcome")).kw("IN").list(BROKEN_OFF, Sql::text);
        Some(Statement::new(sql.finish(), "keep the log"))
    }

    /// Reads the log, oldest first, or only what was broken off; `None` when no log is kept.
    pub(super) fn select_log(&self, only: Rows) -> Option<String> {
        let table = self.settings.log_table.as_ref()?;
        let names = super::log::COLUMNS.map(ident);
        let sql = self.dialect.sql().kw("SELECT");
        let sql = names
            .iter()
            .enumerate()
            .fold(sql, |sql, (i, name)| if i == 0 { sql.ident(name) } else { sql.close(",").ident(name) });
        let sql = sql.kw("FROM").table(table);
        let sql = sql.when(only == Rows::BrokenOff, |sql| {
            sql.kw("WHERE").ident(&ident("outcome")).kw("IN").list(BROKEN_OFF, Sql::text)
        });
        Some(sql.kw("ORDER BY").ident(&ident("id")).finish())
    }
}

/// The moment at which a script is run.
pub(super) fn current_timestamp() -> Value {
    Value::Sql(RawSql::new("CURRENT_TIMESTAMP"))
}
