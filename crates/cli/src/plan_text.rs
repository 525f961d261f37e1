//! A plan in words: steps, ways, hazards and statements.

use limbeck::core::dialect::Cost;
use limbeck::core::history::History;
use limbeck::core::migrator::{Lowering, PlannedStep, PlannedTask};

use crate::context::Context;
use crate::failure::Failure;
use crate::{impact_text, revision_text};

/// Prints a step with all that it would run.
pub(crate) fn print(
    context: &Context,
    history: &History,
    planned: &PlannedStep,
    verb: &str,
) -> Result<(), Failure> {
    let header = history.graph().get(planned.step.revision.as_str());
    context.out.line(format_args!("{verb} {}", revision_text::step(&planned.step, header)))?;
    for task in &planned.tasks {
        print_task(context, task)?;
    }
    if context.global.verbose || planned.tasks.is_empty() {
        for statement in &planned.rows {
            context.out.line(format_args!("    {};", statement.sql))?;
        }
    }
    Ok(())
}

fn print_task(context: &Context, task: &PlannedTask) -> Result<(), Failure> {
    context.out.line(format_args!("  {}{}", task.describe(), way_and_cost(task)))?;
    let hazards: Vec<String> =
        task.statements().iter().flat_map(|s| &s.hazards).map(ToString::to_string).collect();
    for hazard in hazards {
        context.out.line(format_args!("    ! {hazard}"))?;
    }
    for line in impact_text::lines(task) {
        context.out.line(format_args!("    {line}"))?;
    }
    match &task.lowering {
        Lowering::Statements(lowered) if lowered.statements.is_empty() => {
            context.out.line("    nothing to run on this database")
        }
        Lowering::Statements(lowered) => lowered.statements.iter().try_for_each(|statement| {
            let sql = sql(&statement.sql);
            sql.lines()
                .try_for_each(|line| context.out.line(format_args!("    {line}").to_string().trim_end()))
        }),
        Lowering::Work => context.out.line("    Rust code"),
        Lowering::FromDatabase(reason) => {
            context.out.line(format_args!("    decided when it runs: {}", reason.message))
        }
    }
}

/// Says how the change is made, what that costs, and why no cheaper way does: ` [move and copy, copies 20 rows of `t`;
/// SQLite cannot …]`.
fn way_and_cost(task: &PlannedTask) -> String {
    let Lowering::Statements(lowered) = &task.lowering else { return String::new() };
    let Some(way) = lowered.way() else { return String::new() };
    let costs: Vec<String> = match &lowered.costs()[..] {
        [] => vec![Cost::Constant.to_string()],
        costs => costs.iter().map(|cost| in_words(cost)).collect(),
    };
    let reason = lowered.reason.iter().map(|reason| format!("; {reason}"));
    let (way, reason) = (way.to_string().replace('_', " "), reason.collect::<String>());
    format!(" [{way}, {}{reason}]", costs.join(", "))
}

fn in_words(cost: &Cost) -> String {
    match cost {
        Cost::Unknown => "cost unknown".to_owned(),
        known => known.to_string(),
    }
}

/// Ends a statement with a semicolon that a comment on its last line does not swallow.
pub(crate) fn sql(statement: &str) -> String {
    let statement = statement.trim_end().trim_end_matches(';').trim_end();
    match statement.lines().last().is_some_and(|line| line.contains("--")) {
        true => format!("{statement}\n;"),
        false => format!("{statement};"),
    }
}
