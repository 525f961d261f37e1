//! Every statement of a route, before the first one runs.

use crate::diagnostic::{Diagnostic, Place};
use crate::dialect::{Cost, Enforcement, Lowered, Statement};
use crate::fold::Fold;
use crate::graph::{Heads, Route, Step};
use crate::history::Task;
use crate::impact::Impact;
use crate::op::{Change, Operation, ScopedOperation, Transaction};

use super::TransactionMode;
use super::decide::Folding;
use super::prepare::StepKind;

/// The steps of a route with all that they run.
pub struct Plan {
    /// The route.
    pub route: Route,
    /// The steps, in order.
    pub steps: Vec<PlannedStep>,
    /// The schema before the first step.
    pub(super) fold: Fold,
}

/// One step with all that it runs.
#[derive(Debug, Clone)]
pub struct PlannedStep {
    /// The step.
    pub step: Step,
    /// The rows of the version table before it.
    pub before: Heads,
    /// The rows of the version table after it.
    pub after: Heads,
    /// What it does to schema and rows, in order.
    pub tasks: Vec<PlannedTask>,
    /// What keeps the version table, in order, behind the tasks.
    pub rows: Vec<Statement>,
    /// Whether foreign keys must not be enforced while it runs.
    pub enforcement: Enforcement,
    /// The checksum of what the revision means; `None` in a stamp.
    pub checksum: Option<String>,
    pub(super) kind: StepKind,
}

/// One task with what it runs.
#[derive(Debug, Clone)]
pub struct PlannedTask {
    /// The task.
    pub task: Task,
    /// What it runs.
    pub lowering: Lowering,
    /// What it does to whoever uses the database meanwhile, change by change; empty in a plan that is only run.
    pub impacts: Vec<Impact>,
    pub(super) folding: Folding,
}

/// What a task runs.
#[derive(Debug, Clone)]
pub enum Lowering {
    /// Statements; none when the dialect is not concerned.
    Statements(Lowered),
    /// Rust code.
    Work,
    /// Statements that can only be made when the database is at hand, and why.
    FromDatabase(Diagnostic),
}

impl PlannedStep {
    /// Returns all statements that are known, in order of running, those for the version table last.
    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.tasks.iter().flat_map(PlannedTask::statements).chain(&self.rows)
    }

    /// Returns how many things the tasks run, data work counted as one each.
    pub fn size(&self) -> usize {
        self.tasks.iter().map(PlannedTask::size).sum()
    }

    /// Says whether it begins outside the transaction.
    pub(super) fn starts_outside(&self) -> bool {
        let first = self.tasks.iter().find(|task| task.size() > 0).and_then(|task| task.statements().first());
        first.is_some_and(|first| first.transaction == Transaction::Outside)
    }

    /// Says whether a part of it has to run outside the transaction.
    pub fn leaves_transaction(&self) -> bool {
        let leaves = |task: &PlannedTask| match &task.task {
            Task::Operation(scoped) if task.is_left_open() => {
                scoped.scope.transaction == Transaction::Outside
            }
            _ => task.statements().iter().any(|one| one.transaction == Transaction::Outside),
        };
        self.tasks.iter().any(leaves)
    }
}

impl PlannedTask {
    /// Returns the statements that are known.
    pub fn statements(&self) -> &[Statement] {
        match &self.lowering {
            Lowering::Statements(lowered) => &lowered.statements,
            Lowering::Work | Lowering::FromDatabase(_) => &[],
        }
    }

    /// Says in a few words what it does, names in backticks.
    pub fn describe(&self) -> String {
        match &self.task {
            Task::Operation(scoped) => scoped.operation.describe(),
            Task::Work(work) => format!("run `{}`", work.name()),
            Task::Untold(untold) => untold.fault.message.clone(),
        }
    }

    /// Returns where it was written, if a file says so.
    pub fn place(&self) -> Option<Place> {
        place(&self.task)
    }

    /// Says whether its statements are not known before it runs.
    fn is_left_open(&self) -> bool {
        matches!(self.lowering, Lowering::FromDatabase(_))
    }

    pub(super) fn size(&self) -> usize {
        match &self.lowering {
            Lowering::Statements(lowered) => lowered.statements.len(),
            Lowering::Work | Lowering::FromDatabase(_) => 1,
        }
    }
}

/// Puts the statements of an operation outside the transaction, if its author or the mode says so, and says of the
/// author's own SQL that its cost is not known.
pub(super) fn scope(mut lowered: Lowered, scoped: &ScopedOperation, mode: TransactionMode) -> Lowered {
    if let Operation::Execute(_) = &scoped.operation {
        for statement in &mut lowered.statements {
            statement.cost = Cost::Unknown;
        }
    }
    // What several statements make together, such as a table anew, is never left half made.
    let alone = matches!(scoped.operation, Operation::Execute(_)) || lowered.statements.len() == 1;
    if scoped.scope.transaction == Transaction::Outside || mode == TransactionMode::None && alone {
        for statement in &mut lowered.statements {
            statement.transaction = Transaction::Outside;
        }
    }
    lowered
}

/// Puts the place of a task before all others.
pub(super) fn located(mut fault: Diagnostic, task: &Task) -> Diagnostic {
    if let Some(place) = place(task) {
        fault.places.insert(0, place);
    }
    fault
}

fn place(task: &Task) -> Option<Place> {
    match task {
        Task::Operation(scoped) => scoped.origin.as_ref().map(crate::op::Origin::place),
        Task::Work(_) | Task::Untold(_) => None,
    }
}
