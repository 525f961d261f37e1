//! The shapes that `--json` prints.

use std::io::Write;
use std::path::Path;

use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::dialect::{Cost, Statement};
use limbeck::core::graph::{Direction, Heads, RevisionGraph};
use limbeck::core::migrator::{Lowering, PlannedStep, PlannedTask, StepReport};
use limbeck::core::op::Transaction;
use limbeck::core::revision::{RevisionHeader, RevisionId};
use serde::Serialize;
use serde_json::{Value, json};

use crate::context::Context;
use crate::failure::Failure;
use crate::impact_text;

/// A revision and its place in the graph.
#[derive(Serialize)]
struct Revision<'a> {
    revision: &'a str,
    down_revision: Vec<&'a str>,
    depends_on: &'a [String],
    branch_labels: Vec<&'a str>,
    message: &'a str,
    path: Option<&'a Path>,
    is_head: bool,
    is_base: bool,
    is_branch_point: bool,
    is_merge_point: bool,
}

/// Prints an array of revisions.
pub(crate) fn print_revisions(
    context: &Context,
    graph: &RevisionGraph,
    headers: &[&RevisionHeader],
) -> Result<(), Failure> {
    let revisions: Vec<Revision<'_>> = headers
        .iter()
        .map(|header| {
            let id = header.revision.as_str();
            let labels = graph.branch_labels(id);
            Revision {
                revision: id,
                down_revision: ids(&header.down_revision),
                depends_on: &header.depends_on,
                // One that was only just made is not in the graph yet.
                branch_labels: match labels.is_empty() {
                    true => header.branch_labels.iter().map(String::as_str).collect(),
                    false => labels,
                },
                message: &header.message,
                path: header.path.as_deref(),
                is_head: graph.get(id).is_none() || graph.is_head(id),
                is_base: header.down_revision.is_empty(),
                is_branch_point: graph.is_branch_point(id),
                is_merge_point: header.down_revision.len() > 1,
            }
        })
        .collect();
    print(context, &revisions)
}

/// Prints any value on one line.
pub(crate) fn print(context: &Context, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
    context.out.line(text)
}

/// Returns a step that was made.
pub(crate) fn step(report: &StepReport, verb: &str) -> Value {
    let StepReport { revision, direction: _, from, to, heads, took } = report;
    let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    event(revision, verb, from, to, heads, millis)
}

/// Returns a step that would be made, with its statements.
pub(crate) fn planned(planned: &PlannedStep, verb: &str) -> Value {
    let step = &planned.step;
    let mut value = event(&step.revision, verb, &step.from, &step.to, &planned.after, 0);
    let tasks = planned.tasks.iter().flat_map(task);
    value["operations"] = planned.tasks.iter().map(impact_text::operation).collect();
    value["statements"] = tasks.chain(planned.rows.iter().map(|row| statement(row, None))).collect();
    value
}

/// Says which way a step goes, as a script would name the command.
pub(crate) fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    }
}

fn event(
    revision: &RevisionId,
    direction: &str,
    from: &[RevisionId],
    to: &[RevisionId],
    heads: &Heads,
    millis: u64,
) -> Value {
    let heads: Vec<&str> = heads.iter().map(RevisionId::as_str).collect();
    json!({
        "event": "step", "revision": revision.as_str(), "direction": direction,
        "from": ids(from), "to": ids(to), "heads": heads, "millis": millis,
    })
}

fn task(task: &PlannedTask) -> Vec<Value> {
    let unknown = |why: String| {
        json!({
            "sql": null, "why": why, "transaction": "inside", "way": null, "reason": null,
            "cost": Cost::Unknown.to_string(), "rows": null, "hazards": [],
        })
    };
    match &task.lowering {
        Lowering::Statements(lowered) => {
            let reason = lowered.reason.as_deref();
            lowered.statements.iter().map(|planned| statement(planned, reason)).collect()
        }
        Lowering::Work => vec![unknown(task.describe())],
        Lowering::FromDatabase(reason) => {
            vec![unknown(format!("{}; decided when it runs: {}", task.describe(), reason.message))]
        }
    }
}

/// Returns a statement; `reason` is why no cheaper way was taken for its operation.
fn statement(statement: &Statement, reason: Option<&str>) -> Value {
    json!({
        "sql": statement.sql,
        "why": statement.why,
        "transaction": match statement.transaction {
            Transaction::Inside => "inside",
            Transaction::Outside => "outside",
        },
        "way": statement.way.to_string(),
        "reason": reason,
        "cost": statement.cost.to_string(),
        "rows": statement.cost.rows().and_then(|rows| rows.count),
        "hazards": statement.hazards.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// Returns a fault.
pub(crate) fn error(fault: &Diagnostic) -> Value {
    let place = fault.places.first();
    json!({ "error": {
        "code": fault.code.to_string(),
        "message": fault.message,
        "file": place.map(|place| place.path.display().to_string()),
        "line": place.and_then(|place| place.line()),
        "hint": fault.hint,
    } })
}

/// Prints a fault of the command line itself.
pub(crate) fn print_usage_error(message: &str) {
    // Nothing is left to be told if this fails.
    let _ = writeln!(std::io::stderr(), "{}", error(&Diagnostic::new(Code::Usage, message)));
}

fn ids(ids: &[RevisionId]) -> Vec<&str> {
    ids.iter().map(RevisionId::as_str).collect()
}
