//! Runs one step: its tasks, its rows of the version table and its row of the log.

use std::borrow::Cow;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{Connection, Cost, DatabaseError, Dialect, Enforcement, Lowered, ServerInfo, Statement};
use crate::history::{Task, Work};
use crate::literal::Value;
use crate::op::{Operation, ScopedOperation, Transaction};

use super::address::addressed;
use super::bookkeeping::{Bookkeeping, DONE, LogRow, RUNNING};
use super::decide::Folding;
use super::effect::{self, Again, Effect};
use super::observer::{Counting, Observer, StatementEvent};
use super::plan::{self, Lowering, PlannedStep, PlannedTask};
use super::resume::Certainty;
use super::standing::Standing;
use super::statement::{self, Remembered};
use super::walk::Walk;
use super::{Cancel, current};

/// What all steps of a run share.
pub(super) struct Session<'s> {
    pub(super) connection: &'s mut dyn Connection,
    pub(super) dialect: &'static dyn Dialect,
    pub(super) server: ServerInfo,
    pub(super) book: Bookkeeping<'s>,
    pub(super) observer: Option<Arc<dyn Observer>>,
    pub(super) cancel: Cancel,
}

/// Why a step did not come to its end.
pub(super) enum Halt {
    /// It failed.
    Failed(Diagnostics),
    /// It has to be run again, with foreign keys not enforced.
    NeedsSuspended,
}

impl<E: Into<Diagnostics>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether a transaction is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Open,
    Closed,
}

/// What is to be recorded before a transaction is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Record {
    /// How far the step has got, so that it stands even if what follows is rolled back.
    Now,
    /// Nothing: what follows records it all and cannot fail by what it does.
    Later,
}

/// A statement that is to run.
struct Running<'r> {
    statement: &'r Statement,
    /// What is known of it, if it is the author's and commits by itself.
    effect: Option<Effect>,
    recording: Recording,
}

/// When the statements of an operation count as done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recording {
    /// Each, when it is.
    Each,
    /// With the last of them, because there are not as many as were planned.
    Together,
}

/// How far a step has got.
pub(super) struct Progress {
    /// How many of its statements are done.
    pub(super) done: usize,
    /// How many of them an earlier run did.
    pub(super) skip: usize,
    /// What is known of the statement behind those.
    pub(super) next: Certainty,
    /// How many the log says are done.
    pub(super) recorded: usize,
    /// Whether a transaction is open.
    pub(super) part: Part,
    /// Whether the log has a row for it already, because a part of it is committed or may be.
    pub(super) committed: bool,
    /// The number of that row, where it is known.
    pub(super) row: Option<i64>,
    pub(super) started_at: String,
    pub(super) enforcement: Enforcement,
}

impl Session<'_> {
    /// Runs a step inside a transaction that is open, and leaves it open. Returns what has to be run before it is
    /// committed: the rows of the version table and of the log, in which the `next` step, if one is given, is noted as
    /// begun.
    pub(super) fn step(
        &mut self,
        step: &PlannedStep,
        next: Option<&PlannedStep>,
        walk: &mut Walk<'_>,
        progress: &mut Progress,
    ) -> Result<Vec<Statement>, Halt> {
        for task in &step.tasks {
            self.task(task, step, walk, progress)?;
        }
        walk.end_step(&step.step.revision, step.kind, &step.after);
        self.begin_part(step, progress, Record::Later)?;
        let finished = self.log_row(step, progress, DONE);
        let log = match progress.committed {
            true => self.book.log_progress(&finished),
            false => self.book.log(&finished),
        };
        let abandon = if step.checksum.is_none() { self.book.abandon() } else { None };
        let begun =
            next.and_then(|next| self.book.log(&LogRow { done: 0, ..self.log_row(next, progress, RUNNING) }));
        self.cancel.check().map_err(Diagnostic::from)?;
        Ok(step.rows.iter().cloned().chain(abandon).chain(log).chain(begun).collect())
    }

    fn task(
        &mut self,
        planned: &PlannedTask,
        step: &PlannedStep,
        walk: &mut Walk<'_>,
        progress: &mut Progress,
    ) -> Result<(), Halt> {
        if planned.folding == Folding::FoldOnly {
            return Ok(walk.apply_said(&planned.task)?);
        }
        let scoped = match &planned.task {
            Task::Work(work) => return self.work(work, step, progress),
            // A plan with one that concerns this server is refused.
            Task::Untold(_) => return Ok(()),
            Task::Operation(scoped) if !scoped.scope.includes(self.server.names()) => return Ok(()),
            Task::Operation(scoped) => scoped,
        };
        // One that planned nothing may have something to do once the database is looked at.
        if progress.skip > progress.done && progress.skip >= progress.done + planned.size() {
            // An earlier run did all of it: the database is past the state that the fold has here.
            for statement in planned.statements() {
                self.set_again(statement, scoped)?;
            }
            progress.done += planned.size();
            return Ok(follow(walk, planned, scoped)?);
        }
        let lowered = match progress.is_broken_off() {
            true => self.resume(planned, scoped, step, walk, progress)?,
            false => self.lower(planned, scoped, walk)?,
        };
        if lowered.enforcement > progress.enforcement {
            return Err(Halt::NeedsSuspended);
        }
        // The log counts what was planned, so that a later run counts the same.
        let end = progress.done + planned.size();
        let recording = match lowered.statements.len() == planned.statements().len() {
            true => Recording::Each,
            false => Recording::Together,
        };
        let mut remembered = Remembered::default();
        for statement in &lowered.statements {
            let effect = self.effect(scoped, statement);
            let one = Running { statement, effect, recording };
            if progress.done < progress.skip {
                self.set_again(statement, scoped)?;
                progress.done += 1;
                continue;
            }
            self.statement(&one, step, progress, &mut remembered)
                .map_err(|fault| plan::located(fault, &planned.task))?;
        }
        progress.done = end;
        Ok(follow(walk, planned, scoped)?)
    }

    /// Runs again what an earlier run set for its session, which is gone with it.
    fn set_again(&mut self, statement: &Statement, scoped: &ScopedOperation) -> Result<(), Diagnostic> {
        match scoped.operation {
            Operation::Execute(_) if effect::sets_session(&statement.sql, self.server.backslash) => {
                Ok(self.connection.execute(&statement.sql)?)
            }
            _ => Ok(()),
        }
    }

    /// Lowers an operation from the database itself, where that is needed; else takes what was planned.
    pub(super) fn lower<'p>(
        &mut self,
        planned: &'p PlannedTask,
        scoped: &ScopedOperation,
        walk: &mut Walk<'_>,
    ) -> Result<Cow<'p, Lowered>, Halt> {
        let at = |fault| plan::located(fault, &planned.task);
        let folded = walk.before(&scoped.operation)?;
        match self.connection.survey(&scoped.operation, folded).map_err(at)? {
            Some(found) => {
                let naming = &self.book.settings.naming;
                let operation = addressed(&scoped.operation, &found, folded, naming);
                let lowered = self.dialect.lower(&operation, &found, &self.server).map_err(at)?;
                Ok(Cow::Owned(plan::scope(lowered, scoped, self.book.settings.transaction)))
            }
            None => as_planned(planned),
        }
    }

    fn work(&mut self, work: &Work, step: &PlannedStep, progress: &mut Progress) -> Result<(), Halt> {
        if progress.done < progress.skip {
            progress.done += 1;
            return Ok(());
        }
        self.begin_part(step, progress, Record::Now)?;
        // It runs in a transaction, so it had no effect if it is not recorded.
        progress.next = Certainty::NotDone;
        progress.done += 1;
        let shown = Statement::new(format!("-- Rust code: {}", work.name()), "run Rust code");
        self.announce(&shown, step, progress.done, None);
        self.cancel.check().map_err(Diagnostic::from)?;
        work.run(self.connection).map_err(|error| match error.downcast::<DatabaseError>() {
            Ok(error) => {
                let mut fault = Diagnostic::from(*error);
                fault.message = format!("`{}`: {}", work.name(), fault.message);
                fault.into()
            }
            Err(error) => {
                Diagnostic::new(Code::StatementFailed, format!("`{}`: {error}", work.name())).into()
            }
        })
    }

    fn statement(
        &mut self,
        one: &Running<'_>,
        step: &PlannedStep,
        progress: &mut Progress,
        remembered: &mut Remembered,
    ) -> Result<(), Diagnostic> {
        let Running { statement, effect, recording } = one;
        let outside = statement.transaction == Transaction::Outside;
        let own = effect.as_ref().is_some_and(|effect| effect.again == Again::Rows);
        match (outside, progress.part) {
            (false, _) => self.begin_part(step, progress, Record::Now)?,
            (true, Part::Open) => self.commit_part(step, progress)?,
            (true, Part::Closed) if own => self.record(step, progress)?,
            // The record goes with the statement.
            (true, Part::Closed) => {}
        }
        let rows = self.count(statement)?;
        let shown = progress.done + 1;
        self.announce(statement, step, shown, rows);
        self.cancel.check()?;
        let next = std::mem::replace(&mut progress.next, Certainty::NotDone);
        if own {
            return Ok(self.rows(statement, step, progress, remembered)?);
        }
        let record = if outside { self.unsaid(step, progress) } else { None };
        let ran = match &record {
            Some(record) => statement::run_behind(self.connection, record, statement, remembered),
            None => statement::run(self.connection, statement, remembered),
        };
        match ran {
            // The run that was broken off did it, and did not come to record it.
            Err(fault @ DatabaseError::Repeated { .. }) if outside && next == Certainty::Unknown => {
                let marks = effect.as_ref().map(|effect| &effect.marks[..]).unwrap_or_default();
                if !marks.is_empty() && effect::look(self.connection, marks)? != Standing::After {
                    return Err(fault.into());
                }
            }
            // It may have ended just before it was to be broken off.
            Err(fault @ DatabaseError::Interrupted) if outside => {
                progress.next = Certainty::Unknown;
                return Err(fault.into());
            }
            other => other?,
        }
        if outside {
            progress.recorded = progress.done;
        }
        progress.done += usize::from(*recording == Recording::Each);
        Ok(())
    }

    /// Changes rows outside the transaction of the revision: in one of its own, together with the record of it.
    fn rows(
        &mut self,
        statement: &Statement,
        step: &PlannedStep,
        progress: &mut Progress,
        remembered: &mut Remembered,
    ) -> Result<(), DatabaseError> {
        self.connection.begin(progress.enforcement)?;
        let recorded = progress.recorded;
        let ran = statement::run(self.connection, statement, remembered).and_then(|()| {
            progress.done += 1;
            self.record(step, progress)?;
            self.connection.commit()
        });
        if ran.is_err() {
            (progress.done, progress.recorded) = (recorded, recorded);
            self.connection.rollback()?;
        }
        ran
    }

    /// Counts the rows that a statement copies, if somebody wants to know.
    fn count(&mut self, statement: &Statement) -> Result<Option<u64>, Diagnostic> {
        let wanted = self.observer.as_ref().is_some_and(|observer| observer.counting() == Counting::Rows);
        match &statement.cost {
            Cost::Copy(rows) if wanted => {
                Ok(self.connection.count_rows(statement.moves.as_ref().unwrap_or(&rows.table))?)
            }
            _ => Ok(None),
        }
    }

    fn announce(&self, statement: &Statement, step: &PlannedStep, number: usize, rows: Option<u64>) {
        if let Some(observer) = &self.observer {
            let of = step.size().max(number);
            observer.statement_started(&StatementEvent { statement, number, of, rows });
        }
    }

    /// Commits what was done so far, with a note in the log of how far that is.
    fn commit_part(&mut self, step: &PlannedStep, progress: &mut Progress) -> Result<(), Diagnostic> {
        let log = match progress.committed {
            true => self.unsaid(step, progress),
            false => self.book.log(&self.log_row(step, progress, RUNNING)),
        };
        let log: Vec<&str> = log.iter().map(|log| &*log.sql).collect();
        self.connection.commit_with(&log, None)?;
        progress.part = Part::Closed;
        progress.committed = true;
        progress.recorded = progress.done;
        Ok(())
    }

    /// Says in the log how far a step has got that failed, if all that it did is committed.
    pub(super) fn record_failed(
        &mut self,
        step: &PlannedStep,
        progress: &mut Progress,
    ) -> Result<(), DatabaseError> {
        match (progress.part, progress.committed) {
            (Part::Closed, true) => self.record(step, progress),
            _ => Ok(()),
        }
    }

    /// Says in the log how far the step has got, if that is not said yet. What is open is not closed by it.
    fn record(&mut self, step: &PlannedStep, progress: &mut Progress) -> Result<(), DatabaseError> {
        if let Some(log) = self.unsaid(step, progress) {
            self.connection.execute(&log.sql)?;
            progress.recorded = progress.done;
        }
        Ok(())
    }

    /// Returns what says in the log how far the step has got; `None` when that is said, or no log is kept.
    fn unsaid(&self, step: &PlannedStep, progress: &Progress) -> Option<Statement> {
        let unsaid = progress.recorded < progress.done;
        self.book.log_progress(&self.log_row(step, progress, RUNNING)).filter(|_| unsaid)
    }

    /// Goes on in a new transaction where none is open, if nobody else changed the version table meanwhile.
    fn begin_part(
        &mut self,
        step: &PlannedStep,
        progress: &mut Progress,
        record: Record,
    ) -> Result<(), Diagnostic> {
        if progress.part == Part::Open {
            return Ok(());
        }
        if record == Record::Now {
            self.record(step, progress)?;
        }
        let found = current::begin(self.connection, &self.book, progress.enforcement)?;
        // What is to be recorded with the end of the step is committed already, and recorded by itself if that end fails.
        if record == Record::Now {
            progress.part = Part::Open;
        }
        if found != step.before {
            let message = format!("another process moved the database from {} to {found}", step.before);
            return Err(Diagnostic::new(Code::ChangedMeanwhile, message));
        }
        Ok(())
    }

    pub(super) fn log_row<'r>(
        &self,
        step: &'r PlannedStep,
        progress: &Progress,
        outcome: &'static str,
    ) -> LogRow<'r> {
        let now = (outcome == DONE).then(|| Value::from(self.book.settings.clock.now()));
        LogRow {
            id: progress.row,
            revision: step.step.revision.as_str(),
            direction: direction(step),
            started_at: Value::from(progress.started_at.as_str()),
            finished_at: now,
            outcome,
            checksum: step.checksum.as_deref(),
            done: progress.done,
            total: step.size().max(progress.done),
        }
    }
}

/// Lets the schema of the history follow what was run, if it is what the history says.
pub(super) fn follow(
    walk: &mut Walk<'_>,
    planned: &PlannedTask,
    scoped: &ScopedOperation,
) -> Result<(), Diagnostic> {
    if planned.folding == Folding::RunOnly { Ok(()) } else { walk.apply(scoped) }
}

/// Returns the word of the log for what a step does.
pub(super) fn direction(step: &PlannedStep) -> &'static str {
    match (&step.checksum, step.step.direction) {
        (None, _) => "stamp",
        (Some(_), crate::graph::Direction::Up) => "upgrade",
        (Some(_), crate::graph::Direction::Down) => "downgrade",
    }
}

pub(super) fn as_planned(planned: &PlannedTask) -> Result<Cow<'_, Lowered>, Halt> {
    match &planned.lowering {
        Lowering::Statements(lowered) => Ok(Cow::Borrowed(lowered)),
        Lowering::FromDatabase(fault) => Err(plan::located(fault.clone(), &planned.task).into()),
        Lowering::Work => Ok(Cow::Owned(Lowered::default())),
    }
}
