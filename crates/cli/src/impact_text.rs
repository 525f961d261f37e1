//! What a planned operation does to whoever uses the database meanwhile, in words and as JSON.

use limbeck::core::dialect::{Cost, Way};
use limbeck::core::impact::{Blocks, Impact, RowWork};
use limbeck::core::migrator::{Lowering, PlannedTask};
use serde_json::{Value, json};

/// Returns a line for each lock that others may notice, each kind of work on rows, all data that goes and all code that
/// breaks; none for what only makes something new.
pub(crate) fn lines(task: &PlannedTask) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut add = |line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for impact in task.impacts.iter().filter(|impact| !impact.fresh) {
        if let (Some(fact), Some(table)) = (impact.fact, &impact.table) {
            add(format!("lock: {} on `{table}`, {}", fact.lock, whom(impact.blocks())));
        }
        match rows(task, impact) {
            RowWork::Scan => add(format!("rows: all of {} are read", table(impact))),
            RowWork::Rewrite => add(format!("rows: all of {} are written anew", table(impact))),
            RowWork::None | RowWork::ByWay | RowWork::Unknown => {}
        }
    }
    let hazards: Vec<String> =
        task.statements().iter().flat_map(|one| &one.hazards).map(ToString::to_string).collect();
    for lost in task.impacts.iter().filter(|impact| !impact.fresh).filter_map(|impact| impact.loses.as_ref())
    {
        let hazard = format!("loses {lost}");
        // What the statements say already is not said twice.
        if !hazards.contains(&hazard) {
            add(format!("! {hazard}"));
        }
    }
    for broken in
        task.impacts.iter().filter(|impact| !impact.fresh).filter_map(|impact| impact.breaks.as_ref())
    {
        add(format!("code: {broken} fails from then on"));
    }
    lines
}

fn table(impact: &Impact) -> String {
    impact.table.as_ref().map_or_else(|| impact.object.clone(), |table| format!("`{table}`"))
}

fn whom(blocks: Blocks) -> &'static str {
    match blocks {
        Blocks::Nobody => "for a moment",
        Blocks::Changes => "blocks other changes of it",
        Blocks::Writes => "blocks writers",
        Blocks::Everybody => "blocks readers and writers",
        Blocks::Unknown => "of which nothing is known",
    }
}

/// Returns what becomes of the rows there: what is known of the kind of change, or what its statements cost.
fn rows(task: &PlannedTask, impact: &Impact) -> RowWork {
    let Lowering::Statements(lowered) = &task.lowering else { return impact.rows() };
    if impact.rows() != RowWork::ByWay {
        return impact.rows();
    }
    if lowered.way() == Some(Way::MoveAndCopy) {
        return RowWork::Rewrite;
    }
    let costs = lowered.statements.iter().map(|statement| match statement.cost {
        Cost::Constant => RowWork::None,
        Cost::Scan(_) => RowWork::Scan,
        Cost::Copy(_) => RowWork::Rewrite,
        Cost::Unknown => RowWork::Unknown,
    });
    costs.max().unwrap_or(RowWork::None)
}

/// Returns an operation with all that is known of what it does.
pub(crate) fn operation(task: &PlannedTask) -> Value {
    let change = |impact: &Impact| {
        json!({
            "change": impact.kind.to_string(),
            "object": impact.object,
            "table": impact.table.as_ref().map(ToString::to_string),
            "new": impact.fresh,
            "lock": impact.fact.map(|fact| fact.lock),
            "blocks": impact.blocks().to_string(),
            "rows": rows(task, impact).to_string(),
            "loses": impact.loses,
            "breaks": impact.breaks,
            "source": impact.fact.map(|fact| fact.source),
        })
    };
    let breaks = task.impacts.iter().any(|impact| !impact.fresh && impact.breaks.is_some());
    let unknown = task.impacts.iter().any(|impact| impact.rows() == RowWork::Unknown);
    let old_code = match (breaks, unknown || matches!(task.lowering, Lowering::Work)) {
        (true, _) => "breaks",
        (false, true) => "unknown",
        (false, false) => "runs",
    };
    json!({
        "operation": task.describe(),
        "old_code": old_code,
        "changes": task.impacts.iter().map(change).collect::<Vec<_>>(),
    })
}
