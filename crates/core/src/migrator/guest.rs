//! Revisions that another tool runs, one at a time, on a connection that only it knows.

mod host;

use std::sync::OnceLock;

pub use host::HostedStep;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{Dialect, Enforcement, ServerInfo};
use crate::fold::Fold;
use crate::graph::{Heads, Route, Target};
use crate::history::History;
use crate::op::Transaction;
use crate::revision::RevisionId;

use super::bookkeeping::{Bookkeeping, Make, Rows};
use super::log::LogEntry;
use super::offline::{Frame, framed, is_delicate};
use super::plan::{Plan, PlannedStep};
use super::planner::{self, Mode};
use super::resume::BrokenOff;
use super::{Settings, TransactionMode};

/// A history that another tool runs: it asks for the SQL of one revision after the other, and keeps the connection.
///
/// The version table and the log are kept by that SQL, so that a database may be moved by that tool and by a
/// [`Migrator`](super::Migrator) in turn.
pub struct Guest {
    history: History,
    dialect: &'static dyn Dialect,
    server: ServerInfo,
    settings: Settings,
    order: Vec<RevisionId>,
    /// Made when the first revision is wanted, so that a tool that finds nothing to do reads headers alone.
    planned: OnceLock<Result<Planned, Diagnostics>>,
}

/// What is known of the revisions once all of them are planned.
struct Planned {
    /// The steps up from an empty database.
    up: FxHashMap<RevisionId, PlannedStep>,
    /// The revisions that cannot be undone in a transaction.
    outside: FxHashSet<RevisionId>,
}

/// What runs a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestScript {
    /// The statements, in order, without semicolons. Each is to be sent by itself, and none behind one that failed.
    pub statements: Vec<String>,
    /// Whether it wants to run in the tool's transaction; else it begins and commits its own.
    pub transaction: Transaction,
}

impl Guest {
    /// Takes a history, of which no more than the headers is read.
    ///
    /// # Errors
    /// Those of the graph.
    pub fn new(
        history: History,
        dialect: &'static dyn Dialect,
        server: ServerInfo,
        settings: Settings,
    ) -> Result<Self, Diagnostics> {
        let settings = Settings { transaction: TransactionMode::Revision, ..settings };
        let up = history.graph().upgrade(&Heads::default(), &Target::heads()).map_err(Diagnostic::from)?;
        let order = up.steps.into_iter().map(|step| step.revision).collect();
        Ok(Self { history, dialect, server, settings, order, planned: OnceLock::new() })
    }

    /// Returns the plan of the whole history, which is made when it is first asked for. Nothing is run.
    fn planned(&self) -> Result<&Planned, Diagnostics> {
        let make = || {
            let graph = self.history.graph();
            let heads = graph.heads_at(&Target::heads()).map_err(Diagnostic::from)?;
            let up = graph.upgrade(&Heads::default(), &Target::heads()).map_err(Diagnostic::from)?;
            let down = graph.downgrade(&heads, &Target::base()).map_err(Diagnostic::from)?;
            let steps = self.plan(up)?.steps.into_iter();
            let up = steps.map(|step| (step.step.revision.clone(), step)).collect();
            let mut outside = FxHashSet::default();
            self.leaving(down, &mut outside);
            Ok(Planned { up, outside })
        };
        self.planned.get_or_init(make).as_ref().map_err(Clone::clone)
    }

    /// Returns the history.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Returns all revisions, parents before children.
    pub fn revisions(&self) -> &[RevisionId] {
        &self.order
    }

    /// Says whether both directions of a revision can run in the tool's transaction; else the SQL brings its own.
    ///
    /// # Errors
    /// All that can be found in the whole history without a database, data work in Rust among it, which needs one.
    pub fn transaction(&self, revision: &RevisionId) -> Result<Transaction, Diagnostics> {
        let planned = self.planned()?;
        let leaves =
            planned.outside.contains(revision) || planned.up.get(revision).is_some_and(own_transaction);
        Ok(if leaves { Transaction::Outside } else { Transaction::Inside })
    }

    /// Returns the SQL that makes the version table and the log where they are missing.
    ///
    /// # Errors
    /// When the dialect cannot make them.
    pub fn tables(&self) -> Result<String, Diagnostic> {
        let book = Bookkeeping { dialect: self.dialect, settings: &self.settings };
        let version = book.create_version_table(Make::IfMissing, &self.server)?;
        let log = book.create_log_table(Make::IfMissing, &self.server)?;
        Ok(version.iter().chain(&log).map(|statement| format!("{};\n", statement.sql)).collect())
    }

    /// Returns the query for the rows of the version table: one column of texts, `version_num`.
    pub fn heads_query(&self) -> String {
        Bookkeeping { dialect: self.dialect, settings: &self.settings }.select_versions()
    }

    /// Returns what applies a revision to a database with these rows in its version table; `None` when it is applied.
    ///
    /// # Errors
    /// As [`Guest::transaction`]; rows and revisions that are not in the history; revisions before it that are missing.
    pub fn upgrade(&self, revision: &RevisionId, heads: &Heads) -> Result<Option<GuestScript>, Diagnostics> {
        if let Some(step) = self.planned()?.up.get(revision).filter(|step| step.before == *heads) {
            return Ok(Some(self.script(step)?));
        }
        let graph = self.history.graph();
        let route = graph.upgrade(heads, &Target::revision(revision.as_str())).map_err(Diagnostic::from)?;
        self.one(route, revision)
    }

    /// Returns what undoes a revision; `None` when it is not applied.
    ///
    /// # Errors
    /// As [`Guest::upgrade`]; also when something applied needs it, or when there is no way back.
    pub fn downgrade(
        &self,
        revision: &RevisionId,
        heads: &Heads,
    ) -> Result<Option<GuestScript>, Diagnostics> {
        let graph = self.history.graph();
        let applied = graph.applied(heads).map_err(Diagnostic::from)?;
        if !applied.iter().any(|header| header.revision == *revision) {
            return Ok(None);
        }
        self.one(graph.undo(heads, revision).map_err(Diagnostic::from)?, revision)
    }

    /// Returns the query for the steps that were broken off, oldest first: the columns of [`LogEntry`], by name, those that
    /// count are integers. `None` when no log is kept.
    pub fn broken_off_query(&self) -> Option<String> {
        Bookkeeping { dialect: self.dialect, settings: &self.settings }.select_log(Rows::BrokenOff)
    }

    /// Returns the statement that changes nothing and has other runs wait for the end of the transaction: they then find the
    /// rows of the version table as it leaves them.
    pub fn hold_statement(&self) -> String {
        Bookkeeping { dialect: self.dialect, settings: &self.settings }.hold_versions()
    }

    /// Says that a step that was broken off has to be finished first, by a [`Migrator`](super::Migrator). `None` when nothing
    /// of it stayed.
    pub fn refusal(&self, entry: LogEntry) -> Option<Diagnostic> {
        BrokenOff::new(entry).unfinished()
    }

    /// Returns the query for the statements that put back what a script with its own transaction may switch for its session:
    /// texts, in a column `sql`, in order. To be asked before such a script, and to be run behind it, or behind the ROLLBACK when
    /// one of its statements failed. `None` when nothing is switched.
    pub fn session_query(&self) -> Option<&'static str> {
        self.dialect.script_guard()?.session_query()
    }

    /// Adds the revisions that cannot be undone in a transaction. One that cannot be undone at all is none of them, and says
    /// nothing of the others.
    fn leaving(&self, down: Route, outside: &mut FxHashSet<RevisionId>) {
        if let Ok(plan) = self.plan(down.clone()) {
            let leaves = plan.steps.into_iter().filter(own_transaction);
            return outside.extend(leaves.map(|step| step.step.revision));
        }
        let half = down.steps.len() / 2;
        let Some(start) = down.walk().nth(half).map(|passage| passage.before).filter(|_| half > 0) else {
            return;
        };
        let Route { start: top, mut steps } = down;
        let below = steps.split_off(half);
        self.leaving(Route { start: top, steps }, outside);
        self.leaving(Route { start, steps: below }, outside);
    }

    /// Makes the script of a route that must have one step, which is wanted, at most.
    fn one(&self, route: Route, revision: &RevisionId) -> Result<Option<GuestScript>, Diagnostics> {
        let other = route.steps.iter().find(|step| step.revision != *revision);
        if let Some(other) = other {
            let message = format!("revision `{revision}` needs `{}`, which is not applied", other.revision);
            return Err(Diagnostic::new(Code::NotUpToDate, message)
                .hint("run the revisions in their order")
                .into());
        }
        let plan = self.plan(route)?;
        match plan.steps.first() {
            Some(step) => Ok(Some(self.script(step)?)),
            None => Ok(None),
        }
    }

    fn plan(&self, route: Route) -> Result<Plan, Diagnostics> {
        planner::plan(&self.history, route, &self.server, self.dialect, &self.settings, Mode::Offline)
    }

    fn script(&self, step: &PlannedStep) -> Result<GuestScript, Diagnostic> {
        let own = own_transaction(step);
        let frame = if own { Frame::Tool } else { Frame::ToolsTransaction };
        let plan = Plan {
            route: Route { start: step.before.clone(), steps: vec![step.step.clone()] },
            steps: vec![step.clone()],
            fold: Fold::new(self.server.names()),
        };
        let script = framed(&plan, self.dialect, &self.server, &self.settings, frame)?;
        let transaction = if own { Transaction::Outside } else { Transaction::Inside };
        Ok(GuestScript { statements: script.statements, transaction })
    }
}

/// Says whether a step cannot run in a transaction that another tool has begun.
fn own_transaction(step: &PlannedStep) -> bool {
    step.enforcement != Enforcement::default() || step.leaves_transaction() || is_delicate(step)
}
