//! Writes the history of an Alembic project, and reports revision by revision.

use std::path::Path;
use std::time::Duration;

use limbeck::config::FILE_NAME;
use limbeck::core::diagnostic::{Code, Diagnostic};
use limbeck::core::dialect::DatabaseUrl;
use limbeck::core::graph::Direction;
use limbeck::project::{ImportedRevision, WithPython};
use serde_json::json;

use super::Alembic;
use crate::context::{Context, HeadsCheck};
use crate::failure::Failure;

/// Writes the history of an Alembic project.
pub(super) fn run(context: &Context, args: Alembic) -> Result<(), Failure> {
    let project = context.project(HeadsCheck::Skip)?;
    let url = |text: &String| {
        DatabaseUrl::parse(text)
            .ok_or_else(|| Diagnostic::new(Code::BadUrl, "`--scratch` is no database URL"))
    };
    let scratch = args.scratch.iter().map(url).collect::<Result<_, _>>()?;
    let with = args.with_python.map(|python| WithPython {
        python,
        dialects: args.dialects,
        scratch,
        patience: Duration::from_secs(args.patience),
    });
    let imported = project.import(&args.into, Path::new(FILE_NAME), with.as_ref())?;
    for one in &imported.revisions {
        match context.global.json {
            true => crate::json::print(context, &as_json(one))?,
            false => tell(context, one)?,
        }
    }
    let all = imported.revisions.len();
    let left = imported.revisions.iter().filter(|one| !one.left.is_empty()).count();
    context.note(format_args!("{all} revisions, {} of them whole", all - left));
    let reading = imported.revisions.iter().filter(|one| one.reads.iter().any(|read| !read.catalog)).count();
    if reading > 0 {
        context.note(format_args!("read rows when they are played: {reading}"));
    }
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

fn word_of(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "upgrade",
        Direction::Down => "downgrade",
    }
}

fn tell(context: &Context, one: &ImportedRevision) -> Result<(), Failure> {
    context.out.line(format_args!("{}: {}: {}", one.revision, one.path.display(), word(one)))?;
    if !one.recorded.is_empty() {
        let on = |(direction, dialect): &(Direction, &str)| format!("{} on {dialect}", word_of(*direction));
        let all: Vec<String> = one.recorded.iter().map(on).collect();
        context.out.line(format_args!("  recorded: {}", all.join(", ")))?;
    }
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
                "direction": word_of(left.direction), "dialects": left.dialects, "reason": left.reason,
                "file": left.file, "line": left.line,
            })
        })
        .collect();
    let recorded: Vec<_> = (one.recorded.iter())
        .map(|(direction, dialect)| json!({ "direction": word_of(*direction), "dialect": dialect }))
        .collect();
    let reads: Vec<_> = (one.reads.iter())
        .map(|read| {
            json!({
                "direction": word_of(read.direction), "dialects": read.dialects, "sql": read.sql,
                "of": if read.catalog { "schema" } else { "rows" }, "line": read.line,
            })
        })
        .collect();
    json!({
        "revision": one.revision.as_str(), "script": one.script, "path": one.path, "outcome": word(one),
        "assumed": one.assumed, "recorded": recorded, "reads": reads, "left": left,
    })
}
