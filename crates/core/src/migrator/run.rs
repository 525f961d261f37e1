//! Runs plans: transactions, other runners, and what is said when something goes wrong.

use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::Enforcement;
use crate::graph::Heads;
use crate::history::{History, Task};
use crate::literal::Literal;
use crate::op::Transaction;
use crate::revision::RevisionId;

use super::decide::Folding;
use super::fault::broken;
use super::observer::{StepEvent, StepReport};
use super::open::open;
use super::plan::{Plan, PlannedStep};
use super::resume::Certainty;
use super::step::{Halt, Part, Progress, Session};
use super::walk::Walk;
use super::{Outcome, TransactionMode, current};

/// Makes the plan from where the database is.
pub(super) type MakePlan<'f> = dyn FnMut(&mut Session<'_>, &Heads) -> Result<Plan, Diagnostics> + 'f;

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
        // Whether the database is still where the plan starts is seen once a transaction is open.
        let spans = spans(&plan, transaction);
        session.connection.lock(&session.book.settings.version_table, spans).map_err(Diagnostic::from)?;
        let end = match transaction {
            TransactionMode::Revision | TransactionMode::None => each(session, history, &plan, &mut steps),
            TransactionMode::Run => together(session, history, &plan, &mut steps),
        };
        if let End::Done = end? {
            return Ok(Outcome { heads: plan.route.end(), steps });
        }
    }
}

/// Says whether all statements of a plan stand in its transactions.
fn spans(plan: &Plan, mode: TransactionMode) -> Transaction {
    match mode == TransactionMode::None || plan.steps.iter().any(PlannedStep::leaves_transaction) {
        true => Transaction::Outside,
        false => Transaction::Inside,
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
    // What the step before has noted of the one at hand, if it has noted it as begun.
    let mut begun: Option<Begun> = None;
    for (number, step) in plan.steps.iter().enumerate() {
        let began = announce(session, history, plan, number);
        let mut enforcement = step.enforcement;
        let next = plan.steps.get(number + 1).filter(|next| next.starts_outside());
        let (mut tries, mut kept) = (0, None);
        loop {
            let row = begun.and_then(|begun| begun.row);
            let mut progress = Progress { committed: begun.is_some(), row, ..progress(session, enforcement) };
            let made = open(session, step, number, &mut progress).and_then(|there| match there {
                true => {
                    if let Some(recorded) = kept {
                        progress.go_on(recorded);
                    }
                    session.step(step, next, &mut walk, &mut progress).map(Some)
                }
                false => Ok(None),
            });
            match made {
                Ok(Some(last)) => {
                    let newest = next.and_then(|_| session.book.select_newest());
                    let last: Vec<&str> = last.iter().map(|statement| &*statement.sql).collect();
                    let committed = session.connection.commit_with(&last, newest.as_deref());
                    let rows = committed.map_err(|error| {
                        broken(session, Diagnostic::from(error).into(), step, &mut progress, &step.before)
                    })?;
                    begun = next.map(|_| Begun { row: number_in(&rows) });
                    break;
                }
                Ok(None) => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    return Ok(End::MovedElsewhere);
                }
                Err(Halt::NeedsSuspended) if enforcement == Enforcement::Configured => {
                    session.connection.rollback().map_err(Diagnostic::from)?;
                    kept = keep(session, step, &mut progress)?;
                    enforcement = Enforcement::Suspended;
                    walk = replay(session, history, plan, number)?;
                }
                Err(halt) if retry(session, &halt, &mut tries)? => {
                    kept = keep(session, step, &mut progress)?;
                    walk = replay(session, history, plan, number)?;
                }
                Err(halt) => return Err(broken(session, halt, step, &mut progress, &step.before)),
            }
        }
        finish(session, step, began, reports);
    }
    Ok(End::Done)
}

/// Records what is committed of a step that is to be run again. Returns how many statements that are; `None` when the log has
/// no row for it.
fn keep(
    session: &mut Session<'_>,
    step: &PlannedStep,
    progress: &mut Progress,
) -> Result<Option<usize>, Diagnostic> {
    session.record_failed(step, progress)?;
    Ok(progress.committed.then_some(progress.recorded))
}

/// What the log says of a step that is noted as begun.
#[derive(Clone, Copy)]
struct Begun {
    /// The number of its row, where a log is kept.
    row: Option<i64>,
}

/// Returns the number in the last of some rows.
fn number_in(rows: &[Vec<Literal>]) -> Option<i64> {
    match rows.last()?.first()? {
        Literal::Integer(number) => Some(*number),
        cell => cell.as_text()?.parse().ok(),
    }
}

/// One transaction for all steps.
fn together(
    session: &mut Session<'_>,
    history: &History,
    plan: &Plan,
    reports: &mut Vec<StepReport>,
) -> Result<End, Diagnostics> {
    let mut enforcement = plan.steps.iter().map(|step| step.enforcement).max().unwrap_or_default();
    let mut tries = 0;
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
                if there {
                    let last = session.step(step, None, &mut walk, &mut progress)?;
                    let mut run = |sql: &str| session.connection.execute(sql);
                    last.iter().try_for_each(|statement| run(&statement.sql)).map_err(Diagnostic::from)?;
                    Ok(true)
                } else {
                    Ok(false)
                }
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
            // What is committed of a run in one transaction is not tried again.
            Some((halt, _, progress)) if !progress.committed && retry(session, &halt, &mut tries)? => {}
            Some((halt, step, mut progress)) => {
                return Err(broken(session, halt, step, &mut progress, &plan.route.start));
            }
        }
    }
}

/// How long it is before the first new try; each further one comes after twice the time.
const PAUSE: Duration = Duration::from_millis(500);
/// How long it is at most.
const LONGEST: Duration = Duration::from_secs(30);

/// Rolls back and waits a while, if a step failed only because a statement waited too long for a lock and may be tried
/// again; says whether it is.
fn retry(session: &mut Session<'_>, halt: &Halt, tries: &mut u32) -> Result<bool, Diagnostics> {
    let Halt::Failed(faults) = halt else { return Ok(false) };
    if faults.first().code != Code::Locked || *tries >= session.book.settings.limits.retries {
        return Ok(false);
    }
    session.connection.rollback().map_err(Diagnostic::from)?;
    let pause = PAUSE.saturating_mul(2_u32.saturating_pow(*tries)).min(LONGEST);
    *tries += 1;
    let mut slept = Duration::ZERO;
    while slept < pause {
        session.cancel.check().map_err(Diagnostic::from)?;
        let slice = Duration::from_millis(50).min(pause - slept);
        std::thread::sleep(slice);
        slept += slice;
    }
    Ok(true)
}

fn start<'h>(session: &Session<'_>, history: &'h History, plan: &Plan) -> Walk<'h> {
    Walk::new(history, session.server.names(), plan.fold.clone())
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
            match (&task.task, task.folding) {
                (said, Folding::FoldOnly) => walk.apply_said(said)?,
                (Task::Operation(scoped), Folding::AsRun) => {
                    walk.before(&scoped.operation)?;
                    walk.apply(scoped)?;
                }
                _ => {}
            }
        }
        walk.end_step(&step.step.revision, step.kind, &step.after);
    }
    Ok(walk)
}

fn progress(session: &Session<'_>, enforcement: Enforcement) -> Progress {
    let started_at = session.book.settings.clock.now();
    Progress {
        done: 0,
        skip: 0,
        next: Certainty::NotDone,
        recorded: 0,
        part: Part::Open,
        committed: false,
        row: None,
        started_at,
        enforcement,
    }
}

fn announce(session: &Session<'_>, history: &History, plan: &Plan, number: usize) -> Duration {
    if let Some(observer) = &session.observer {
        let step = &plan.steps[number].step;
        let header = history.graph().get(step.revision.as_str());
        observer.step_started(&StepEvent { step, header, number: number + 1, of: plan.steps.len() });
    }
    session.book.settings.clock.elapsed()
}

fn finish(session: &Session<'_>, step: &PlannedStep, began: Duration, reports: &mut Vec<StepReport>) {
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
