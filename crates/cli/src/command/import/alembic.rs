//! Writes the history of an Alembic project, and reports revision by revision.

use std::path::Path;

use limbeck::config::FILE_NAME;
use limbeck::core::graph::Direction;
use limbeck::project::{ImportedRevision, Left};
use serde_json::json;

use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;

/// Writes the history of an Alembic project.
pub(super) fn run(context: &Context, into: &Path) -> Result<(), Failure> {
    let project = context.project(HeadsCheck::Skip)?;
    let imported = project.import(into, Path::new(FILE_NAME))?;
    for one in &imported.revisions {
        match context.global.json {
            true => crate::json::print(context, &as_json(one))?,
            false => tell(context, one)?,
        }
    }
    let all = imported.revisions.len();
    let left = imported.revisions.iter().filter(|one| !one.left.is_empty()).count();
    context.note(format_args!("{all} revisions, {} of them whole", all - left));
    if left > 0 {
        context.note(format_args!(
            "left to be written by hand: {left}; `untold` in each file says where and why"
        ));
    }
    match &imported.config {
        Some(config) => context.note(format_args!("configuration: {}", config.display())),
        None => {
            let locations: Vec<String> =
                imported.directories.iter().map(|one| format!("\"{}\"", one.display())).collect();
            context.note(format_args!(
                "to read them, set `locations = [{}]` and `version_table = \"{}\"` in `[migrations]` of \
                     `{FILE_NAME}`, and take `[alembic]` out",
                locations.join(", "),
                project.config().version_table,
            ));
        }
    }
    Ok(())
}

fn word(one: &ImportedRevision) -> &'static str {
    match (one.left.is_empty(), one.assumed.is_empty()) {
        (true, true) => "exact",
        (true, false) => "assumed",
        (false, _) => "left",
    }
}

fn direction(left: &Left) -> &'static str {
    match left.direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    }
}

fn tell(context: &Context, one: &ImportedRevision) -> Result<(), Failure> {
    context.out.line(format_args!("{}: {}: {}", one.revision, one.path.display(), word(one)))?;
    for assumed in &one.assumed {
        context.out.line(format_args!("  assumed: {assumed}"))?;
    }
    for left in &one.left {
        let line = left.line.map(|line| format!(":{line}")).unwrap_or_default();
        let on = match left.dialects.is_empty() {
            true => String::new(),
            false => format!(" on {}", left.dialects.join(", ")),
        };
        context.out.line(format_args!("  left{on}: {} ({}{line})", left.reason, left.file.display()))?;
    }
    Ok(())
}

fn as_json(one: &ImportedRevision) -> serde_json::Value {
    let left: Vec<_> = (one.left.iter())
        .map(|left| {
            json!({
                "direction": direction(left), "dialects": left.dialects, "reason": left.reason,
                "file": left.file, "line": left.line,
            })
        })
        .collect();
    json!({
        "revision": one.revision.as_str(), "script": one.script, "path": one.path, "outcome": word(one),
        "assumed": one.assumed, "left": left,
    })
}
