//! `limbeck log`: what was run on the database, and when.

use limbeck::core::migrator::{LogEntry, Migrator};
use serde_json::json;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;

/// Show what was run on the database, oldest first
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let project = context.project(HeadsCheck::Warn)?;
        let mut connection = context.connect_to_look(project.config())?;
        let settings = context.settings(project.config());
        let entries = Migrator::new(project.history(), &mut *connection, settings).log()?;
        if context.global.json {
            let entries: Vec<_> = entries.iter().map(to_json).collect();
            return crate::json::print(context, &entries);
        }
        let width = entries.iter().map(|entry| entry.revision.chars().count()).max().unwrap_or_default();
        entries.iter().try_for_each(|entry| {
            let LogEntry {
                revision, direction, started_at, outcome, statements_done, statements_total, ..
            } = entry;
            let statements = format!("{statements_done}/{statements_total} statements");
            context.out.line(format_args!(
                "{started_at}  {direction:<9}  {revision:<width$}  {outcome}, {statements}"
            ))
        })
    }
}

fn to_json(entry: &LogEntry) -> serde_json::Value {
    let LogEntry {
        revision,
        direction,
        started_at,
        finished_at,
        outcome,
        checksum,
        tool_version,
        statements_done,
        statements_total,
    } = entry;
    json!({
        "revision": revision,
        "direction": direction,
        "started_at": started_at,
        "finished_at": finished_at,
        "outcome": outcome,
        "checksum": checksum,
        "tool_version": tool_version,
        "statements_done": statements_done,
        "statements_total": statements_total,
    })
}
