//! The migrator: what a program asks for.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::Connection;
use crate::graph::{Anchor, Direction, Heads, Route, Target};
use crate::history::History;
use crate::literal::Literal;
use crate::op::Transaction;
use crate::revision::RevisionId;

use super::bookkeeping::{Bookkeeping, Rows};
use super::log::LogEntry;
use super::observer::{Observer, StepReport};
use super::open::Missing;
use super::plan::Plan;
use super::planner::{self, Mode, Purpose};
use super::run;
use super::step::Session;
use super::{Cancel, Settings, current, stamp};

/// Moves a database along its history.
///
/// Nothing is written before a whole route is planned, and nothing at all when there is nothing to do.
pub struct Migrator<'m> {
    history: &'m History,
    connection: &'m mut dyn Connection,
    settings: Settings,
    observer: Option<Arc<dyn Observer>>,
    cancel: Cancel,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The steps, in order; none when there was nothing to do.
    pub steps: Vec<StepReport>,
    /// The rows of the version table afterwards.
    pub heads: Heads,
}

/// What a stamp does with the rows that are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Purge {
    /// They move to the targets on their branch.
    #[default]
    Keep,
    /// They are deleted first, even those that name no revision.
    All,
}

impl<'m> Migrator<'m> {
    /// Makes a migrator. Nothing is read or written yet.
    pub fn new(history: &'m History, connection: &'m mut dyn Connection, settings: Settings) -> Self {
        let cancel = Cancel::new(connection.interrupt());
        Self { history, connection, settings, observer: None, cancel }
    }

    /// Lets an observer know what is done.
    #[must_use]
    pub fn observed(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Returns a handle that breaks a run off from another thread.
    pub fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Returns the rows of the version table; none when there is no such table. Writes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn current(&mut self) -> Result<Heads, Diagnostics> {
        let book = Bookkeeping { dialect: self.connection.dialect(), settings: &self.settings };
        Ok(current::read(self.connection, &book)?.unwrap_or_default())
    }

    /// Returns the log, oldest first; nothing when there is none. Writes nothing.
    ///
    /// # Errors
    /// What the database says.
    pub fn log(&mut self) -> Result<Vec<LogEntry>, Diagnostics> {
        let book = Bookkeeping { dialect: self.connection.dialect(), settings: &self.settings };
        let (Some(table), Some(sql)) = (&self.settings.log_table, book.select_log(Rows::All)) else {
            return Ok(Vec::new());
        };
        let there = self.connection.has_table(table).map_err(Diagnostic::from)?;
        let rows: Vec<Vec<Literal>> = match there {
            true => self.connection.query(&sql).map_err(Diagnostic::from)?,
            false => Vec::new(),
        };
        Ok(rows.iter().map(|row| LogEntry::read(row)).collect())
    }

    /// Applies what is missing up to a target.
    ///
    /// # Errors
    /// All that can be found before anything runs; else what the database says. The revision at hand is then rolled
    /// back; those before it stay, unless one transaction spans the run.
    pub fn upgrade(&mut self, target: &Target) -> Result<Outcome, Diagnostics> {
        self.run(target, Direction::Up)
    }

    /// Undoes what lies above a target.
    ///
    /// # Errors
    /// As [`Migrator::upgrade`]; also when a revision cannot be undone.
    pub fn downgrade(&mut self, target: &Target) -> Result<Outcome, Diagnostics> {
        self.run(target, Direction::Down)
    }

    /// Undoes one revision that nothing applied needs, and no other.
    ///
    /// # Errors
    /// As [`Migrator::downgrade`]; [`NotApplied`](crate::graph::RouteError::NotApplied) when something needs it.
    pub fn undo(&mut self, revision: &RevisionId) -> Result<Outcome, Diagnostics> {
        let history = self.history;
        let transaction = self.settings.transaction;
        self.session(|session| {
            run::run(session, history, transaction, &mut |session, heads| {
                let route = match heads.is_empty() {
                    true => Route { start: heads.clone(), steps: Vec::new() },
                    false => history.graph().undo(heads, revision).map_err(Diagnostic::from)?,
                };
                planner::plan(
                    history,
                    route,
                    &session.server,
                    session.dialect,
                    session.book.settings,
                    Mode::Online(&mut *session.connection, Purpose::Run),
                )
            })
        })
    }

    /// Returns what [`Migrator::upgrade`] would run now. Writes nothing.
    ///
    /// # Errors
    /// All that can be found before anything runs.
    pub fn plan_upgrade(&mut self, target: &Target) -> Result<Plan, Diagnostics> {
        self.plan(target, Direction::Up)
    }

    /// Returns what [`Migrator::downgrade`] would run now. Writes nothing.
    ///
    /// # Errors
    /// All that can be found before anything runs.
    pub fn plan_downgrade(&mut self, target: &Target) -> Result<Plan, Diagnostics> {
        self.plan(target, Direction::Down)
    }

    /// Returns what [`Migrator::stamp`] would run now. Writes nothing.
    ///
    /// # Errors
    /// A target or a row of the version table that is not in the history.
    pub fn plan_stamp(&mut self, targets: &[Target], purge: Purge) -> Result<Plan, Diagnostics> {
        let heads = self.current()?;
        let book = Bookkeeping { dialect: self.connection.dialect(), settings: &self.settings };
        Ok(stamp::plan(self.history, &heads, targets, purge, &book)?)
    }

    /// Sets the version table to some targets without running anything else.
    ///
    /// # Errors
    /// A target or a row of the version table that is not in the history; what the database says.
    pub fn stamp(&mut self, targets: &[Target], purge: Purge) -> Result<Outcome, Diagnostics> {
        let history = self.history;
        self.session(|session| stamp::run(session, history, targets, purge))
    }

    /// Makes the version table and the log where they are missing.
    ///
    /// # Errors
    /// What the database says.
    pub fn ensure_version(&mut self) -> Result<(), Diagnostics> {
        self.session(|session| {
            let found = current::read(session.connection, &session.book)?;
            let log_there = match &session.book.settings.log_table {
                Some(log) => session.connection.has_table(log).map_err(Diagnostic::from)?,
                None => true,
            };
            if found.is_some() && log_there {
                return Ok(());
            }
            let table = &session.book.settings.version_table;
            session.connection.lock(table, Transaction::Inside).map_err(Diagnostic::from)?;
            session.connection.begin(Default::default()).map_err(Diagnostic::from)?;
            let made = current::read(session.connection, &session.book)
                .and_then(|found| session.make_tables(Missing::of(&found)));
            match made {
                Ok(_) => Ok(session.connection.commit().map_err(Diagnostic::from)?),
                Err(fault) => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    Err(fault.into())
                }
            }
        })
    }

    fn run(&mut self, target: &Target, direction: Direction) -> Result<Outcome, Diagnostics> {
        let history = self.history;
        let mut goal = Goal { history, target: target.clone(), direction, first: None };
        let transaction = self.settings.transaction;
        self.session(|session| {
            run::run(session, history, transaction, &mut |session, heads| {
                let route = goal.route(heads)?;
                planner::plan(
                    history,
                    route,
                    &session.server,
                    session.dialect,
                    session.book.settings,
                    Mode::Online(&mut *session.connection, Purpose::Run),
                )
            })
        })
    }

    fn plan(&mut self, target: &Target, direction: Direction) -> Result<Plan, Diagnostics> {
        let heads = self.current()?;
        let route = route(self.history, &heads, target, direction)?;
        let (dialect, server) = (self.connection.dialect(), self.connection.server().clone());
        let mode = Mode::Online(&mut *self.connection, Purpose::Show);
        planner::plan(self.history, route, &server, dialect, &self.settings, mode)
    }

    fn session<T>(
        &mut self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T, Diagnostics>,
    ) -> Result<T, Diagnostics> {
        if let Some(observer) = &self.observer {
            let (observer, cancel) = (observer.clone(), self.cancel.clone());
            self.connection.watch(Some(Box::new(move |progress| {
                observer.progress(progress);
                match cancel.is_cancelled() {
                    true => std::ops::ControlFlow::Break(()),
                    false => std::ops::ControlFlow::Continue(()),
                }
            })));
        }
        let dialect = self.connection.dialect();
        let mut session = Session {
            dialect,
            server: self.connection.server().clone().with(&self.settings.options),
            connection: &mut *self.connection,
            book: Bookkeeping { dialect, settings: &self.settings },
            observer: self.observer.clone(),
            cancel: self.cancel.clone(),
        };
        let limited = session.connection.limit(&session.book.settings.limits).map_err(Diagnostic::from);
        let done = limited.map_err(Diagnostics::from).and_then(|()| work(&mut session));
        self.connection.unlock();
        if self.observer.is_some() {
            self.connection.watch(None);
        }
        done
    }
}

/// Where a run goes. A relative target is counted once, from where the database is at first: when another runner has
/// moved the database meanwhile, the same revisions are meant.
struct Goal<'g> {
    history: &'g History,
    target: Target,
    direction: Direction,
    first: Option<Route>,
}

impl Goal<'_> {
    fn route(&mut self, heads: &Heads) -> Result<Route, Diagnostics> {
        let relative = self.target.offset.is_some() && self.target.anchor == Anchor::Here;
        let Some(first) = self.first.as_ref().filter(|_| relative) else {
            let route = route(self.history, heads, &self.target, self.direction)?;
            self.first = Some(route.clone());
            return Ok(route);
        };
        let Some(last) = first.steps.last() else { return Ok(first.clone()) };
        if self.direction == Direction::Up {
            return route(self.history, heads, &Target::revision(last.revision.as_str()), Direction::Up);
        }
        let applied = self.history.graph().applied(heads).map_err(Diagnostic::from)?;
        match first.steps.iter().any(|step| applied.iter().any(|header| header.revision == step.revision)) {
            false => Ok(Route { start: heads.clone(), steps: Vec::new() }),
            true => {
                let message = format!("another process moved the database from {} to {heads}", first.start);
                Err(Diagnostic::new(Code::ChangedMeanwhile, message)
                    .hint("name the revision to go down to")
                    .into())
            }
        }
    }
}

fn route(
    history: &History,
    heads: &Heads,
    target: &Target,
    direction: Direction,
) -> Result<Route, Diagnostics> {
    let graph = history.graph();
    let route = match direction {
        Direction::Up => graph.upgrade(heads, target),
        Direction::Down => graph.downgrade(heads, target),
    };
    Ok(route.map_err(Diagnostic::from)?)
}
