//! What one revision alone would run.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{Dialect, ServerInfo};
use crate::graph::{Direction, Heads, Route, RowChange, Step, Target};
use crate::history::History;
use crate::revision::RevisionId;

use super::Settings;
use super::plan::PlannedStep;
use super::planner::{self, Mode};

/// Returns what each revision of a history runs on the way from an empty database to all heads, in that order. What keeps the
/// version table is left out.
///
/// Needs no database, as [`plan_alone`]; it costs one way through the history, however many revisions there are.
///
/// # Errors
/// All that a plan can find.
pub fn plan_each(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
) -> Result<Vec<PlannedStep>, Diagnostics> {
    let route = history.graph().upgrade(&Heads::default(), &Target::heads()).map_err(Diagnostic::from)?;
    let mut plan = planner::plan(history, route, server, dialect, settings, Mode::Later)?;
    plan.steps.iter_mut().for_each(|step| step.rows.clear());
    Ok(plan.steps)
}

/// Returns what a revision runs on a database that has all that comes before it and nothing more (going down: also
/// the revision itself). What keeps the version table is left out.
///
/// Needs no database; what only a database knows is left open, as in [`Lowering::FromDatabase`](super::Lowering).
///
/// # Errors
/// [`Code::NoSuchRevision`]; otherwise all that a plan can find.
pub fn plan_alone(
    history: &History,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    settings: &Settings,
    revision: &RevisionId,
    direction: Direction,
) -> Result<PlannedStep, Diagnostics> {
    let graph = history.graph();
    let Some(header) = graph.get(revision.as_str()) else {
        return Err(Diagnostic::new(Code::NoSuchRevision, format!("no revision `{revision}`")).into());
    };
    let parents = header.down_revision.clone();
    let own = vec![revision.clone()];
    let needs = graph.parents(revision.as_str()).into_iter().chain(graph.dependencies(revision.as_str()));
    let needs: Vec<RevisionId> = needs.cloned().collect();
    let (start, from, to, rows) = match direction {
        Direction::Up => {
            let rows = needs.iter().cloned().map(RowChange::Delete);
            let rows = rows.chain([RowChange::Insert(revision.clone())]).collect();
            (needs.into_iter().collect::<Heads>(), parents, own, rows)
        }
        Direction::Down => {
            let rows = needs.into_iter().map(RowChange::Insert);
            let rows = rows.chain([RowChange::Delete(revision.clone())]).collect();
            (own.iter().cloned().collect::<Heads>(), own, parents, rows)
        }
    };
    let step = Step { revision: revision.clone(), direction, from, to, rows };
    let plan =
        planner::plan(history, Route { start, steps: vec![step] }, server, dialect, settings, Mode::Later)?;
    let mut step = plan.steps.into_iter().next().expect("the plan of a route with one step has one step");
    step.rows.clear();
    Ok(step)
}
