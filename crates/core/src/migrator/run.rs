//! Runs plans: transactions, other runners, and what is said when something goes wrong.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::Enforcement;
use crate::graph::{Direction, Heads};
use crate::history::History;
use crate::revision::RevisionId;

use super::bookkeeping::Make;
use super::observer::{StepEvent, StepReport};
use super::plan::{Plan, PlannedStep};
use super::resume::BrokenOff;
use super::step::{Halt, Progress, Session};
use super::walk::Walk;
use super::{Outcome, TransactionMode, current};

/// Makes the plan from where the database is.
pub(super) type MakePlan<'f> = dyn FnMut(&Session<'_>, &Heads) -> Result<Plan, Diagnostics> + 'f;

/// How a plan ended, when nothing failed.
enum End {
    /// All its steps are made.
    Done,
    /// Somebody else moved the database; nothing of the step at hand was kept.
    MovedElsewhere,
}

/// Runs everything between the database and the target.
///
/// Another runner may be at work at the same time: whoever comes second finds the rows changed once it has the lock,
/// and looks for the route anew.
pub(super) fn run(
    session: &mut Session<'_>,
    history: &History,
    transaction: TransactionMode,
    make: &mut MakePlan<'_>,
) -> Result<Outcome, Diagnostics> {
    let mut steps: Vec<StepReport> = Vec::new();
    loop {
        let heads = current::read(session.connection, &session.book)?.unwrap_or_default();
        let plan = make(session, &heads)?;
        if plan.steps.is_empty() {
            return Ok(Outcome { heads, steps });
        }
        let made: FxHashSet<&RevisionId> = steps.iter().map(|step| &step.revision).collect();
        if let Some(again) = plan.route.steps.iter().find(|step| made.contains(&step.revision)) {
            let message =
                format!("the row of revision `{}` is gone again from the version table", again.revision);
            return Err(Diagnostic::new(Code::ChangedMeanwhile, message)
                .hint("does a revision change the version table itself?")
                .into());
        }
        let end = match transaction {
            TransactionMode::Revision => each(session, history, &plan, &mut steps),
            TransactionMode::Run => together(session, history, &plan, &mut steps),
        };
        if let End::Done = end? {
            return Ok(Outcome { heads: plan.route.end(), steps });
        }
    }
}

/// One transaction a revision.
fn each(
    session: &mut Session<'_>,
    history: &History,
    plan: &Plan,
    reports: &mut Vec<StepReport>,
) -> Result<End, Diagnostics> {
    let mut walk = start(session, history, plan);
    for (number, step) in plan.steps.iter().enumerate() {
        let began = announce(session, history, plan, number);
        let mut enforcement = step.enforcement;
        loop {
            let mut progress = progress(session, enforcement);
            let made = open(session, step, number, &mut progress).and_then(|there| match there {
                true => session.step(step, &mut walk, &mut progress).map(|()| true),
                false => Ok(false),
            });
            match made {
                Ok(true) => {
                    let committed = session.connection.commit();
                    committed.map_err(|error| {
                        broken(session, Diagnostic::from(error).into(), step, &progress, &step.before)
                    })?;
                    break;
                }
                Ok(false) => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    return Ok(End::MovedElsewhere);
                }
                Err(Halt::NeedsSuspended) if enforcement == Enforcement::Configured => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    enforcement = Enforcement::Suspended;
                    walk = replay(session, history, plan, number)?;
                }
                Err(halt) => return Err(broken(session, halt, step, &progress, &step.before)),
            }
        }
        finish(session, step, began, reports);
    }
    Ok(End::Done)
}

/// One transaction for all steps.
fn together(
    session: &mut Session<'_>,
    history: &History,
    plan: &Plan,
    reports: &mut Vec<StepReport>,
) -> Result<End, Diagnostics> {
    let mut enforcement = plan.steps.iter().map(|step| step.enforcement).max().unwrap_or_default();
    loop {
        let (mut walk, mut made) = (start(session, history, plan), Vec::new());
        let mut halted = None;
        for (number, step) in plan.steps.iter().enumerate() {
            let began = announce(session, history, plan, number);
            let mut progress = progress(session, enforcement);
            let there = match number {
                0 => open(session, step, number, &mut progress),
                _ => Ok(true),
            };
            match there.and_then(|there| {
                if there { session.step(step, &mut walk, &mut progress).map(|()| true) } else { Ok(false) }
            }) {
                Ok(true) => finish(session, step, began, &mut made),
                Ok(false) => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    return Ok(End::MovedElsewhere);
                }
                Err(halt) => {
                    halted = Some((halt, step, progress));
                    break;
                }
            }
        }
        match halted {
            None => {
                session.connection.commit().map_err(Diagnostic::from)?;
                reports.extend(made);
                return Ok(End::Done);
            }
            Some((Halt::NeedsSuspended, ..)) if enforcement == Enforcement::Configured => {
                session.connection.rollback().map_err(Diagnostic::from)?;
                enforcement = Enforcement::Suspended;
            }
            Some((halt, step, progress)) => {
                return Err(broken(session, halt, step, &progress, &plan.route.start));
            }
        }
    }
}

fn start<'h>(session: &Session<'_>, history: &'h History, plan: &Plan) -> Walk<'h> {
    Walk::new(history, session.server.dialect, plan.fold.clone())
}

/// Walks again along the steps that are made.
fn replay<'h>(
    session: &Session<'_>,
    history: &'h History,
    plan: &Plan,
    made: usize,
) -> Result<Walk<'h>, Diagnostics> {
    let mut walk = start(session, history, plan);
    for step in &plan.steps[..made] {
        for task in &step.tasks {
            if let crate::history::Task::Operation(scoped) = &task.task {
                walk.before(&scoped.operation)?;
                walk.apply(scoped)?;
            }
        }
        walk.end_step(&step.step.revision, step.kind, &step.after);
    }
    Ok(walk)
}

fn progress(session: &Session<'_>, enforcement: Enforcement) -> Progress {
    let started_at = session.book.settings.clock.now();
    Progress { done: 0, skip: 0, committed: false, started_at, enforcement }
}

/// Opens the transaction of a step, which is also the lock, and looks whether the database is still where the step
/// starts. Before the first step, makes the tables that the run itself needs.
fn open(
    session: &mut Session<'_>,
    step: &PlannedStep,
    number: usize,
    progress: &mut Progress,
) -> Result<bool, Halt> {
    session.cancel.check().map_err(Diagnostic::from)?;
    session.connection.begin(progress.enforcement).map_err(Diagnostic::from)?;
    if number > 0 {
        return Ok(current::rows(session.connection, &session.book)? == step.before);
    }
    let found = current::read(session.connection, &session.book)?;
    if found.clone().unwrap_or_default() != step.before {
        return Ok(false);
    }
    let had_log = session.make_tables(Missing::of(&found))?;
    if had_log
        && step.checksum.is_some()
        && let Some(broken) = BrokenOff::read(session.connection, &session.book)?
    {
        progress.skip = broken.done(step)?;
        progress.committed = progress.skip > 0;
        if let Some(abandon) = session.book.abandon().filter(|_| progress.skip == 0) {
            session.connection.execute(&abandon.sql).map_err(Diagnostic::from)?;
        }
    }
    Ok(true)
}

/// What is known of the version table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is not there.
    Version,
    /// It is there; of the log nothing is known.
    Maybe,
}

impl Missing {
    pub(super) fn of(found: &Option<Heads>) -> Self {
        if found.is_none() { Self::Version } else { Self::Maybe }
    }
}

impl Session<'_> {
    /// Makes the version table and the log where they are missing; returns whether the log was there.
    pub(super) fn make_tables(&mut self, missing: Missing) -> Result<bool, Diagnostic> {
        let mut statements = Vec::new();
        if missing == Missing::Version {
            statements.extend(self.book.create_version_table(Make::New, &self.server)?);
        }
        let had_log = match &self.book.settings.log_table {
            Some(log) => self.connection.has_table(log)?,
            None => false,
        };
        if !had_log {
            statements.extend(self.book.create_log_table(Make::New, &self.server)?);
        }
        for statement in statements {
            self.connection.execute(&statement.sql)?;
        }
        Ok(had_log)
    }
}

fn announce(session: &Session<'_>, history: &History, plan: &Plan, number: usize) -> std::time::Duration {
    if let Some(observer) = &session.observer {
        let step = &plan.steps[number].step;
        let header = history.graph().get(step.revision.as_str());
        observer.step_started(&StepEvent { step, header, number: number + 1, of: plan.steps.len() });
    }
    session.book.settings.clock.elapsed()
}

fn finish(
    session: &Session<'_>,
    step: &PlannedStep,
    began: std::time::Duration,
    reports: &mut Vec<StepReport>,
) {
    let report = StepReport {
        revision: step.step.revision.clone(),
        direction: step.step.direction,
        from: step.step.from.clone(),
        to: step.step.to.clone(),
        heads: step.after.clone(),
        took: session.book.settings.clock.elapsed().saturating_sub(began),
    };
    if let Some(observer) = &session.observer {
        Arc::clone(observer).step_finished(&report);
    }
    reports.push(report);
}

/// Rolls back, and says what was rolled back and where the database is.
fn broken(
    session: &mut Session<'_>,
    halt: Halt,
    step: &PlannedStep,
    progress: &Progress,
    stays: &Heads,
) -> Diagnostics {
    // What the rollback says would only hide why there was one; a transaction left open dies with the connection.
    let _ = session.connection.rollback();
    let Halt::Failed(faults) = halt else {
        let message = "foreign keys are enforced in a step that must suspend them";
        return Diagnostic::new(Code::StatementFailed, message).into();
    };
    let verb = match step.step.direction {
        Direction::Up => "upgrade to",
        Direction::Down => "downgrade from",
    };
    let revision = &step.step.revision;
    let what = format!("the {verb} `{revision}`");
    let outcome = match progress.committed {
        true => format!("{what} was broken off after {} of {} statements", progress.done - 1, step.size()),
        false => format!("{what} was rolled back, and the database is at {}", in_words(stays)),
    };
    let told = faults.into_iter().map(|mut fault| {
        match (fault.code, fault.places.first_mut()) {
            (Code::Interrupted, _) => {
                fault.message = format!("interrupted: {outcome}");
                fault.hint = Some("run the same command again to go on from there".to_owned());
            }
            (Code::Locked, _) => {}
            (_, Some(place)) if place.label.is_empty() => place.label = outcome.clone(),
            (_, Some(_)) => {}
            (_, None) => fault.message = format!("{}; {outcome}", fault.message),
        }
        fault
    });
    Diagnostics::check(told.collect(), ()).expect_err("there is a fault for each that was given")
}

fn in_words(heads: &Heads) -> String {
    match heads.is_empty() {
        true => "`base`".to_owned(),
        false => heads.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
    }
}
