//! Makes plans: of a route, what each of its steps runs.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{Connection, Dialect, Enforcement, Lowered, ServerInfo};
use crate::fold::Fold;
use crate::graph::{Passage, Route};
use crate::history::{History, Task};
use crate::impact::{self, Impact, Setting};
use crate::op::{Operation, ScopedOperation, Transaction};

use super::bookkeeping::Bookkeeping;
use super::count;
use super::decide::{Deciding, Folding};
use super::look::Looking;
use super::plan::{Lowering, Plan, PlannedStep, PlannedTask, located, scope};
use super::prepare::{self, PreparedStep};
use super::rehearse::Rehearsing;
use super::walk::Walk;
use super::{Settings, TransactionMode};

/// The database that a plan will be run on.
pub(super) enum Mode<'c> {
    /// It is at hand; what the fold does not know is read from it.
    Online(&'c mut dyn Connection, Purpose),
    /// There will be one.
    Later,
    /// There will be none: the plan becomes a script.
    Offline,
}

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It is shown, with all that can be said of it.
    Show,
    /// It is run.
    Run,
}

/// Makes the plan of a route. An empty route makes an empty plan, and no body is read.
///
/// # Errors
/// All that can be found without running anything: files, downgrades that cannot be derived, operations that do not
/// fit, changes that the dialect refuses, and data work without a database.
pub(super) fn plan(
    history: &History,
    route: Route,
    server: &ServerInfo,
    dialect: &'static dyn Dialect,
    settings: &Settings,
    mut mode: Mode<'_>,
) -> Result<Plan, Diagnostics> {
    if route.is_empty() {
        return Ok(Plan { route, steps: Vec::new(), fold: Fold::new(server.names()) });
    }
    if settings.transaction == TransactionMode::None && !dialect.runs_without_transaction() {
        let message =
            format!("on `{}` the transaction is also the lock, and cannot be left out", server.dialect);
        return Err(Diagnostic::new(Code::Unsupported, message)
            .hint(
                "say `transaction = \"revision\"`, and `transaction = \"outside\"` at what cannot be in one",
            )
            .into());
    }
    let prepared = prepare::prepare(history, &route, server.names())?;
    let book = Bookkeeping { dialect, settings };
    let server = &server.clone().with(&settings.options);
    let mut deciding = match &mut mode {
        Mode::Online(connection, _) => {
            Deciding::by_database(&mut **connection, history, &prepared.steps, &book)?
        }
        Mode::Later | Mode::Offline => Deciding::by_history(),
    };
    let mut rehearsing = match &mut mode {
        Mode::Online(connection, purpose) if *purpose == Purpose::Show || changes_tables(&prepared.steps) => {
            Rehearsing::begin(&mut **connection, &book, server, &route.start)?
        }
        _ => Rehearsing::nothing(&book, server),
    };
    let judged = !matches!(mode, Mode::Online(_, Purpose::Run));
    let needs_database = match &mode {
        Mode::Offline => NeedsDatabase::Refused,
        Mode::Online(..) | Mode::Later => NeedsDatabase::Fine,
    };
    let mut looking = match &mut mode {
        Mode::Online(connection, purpose) if rehearsing.is_nothing() && looks(&prepared.steps, *purpose) => {
            Looking::begin(&mut **connection, *purpose, &book, &route.start)?
        }
        _ => Looking::nothing(),
    };
    let mut walk = Walk::new(history, server.names(), prepared.fold.clone());
    let (mut steps, mut faults) = (Vec::with_capacity(route.steps.len()), Vec::new());
    for (Passage { before, step, after }, prepared) in route.walk().zip(prepared.steps) {
        let mut tasks = Vec::with_capacity(prepared.tasks.len());
        // The tables that only this step knows yet.
        let mut fresh = BTreeSet::new();
        for task in prepared.tasks {
            for (task, folding) in deciding.decide(task, &mut walk)? {
                if folding == Folding::FoldOnly {
                    walk.apply_said(&task)?;
                    let lowering = Lowering::Statements(Lowered::default());
                    tasks.push(PlannedTask { task, lowering, impacts: Vec::new(), folding });
                    continue;
                }
                let walk = match folding {
                    Folding::RunOnly => deciding.live().unwrap_or(&mut walk),
                    _ => &mut walk,
                };
                let impacts = match &task {
                    Task::Operation(scoped) if judged => {
                        judge(scoped, walk, Setting { dialect, server, fresh: &fresh })
                    }
                    Task::Operation(_) | Task::Work(_) | Task::Untold(_) => Vec::new(),
                };
                if let Task::Operation(ScopedOperation {
                    operation: Operation::CreateTable(create), ..
                }) = &task
                {
                    fresh.insert(create.table.name.clone());
                }
                let tools = Tools { rehearsing: &mut rehearsing, looking: &mut looking, book: &book };
                match lower(&task, walk, tools, server, needs_database) {
                    Ok(lowering) => {
                        if folding == Folding::AsRun {
                            deciding.follow(&task);
                        }
                        tasks.push(PlannedTask { task, lowering, impacts, folding });
                    }
                    Err(Refusal::Fault(fault)) => faults.push(*fault),
                    Err(Refusal::Stop(stop)) => {
                        faults.extend(stop);
                        return Err(Diagnostics::check(faults, ()).expect_err("a fault was just added"));
                    }
                }
            }
        }
        walk.end_step(&step.revision, prepared.kind, &after);
        let enforcement = tasks.iter().map(|task| match &task.lowering {
            Lowering::Statements(lowered) => lowered.enforcement,
            _ => Enforcement::default(),
        });
        let enforcement = enforcement.max().unwrap_or_default();
        let rows = step.rows.iter().map(|change| book.change(change)).collect();
        let planned = PlannedStep {
            step: step.clone(),
            before,
            after,
            tasks,
            rows,
            enforcement,
            checksum: Some(prepared.checksum),
            kind: prepared.kind,
        };
        if let Err(fault) = deciding.end_step(&planned) {
            faults.push(fault);
        }
        steps.push(planned);
    }
    drop(looking);
    if let (Mode::Online(connection, Purpose::Show), true) = (mode, faults.is_empty()) {
        count::count(&mut steps, connection)?;
    }
    Diagnostics::check(faults, Plan { route, steps, fold: prepared.fold })
}

/// Says what an operation does to whoever uses the database meanwhile. One that does not fit the schema is told of when
/// it is lowered.
fn judge(scoped: &ScopedOperation, walk: &mut Walk<'_>, setting: Setting<'_>) -> Vec<Impact> {
    match walk.before(&scoped.operation) {
        Ok(before) if scoped.scope.includes(setting.server.names()) => {
            impact::impacts(&scoped.operation, before, setting)
        }
        _ => Vec::new(),
    }
}

/// Says whether a route changes tables that are there, so that what the database holds beside them may be in the way.
fn changes_tables(steps: &[PreparedStep]) -> bool {
    steps.iter().flat_map(|step| &step.tasks).any(|task| match task {
        Task::Operation(scoped) => matches!(
            scoped.operation,
            Operation::AlterTable(_)
                | Operation::AlterEnum(_)
                | Operation::RenameTable(_)
                | Operation::DropTable(_)
        ),
        Task::Untold(untold) => untold.guarded.is_some(),
        Task::Work(_) => false,
    })
}

/// Says whether a route holds what has to be looked at where there is no copy to try it on.
fn looks(steps: &[PreparedStep], purpose: Purpose) -> bool {
    steps.iter().flat_map(|step| &step.tasks).any(|task| match task {
        Task::Operation(scoped) => Looking::concerns(&scoped.operation, purpose),
        Task::Untold(untold) => untold.guarded.is_some(),
        Task::Work(_) => false,
    })
}

/// Whether a plan may hold what only a database can do or say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NeedsDatabase {
    Fine,
    Refused,
}

/// Why a task cannot be planned.
enum Refusal {
    /// It cannot be run; others are looked at all the same.
    Fault(Box<Diagnostic>),
    /// It does not fit, so that nothing behind it can be judged.
    Stop(Diagnostics),
}

/// By what an operation is lowered.
struct Tools<'t, 'r, 'c> {
    rehearsing: &'t mut Rehearsing<'r>,
    looking: &'t mut Looking<'c>,
    book: &'t Bookkeeping<'t>,
}

fn lower(
    task: &Task,
    walk: &mut Walk<'_>,
    tools: Tools<'_, '_, '_>,
    server: &ServerInfo,
    needs_database: NeedsDatabase,
) -> Result<Lowering, Refusal> {
    let Tools { rehearsing, looking, book } = tools;
    let scoped = match (task, needs_database) {
        (Task::Operation(scoped), _) => scoped,
        (Task::Untold(untold), _) if untold.scope.includes(server.names()) => {
            return Err(Refusal::Fault(Box::new(untold.fault.clone())));
        }
        (Task::Untold(_), _) => return Ok(Lowering::Statements(Lowered::default())),
        (Task::Work(_), NeedsDatabase::Fine) => {
            rehearsing.pass_over();
            looking.pass_over();
            return Ok(Lowering::Work);
        }
        (Task::Work(work), NeedsDatabase::Refused) => {
            let message = format!("`{}` is Rust code, which needs a database to run on", work.name());
            return Err(Refusal::Fault(Box::new(Diagnostic::new(Code::NeedsDatabase, message))));
        }
    };
    if !scoped.scope.includes(server.names()) {
        return Ok(Lowering::Statements(Lowered::default()));
    }
    if let Some(fault) = ends_transaction(scoped) {
        return Err(Refusal::Fault(Box::new(located(fault, task))));
    }
    let before = walk.before(&scoped.operation).map_err(Refusal::Stop)?;
    let looked = looking.lower(&scoped.operation, before, book.dialect, server, book);
    let lowered = looked.unwrap_or_else(|| rehearsing.lower(&scoped.operation, before));
    // An operation that does not fit says more than what lowering makes of it.
    walk.apply(scoped).map_err(|fault| Refusal::Stop(fault.into()))?;
    if let (Ok(Lowered { written: Some(text), .. }), Operation::AlterTable(alter)) =
        (&lowered, &scoped.operation)
    {
        walk.keep_text(&alter.table, text.clone());
    }
    match lowered {
        Ok(lowered) => Ok(Lowering::Statements(scope(lowered, scoped, book.settings.transaction))),
        Err(fault) if fault.code == Code::Opaque && needs_database == NeedsDatabase::Fine => {
            Ok(Lowering::FromDatabase(fault))
        }
        Err(fault) => Err(Refusal::Fault(Box::new(located(fault, task)))),
    }
}

/// Finds raw SQL that would end the transaction in which its revision and its version row stand together.
fn ends_transaction(scoped: &ScopedOperation) -> Option<Diagnostic> {
    let Operation::Execute(execute) = &scoped.operation else { return None };
    let word = execute.transaction_word().filter(|_| scoped.scope.transaction == Transaction::Inside)?;
    let message = format!("`{word}` interferes with the transaction that the revision runs in");
    Some(Diagnostic::new(Code::Contradiction, message).hint(
        "leave it out: every revision has a transaction of its own; or say `transaction = \"outside\"`",
    ))
}
