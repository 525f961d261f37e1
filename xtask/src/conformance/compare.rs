//! Gives one case to both tools and says where they differ.

use std::collections::BTreeSet;

use limbeck_core::graph::{Direction, Heads, Range, RevisionGraph, Route, RouteError, Target};
use limbeck_core::revision::RevisionId;

use super::case::{Case, Command, Kind};
use super::differences;
use super::oracle::{Answer, Facts, Oracle, Step};
use crate::Failure;

/// Whether the tools agree.
pub(super) enum Verdict {
    /// They do, but for listed differences.
    Agreed(Report),
    /// They do not; the text says how.
    Differs(String),
}

/// What was compared.
#[derive(Default)]
pub(super) struct Report {
    pub(super) commands: u64,
    pub(super) refused: u64,
    pub(super) steps: u64,
    /// The listed differences met.
    pub(super) differences: Vec<&'static str>,
}

/// All that is known of one command, for judging a difference.
pub(super) struct Scene<'a> {
    pub(super) graph: &'a RevisionGraph,
    pub(super) command: &'a Command,
    /// The rows before.
    pub(super) rows: &'a Heads,
    pub(super) ours: &'a Result<Route, RouteError>,
    pub(super) theirs: &'a Answer,
}

/// Compares the tools on one case.
///
/// Each command starts from the rows that Limbeck has left; they are Alembic's too, as long as the tools agree.
///
/// # Errors
/// Only when the oracle cannot be asked.
pub(super) fn case(case: &Case, oracle: &mut Oracle) -> Result<Verdict, Failure> {
    let mut report = Report::default();
    let answer = oracle.history(&case.revisions)?;
    let graph =
        match (RevisionGraph::build(case.revisions.iter().map(|r| r.header()).collect()), answer.error) {
            (Ok(graph), None) => graph,
            (Err(_), Some(_)) => return Ok(Verdict::Agreed(report)),
            (Ok(_), Some(failure)) => {
                return Ok(Verdict::Differs(format!(
                    "Alembic refuses the history ({}: {}), Limbeck takes it",
                    failure.kind, failure.message
                )));
            }
            (Err(faults), None) => {
                return Ok(match differences::of_history(&faults) {
                    Some(name) => {
                        report.differences.push(name);
                        Verdict::Agreed(report)
                    }
                    None => {
                        Verdict::Differs(format!("Alembic takes the history, Limbeck does not:\n{faults}"))
                    }
                });
            }
        };
    let known = facts(&graph);
    if answer.facts.as_ref() != Some(&known) {
        return Ok(Verdict::Differs(format!("Alembic knows {:#?}\nLimbeck knows {known:#?}", answer.facts)));
    }
    let mut rows = Heads::default();
    for command in &case.commands {
        if command.kind == Kind::History {
            let theirs = oracle.run(command, &rows)?;
            report.commands += 1;
            match history(&graph, command, &rows, &theirs) {
                None => report.refused += u64::from(theirs.error.is_some()),
                Some(how) => match differences::of_history_shown(&graph, command, &rows, &theirs) {
                    Some(name) => report.differences.push(name),
                    None => return Ok(Verdict::Differs(format!("`{command}` at {rows}: {how}"))),
                },
            }
            continue;
        }
        let ours = run(&graph, command, &rows);
        let theirs = oracle.run(command, &rows)?;
        report.commands += 1;
        let scene = Scene { graph: &graph, command, rows: &rows, ours: &ours, theirs: &theirs };
        if let Some(how) = difference(&scene) {
            match differences::of_command(&scene) {
                Some(name) => report.differences.push(name),
                None => return Ok(Verdict::Differs(format!("`{command}` at {rows}: {how}"))),
            }
        }
        match ours {
            Ok(route) => {
                report.steps += route.steps.len() as u64;
                rows = route.end();
            }
            Err(_) => report.refused += u64::from(theirs.error.is_some()),
        }
    }
    Ok(Verdict::Agreed(report))
}

fn facts(graph: &RevisionGraph) -> Facts {
    let ids = |ids: Vec<&RevisionId>| ids.into_iter().map(ToString::to_string).collect();
    let labels = |id: &str| graph.branch_labels(id).into_iter().map(str::to_owned).collect();
    Facts {
        heads: ids(graph.heads()),
        real_heads: ids(graph.real_heads()),
        bases: ids(graph.bases()),
        labels: graph.headers().map(|h| (h.revision.to_string(), labels(h.revision.as_str()))).collect(),
    }
}

/// Says how the tools differ on what `history` shows; `None` when they agree.
fn history(graph: &RevisionGraph, command: &Command, rows: &Heads, theirs: &Answer) -> Option<String> {
    let range = command.targets[0].parse::<Range>();
    let ours = match range.and_then(|range| graph.history(&range, rows)) {
        Ok(shown) => shown.iter().map(|h| h.revision.to_string()).collect::<Vec<_>>(),
        Err(_) if theirs.error.is_some() => return None,
        Err(error) => return Some(format!("Alembic shows {:?}, Limbeck refuses: {error}", theirs.shown)),
    };
    if let Some(failure) = &theirs.error {
        return Some(format!(
            "Alembic fails ({}: {}), Limbeck shows {ours:?}",
            failure.kind, failure.message
        ));
    }
    let sorted = |ids: &[String]| ids.iter().cloned().collect::<BTreeSet<_>>();
    let unordered = graph.headers().any(|h| h.depends_on.len() > 1);
    let same = ours == theirs.shown || (unordered && sorted(&ours) == sorted(&theirs.shown));
    (!same).then(|| format!("Alembic shows {:?}, Limbeck shows {ours:?}", theirs.shown))
}

fn run(graph: &RevisionGraph, command: &Command, rows: &Heads) -> Result<Route, RouteError> {
    let targets = command.targets.iter().map(|t| t.parse()).collect::<Result<Vec<Target>, _>>()?;
    match (command.kind, targets.as_slice()) {
        (Kind::Upgrade, [target]) => graph.upgrade(rows, target),
        (Kind::Downgrade, [target]) => graph.downgrade(rows, target),
        _ => graph.stamp(rows, &targets),
    }
}

/// Says how the tools differ on a command; `None` when they agree.
fn difference(scene: &Scene<'_>) -> Option<String> {
    let route = match (scene.ours, &scene.theirs.error) {
        (Err(_), Some(_)) => return None,
        (Err(ours), None) => {
            return Some(format!("Alembic goes {}, Limbeck refuses: {ours}", theirs(scene.theirs)));
        }
        (Ok(route), Some(failure)) => {
            let (stage, kind, message) = (&failure.stage, &failure.kind, &failure.message);
            return Some(format!("Alembic fails ({stage}, {kind}: {message}), Limbeck goes\n{route}"));
        }
        (Ok(route), None) => route,
    };
    let ours: Vec<Step> = route
        .walk()
        .map(|passage| Step {
            revision: (scene.command.kind != Kind::Stamp).then(|| passage.step.revision.to_string()),
            up: passage.step.direction == Direction::Up,
            rows: passage.after.iter().map(ToString::to_string).collect(),
        })
        .collect();
    let alembic = &scene.theirs.steps;
    let same = ours == *alembic || (is_unordered(scene.graph, route) && same_but_for_order(&ours, alembic));
    (!same).then(|| format!("Alembic goes {}\nLimbeck goes\n{route}", theirs(scene.theirs)))
}

/// Alembic keeps several dependencies of a revision in a set, so that the order in which it visits them is chance.
fn is_unordered(graph: &RevisionGraph, route: &Route) -> bool {
    route.steps.iter().any(|step| graph.dependencies(step.revision.as_str()).len() > 1)
}

fn same_but_for_order(ours: &[Step], theirs: &[Step]) -> bool {
    let steps = |of: &[Step]| of.iter().map(|step| (step.revision.clone(), step.up)).collect::<BTreeSet<_>>();
    let end = |of: &[Step]| of.last().map(|step| step.rows.clone());
    ours.len() == theirs.len() && steps(ours) == steps(theirs) && end(ours) == end(theirs)
}

fn theirs(answer: &Answer) -> String {
    let step = |step: &Step| {
        let direction = if step.up { "upgrade" } else { "downgrade" };
        format!("\n{direction} {} => {}", step.revision.as_deref().unwrap_or("(stamp)"), step.rows.join(", "))
    };
    if answer.steps.is_empty() { "nowhere".to_owned() } else { answer.steps.iter().map(step).collect() }
}
