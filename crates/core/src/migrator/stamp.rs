//! Sets the version table without running anything else.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Enforcement;
use crate::fold::Fold;
use crate::graph::{Direction, Heads, Passage, Route, RowChange, Step, Target};
use crate::history::History;
use crate::revision::RevisionId;

use super::TransactionMode;
use super::bookkeeping::Bookkeeping;
use super::plan::{Plan, PlannedStep};
use super::prepare::StepKind;
use super::public::{Outcome, Purge};
use super::run;
use super::step::Session;

/// Makes the plan of a stamp.
///
/// # Errors
/// A target or a row of the version table that is not in the history. With [`Purge::All`] the rows are not looked at.
pub(super) fn plan(
    history: &History,
    heads: &Heads,
    targets: &[Target],
    purge: Purge,
    book: &Bookkeeping<'_>,
) -> Result<Plan, Diagnostic> {
    let graph = history.graph();
    let route = match purge {
        Purge::Keep => graph.stamp(heads, targets)?,
        Purge::All => {
            let Route { steps, .. } = graph.stamp(&Heads::default(), targets)?;
            Route { start: heads.clone(), steps: emptying(heads).into_iter().chain(steps).collect() }
        }
    };
    let steps = route.walk().map(|Passage { before, step, after }| PlannedStep {
        step: step.clone(),
        before,
        after,
        tasks: Vec::new(),
        rows: step.rows.iter().map(|change| book.change(change)).collect(),
        enforcement: Enforcement::default(),
        checksum: None,
        kind: StepKind::Upgrade,
    });
    Ok(Plan { steps: steps.collect(), fold: Fold::new(book.dialect.name()), route })
}

/// Returns the step that deletes all rows, whatever they name; `None` when there are none.
fn emptying(heads: &Heads) -> Option<Step> {
    let rows: Vec<RevisionId> = heads.iter().cloned().collect();
    Some(Step {
        revision: rows.first()?.clone(),
        direction: Direction::Down,
        from: rows.clone(),
        to: Vec::new(),
        rows: rows.into_iter().map(RowChange::Delete).collect(),
    })
}

/// Stamps, in one transaction.
pub(super) fn run(
    session: &mut Session<'_>,
    history: &History,
    targets: &[Target],
    purge: Purge,
) -> Result<Outcome, Diagnostics> {
    run::run(session, history, TransactionMode::Run, &mut |session, heads| {
        Ok(plan(history, heads, targets, purge, &session.book)?)
    })
}
