//! What the steps of a route do: the upgrade of each revision, or the way back.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::Names;
use crate::fold::{self, Fold};
use crate::graph::{Direction, Route};
use crate::history::{Body, History, Task, Undo};
use crate::op::{Change, ScopedOperation};
use crate::revision::RevisionId;
use crate::schema::SchemaError;

/// The steps of a route as tasks, and the schema that they find.
pub(super) struct Prepared {
    /// The schema before the first step.
    pub(super) fold: Fold,
    /// The tasks of each step, in the order of the route.
    pub(super) steps: Vec<PreparedStep>,
}

/// What one step does.
pub(super) struct PreparedStep {
    pub(super) tasks: Vec<Task>,
    pub(super) checksum: String,
    pub(super) kind: StepKind,
}

/// Where the tasks of a step come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    /// From the upgrade of the revision.
    Upgrade,
    /// From the upgrade, turned round: it leads exactly to the schema before.
    Derived,
    /// From the downgrade that the author wrote.
    Given,
}

/// Reads the bodies of all revisions concerned and finds out what each step does.
///
/// # Errors
/// All faults of all files concerned; else all downgrades that cannot be derived; else the first operation that does not
/// fit the schema.
pub(super) fn prepare(history: &History, route: &Route, names: Names) -> Result<Prepared, Diagnostics> {
    match route.steps.first().map(|step| step.direction) {
        None | Some(Direction::Up) => prepare_upgrade(history, route, names),
        Some(Direction::Down) => prepare_downgrade(history, route, names),
    }
}

fn prepare_upgrade(history: &History, route: &Route, names: Names) -> Result<Prepared, Diagnostics> {
    let revisions: Vec<RevisionId> = route.steps.iter().map(|step| step.revision.clone()).collect();
    let mut faults = Vec::new();
    let bodies = history.bodies(&revisions).map_err(|found| faults.extend(found)).unwrap_or_default();
    let fold = fold::fold_to(history, &route.start, names).map_err(|found| faults.extend(found));
    let steps = bodies.iter().map(|body| PreparedStep {
        tasks: body.upgrade.clone(),
        checksum: body.checksum(),
        kind: StepKind::Upgrade,
    });
    match fold {
        Ok(fold) => Diagnostics::check(faults, Prepared { fold, steps: steps.collect() }),
        Err(()) => Err(Diagnostics::check(faults, ()).expect_err("there is at least the fault of the fold")),
    }
}

/// Folds everything that is applied, the revisions to be undone last and in the reverse order of the route, so that
/// each inverse is taken against the very schema that the way back comes through.
fn prepare_downgrade(history: &History, route: &Route, names: Names) -> Result<Prepared, Diagnostics> {
    let undone: Vec<RevisionId> = route.steps.iter().rev().map(|step| step.revision.clone()).collect();
    let bodies = history.bodies(&undone)?;
    let irreversible = undone.iter().zip(&bodies).filter_map(|(id, body)| match &body.undo {
        Undo::Irreversible(reason) => Some(refuse(history, id, reason.as_deref())),
        _ => None,
    });
    Diagnostics::check(irreversible.collect(), ())?;
    let (mut fold, mut steps, mut faults) =
        (fold::fold_to(history, &route.end(), names)?, Vec::new(), Vec::new());
    for (revision, body) in undone.iter().zip(&bodies) {
        let derive = matches!(body.undo, Undo::Derived);
        let inverse = pass(&mut fold, revision, body, derive.then_some(&mut faults), names)?;
        let (tasks, kind) = match &body.undo {
            Undo::Given(tasks) => (tasks.clone(), StepKind::Given),
            _ => (inverse, StepKind::Derived),
        };
        steps.push(PreparedStep { tasks, checksum: body.checksum(), kind });
    }
    steps.reverse();
    Diagnostics::check(faults, Prepared { fold, steps })
}

/// Applies a revision and returns what leads back, if `faults` is there to take what does not.
fn pass(
    fold: &mut Fold,
    revision: &RevisionId,
    body: &Arc<Body>,
    mut faults: Option<&mut Vec<Diagnostic>>,
    names: Names,
) -> Result<Vec<Task>, Diagnostic> {
    let mut inverse: Vec<Vec<Task>> = Vec::new();
    for task in &body.upgrade {
        match (task, &mut faults) {
            (Task::Operation(scoped), faults) => {
                if let Some(faults) = faults.as_deref_mut().filter(|_| scoped.scope.includes(names)) {
                    match scoped.operation.invert(fold.schema()) {
                        Ok(undo) => inverse.push(undo.into_iter().map(|op| turned(op, scoped)).collect()),
                        Err(error) => faults.push(underivable(error, scoped, fold, revision)),
                    }
                }
                fold.apply(scoped)?;
            }
            (Task::Work(work), Some(faults)) => faults.push(
                Diagnostic::new(
                    Code::Irreversible,
                    format!(
                        "revision `{revision}` cannot be downgraded: it is not known what undoes `{}`",
                        work.name()
                    ),
                )
                .hint("record a downgrade, or say that it is irreversible"),
            ),
            (Task::Untold(untold), Some(faults)) if untold.scope.includes(names) => {
                faults.push(untold.fault.clone());
            }
            (task, _) => fold.apply_task(task)?,
        }
    }
    fold.pass(revision);
    Ok(inverse.into_iter().rev().flatten().collect())
}

/// Gives an inverse the scope and the place of what it undoes.
fn turned(operation: crate::op::Operation, of: &ScopedOperation) -> Task {
    Task::Operation(ScopedOperation { operation, scope: of.scope.clone(), origin: of.origin.clone() })
}

fn underivable(
    error: SchemaError,
    scoped: &ScopedOperation,
    fold: &Fold,
    revision: &RevisionId,
) -> Diagnostic {
    let irreversible = matches!(error, SchemaError::Irreversible { .. });
    let mut fault = fold.explain(error, scoped);
    if irreversible {
        fault.message = format!("revision `{revision}` cannot be downgraded: {}", fault.message);
    }
    fault
}

fn refuse(history: &History, revision: &RevisionId, reason: Option<&str>) -> Diagnostic {
    let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let path = history.graph().get(revision.as_str()).and_then(|header| header.path.clone());
    Diagnostic::new(Code::Irreversible, format!("revision `{revision}` is irreversible{why}"))
        .at_opt(path.map(crate::diagnostic::Place::file))
        .hint("to go on from here, write a revision that makes the change you want")
}
