//! Scripts: what a run would do, as SQL text for the database's own client.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::{Dialect, Enforcement, Expect, Names, ScriptGuard, ServerInfo, Statement, Way};
use crate::graph::{Direction, Heads, Target};
use crate::history::{History, Task};
use crate::name::TableName;
use crate::op::{AlterTable, Delete, DropTable, Insert, Operation, RenameTable, Transaction};
use crate::raw;

use super::bookkeeping::{Bookkeeping, DONE, LogRow, Make, current_timestamp};
use super::plan::{Plan, PlannedStep};
use super::planner::{self, Mode};
use super::public::Purge;
use super::step::direction;
use super::{Settings, TransactionMode, stamp};

/// Makes the script of an upgrade from `from` (absolute; `base` for an empty database) to `to`.
///
/// # Errors
/// A target that is missing or ambiguous; all that a plan can find; data work, which needs a database.
pub fn offline_upgrade(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    from: &Target,
    to: &Target,
) -> Result<String, Diagnostics> {
    let plan = plan_upgrade(history, dialect, server, settings, from, to)?;
    Ok(script(&plan, dialect, server, settings)?)
}

/// Makes the plan of an upgrade with no database at hand.
pub(super) fn plan_upgrade(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    from: &Target,
    to: &Target,
) -> Result<Plan, Diagnostics> {
    let graph = history.graph();
    let heads = graph.heads_at(from).map_err(Diagnostic::from)?;
    let route = graph.upgrade(&heads, to).map_err(Diagnostic::from)?;
    planner::plan(history, route, server, dialect, settings, Mode::Offline)
}

/// Makes the script of a downgrade from `from` (absolute) to `to`.
///
/// # Errors
/// As [`offline_upgrade`]; also when a revision cannot be undone.
pub fn offline_downgrade(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    from: &Target,
    to: &Target,
) -> Result<String, Diagnostics> {
    let graph = history.graph();
    let heads = graph.heads_at(from).map_err(Diagnostic::from)?;
    let route = graph.downgrade(&heads, to).map_err(Diagnostic::from)?;
    let plan = planner::plan(history, route, server, dialect, settings, Mode::Offline)?;
    Ok(script(&plan, dialect, server, settings)?)
}

/// Makes the script of a stamp of a database that is at `from` (absolute).
///
/// # Errors
/// A target that is missing or ambiguous.
pub fn offline_stamp(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    from: &Target,
    targets: &[Target],
) -> Result<String, Diagnostics> {
    let heads = history.graph().heads_at(from).map_err(Diagnostic::from)?;
    let book = Bookkeeping { dialect, settings };
    let plan = stamp::plan(history, &heads, targets, Purge::Keep, &book)?;
    Ok(script(&plan, dialect, server, settings)?)
}

/// Prints a plan as a script. Empty when there is nothing to do.
///
/// The version table is made when the database is before the first revision, the log when it is missing.
///
/// # Errors
/// When the dialect cannot make the tables.
pub(super) fn script(
    plan: &Plan,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
) -> Result<String, Diagnostic> {
    Ok(framed(plan, dialect, server, settings, Frame::Client)?.text)
}

/// Who runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// The database's own client, with nothing around it.
    Client,
    /// Another tool, which has seen to it that the version table and the log are there, and stops at the first error.
    Tool,
    /// The same, in a transaction of its own.
    ToolsTransaction,
    /// The same, in a transaction of its own of which the statements may be such that one may not be without the other.
    Host,
}

impl Frame {
    /// Says whether someone else begins and commits.
    fn is_inside(self) -> bool {
        matches!(self, Self::ToolsTransaction | Self::Host)
    }
}

/// Prints a plan for whoever runs it.
///
/// # Errors
/// As [`script`].
pub(super) fn framed(
    plan: &Plan,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    frame: Frame,
) -> Result<Script, Diagnostic> {
    let book = Bookkeeping { dialect, settings };
    let whole = plan.steps.iter().map(|step| step.enforcement).max().unwrap_or_default();
    let guarded = plan.steps.iter().any(is_delicate);
    let mut script = Script::new(dialect, server, guarded, frame);
    for (number, step) in plan.steps.iter().enumerate() {
        if number == 0 && frame == Frame::Client {
            script.text.push_str(&format!("-- {}\n\n", dialect.script_advice()));
        }
        script.text.push_str(&format!("-- Running {} {}\n\n", direction(step), passage(step)));
        if script.open.is_none() {
            let (enforcement, steps) = match settings.transaction {
                TransactionMode::Revision | TransactionMode::None => {
                    (step.enforcement, &plan.steps[number..=number])
                }
                TransactionMode::Run => (whole, &plan.steps[number..]),
            };
            if frame == Frame::Client {
                script.changed(steps, settings);
            }
            script.begin(enforcement);
            script.check_place(&book, &step.before);
        }
        if number == 0 && frame == Frame::Client {
            let fresh = plan.route.start.is_empty() && step.step.direction == Direction::Up;
            let mut tables = Vec::new();
            if fresh {
                tables.extend(book.create_version_table(Make::New, server)?);
            }
            tables.extend(book.create_log_table(Make::IfMissing, server)?);
            tables.iter().for_each(|statement| script.statement(statement));
        }
        step.statements().for_each(|statement| script.statement(statement));
        book.log(&row(step)).iter().for_each(|statement| script.statement(statement));
        script.check_place(&book, &step.after);
        if settings.transaction != TransactionMode::Run {
            script.commit();
        }
    }
    script.commit();
    Ok(script)
}

/// Says whether one of the statements of a step could lose something if one before it failed.
pub(super) fn is_delicate(step: &PlannedStep) -> bool {
    step.statements().any(|statement| statement.way != Way::Native || statement.expect != Expect::Anything)
}

/// A script, made line by line.
pub(super) struct Script {
    /// All of it, with what is said to a person.
    pub(super) text: String,
    /// The statements alone, without semicolons. What cannot be in a transaction stands by itself: some servers make
    /// one of all that they are sent at once.
    pub(super) statements: Vec<String>,
    names: Names,
    dialect: &'static dyn Dialect,
    guard: Option<&'static dyn ScriptGuard>,
    frame: Frame,
    /// The tables that the transaction at hand must not lose where the client goes on after an error.
    changed: Vec<TableName>,
    open: Option<Enforcement>,
    /// What opens the transaction at hand, until something stands in it.
    opening: Vec<String>,
    /// How many things were found to hold since the transaction was opened.
    held: usize,
}

impl Script {
    /// Starts a script, guarded where one of its statements could lose something if one before it failed.
    pub(super) fn new(
        dialect: &'static dyn Dialect,
        server: &ServerInfo,
        guarded: bool,
        frame: Frame,
    ) -> Self {
        let guard = dialect.script_guard().filter(|_| guarded);
        Self {
            text: String::new(),
            statements: Vec::new(),
            names: server.names(),
            dialect,
            guard,
            frame,
            changed: Vec::new(),
            open: None,
            opening: Vec::new(),
            held: 0,
        }
    }

    /// Says which steps the next transaction holds.
    pub(super) fn changed(&mut self, steps: &[PlannedStep], settings: &Settings) {
        self.changed = changed(steps, settings);
    }

    pub(super) fn begin(&mut self, enforcement: Enforcement) {
        self.open = Some(enforcement);
        self.held = 0;
        self.opening = match (self.guard, self.frame) {
            (Some(guard), Frame::Host) => guard.open_inside(),
            (_, Frame::ToolsTransaction | Frame::Host) => Vec::new(),
            (Some(guard), Frame::Client | Frame::Tool) => guard.open(enforcement, &self.changed),
            (None, Frame::Client | Frame::Tool) => self.dialect.transaction_script(enforcement).0,
        };
    }

    /// Checks that the database is where a step starts or ends. At base there may be no table to look at.
    fn check_place(&mut self, book: &Bookkeeping<'_>, heads: &Heads) {
        if self.guard.is_some() && !heads.is_empty() {
            self.write(&book.check_place(heads));
        }
    }

    pub(super) fn commit(&mut self) {
        let is_empty = !std::mem::take(&mut self.opening).is_empty();
        let Some(enforcement) = self.open.take().filter(|_| !is_empty) else { return };
        self.lines(match self.guard {
            Some(guard) if self.frame == Frame::Host => guard.close_inside(self.held),
            _ if self.frame.is_inside() => return,
            Some(guard) => guard.close(enforcement, self.held),
            None => self.dialect.transaction_script(enforcement).1,
        });
    }

    pub(super) fn statement(&mut self, statement: &Statement) {
        match (statement.transaction, self.open) {
            (Transaction::Outside, Some(enforcement)) => {
                self.commit();
                match self.frame {
                    Frame::Client => self.write(statement),
                    Frame::Tool | Frame::ToolsTransaction | Frame::Host => self.write_apart(statement),
                }
                self.begin(enforcement);
            }
            _ => self.write(statement),
        }
    }

    /// Writes each statement that a text of the author's holds by itself.
    fn write_apart(&mut self, statement: &Statement) {
        for part in raw::cut(&statement.sql, self.names) {
            self.write(&Statement { sql: part.text(&statement.sql).to_owned(), ..statement.clone() });
        }
    }

    fn write(&mut self, statement: &Statement) {
        if let Some(guard) = self.guard {
            let guarded = guard.statement(statement);
            self.held += guarded.held;
            return self.lines(guarded.sql);
        }
        match &statement.expect {
            Expect::NoRows { otherwise, .. } | Expect::NoneMissed { otherwise, .. } => {
                self.comment("must return no rows; else", otherwise)
            }
            Expect::AsRemembered { otherwise, .. } => {
                self.comment("must return the same as before; else", otherwise)
            }
            Expect::Anything | Expect::Success { .. } | Expect::Remember(_) => {}
        }
        self.lines([statement.sql.clone()]);
    }

    fn comment(&mut self, what: &str, otherwise: &str) {
        self.lines([]);
        let otherwise = otherwise.replace(['\n', '\r'], " ");
        self.text.push_str(&format!("-- {what}: {otherwise}\n"));
    }

    fn lines(&mut self, statements: impl IntoIterator<Item = String>) {
        let opening = std::mem::take(&mut self.opening);
        for sql in opening.into_iter().chain(statements) {
            let sql = sql.trim_end().trim_end_matches(';').trim_end();
            // A comment at the end of raw SQL would swallow the semicolon.
            let end = match sql.lines().last().is_some_and(|line| line.contains("--")) {
                true => "\n;",
                false => ";",
            };
            self.statements.push(sql.to_owned());
            self.text.push_str(sql);
            self.text.push_str(end);
            self.text.push_str("\n\n");
        }
    }
}

/// Returns the tables that some steps change, and those that say where the database is. In order of name.
fn changed(steps: &[PlannedStep], settings: &Settings) -> Vec<TableName> {
    let changed = steps.iter().flat_map(|step| &step.tasks).flat_map(|task| match &task.task {
        Task::Operation(scoped) => match &scoped.operation {
            Operation::AlterTable(AlterTable { table, .. })
            | Operation::DropTable(DropTable { table, .. })
            | Operation::RenameTable(RenameTable { table, .. })
            | Operation::Insert(Insert { table, .. })
            | Operation::Delete(Delete { table, .. }) => vec![table],
            // It names no table, but its statements read the rows of those that have its columns.
            Operation::AlterEnum(_) => {
                let rows = task.statements().iter().filter_map(|statement| statement.cost.rows());
                rows.map(|rows| &rows.table).collect()
            }
            _ => Vec::new(),
        },
        Task::Work(_) | Task::Untold(_) => Vec::new(),
    });
    let kept = settings.log_table.iter().chain([&settings.version_table]);
    changed.chain(kept).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Writes where a step comes from and where it leads, as Alembic does: `a -> b`, and ` -> b` from a base.
pub(super) fn passage(step: &PlannedStep) -> String {
    let list = |ids: &[crate::revision::RevisionId]| {
        ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    format!("{} -> {}", list(&step.step.from), list(&step.step.to))
}

/// Returns the row of the log that a script writes when it has come to the end of a step.
pub(super) fn row(step: &PlannedStep) -> LogRow<'_> {
    LogRow {
        id: None,
        revision: step.step.revision.as_str(),
        direction: direction(step),
        started_at: current_timestamp(),
        finished_at: Some(current_timestamp()),
        outcome: DONE,
        checksum: step.checksum.as_deref(),
        done: step.size(),
        total: step.size(),
    }
}
