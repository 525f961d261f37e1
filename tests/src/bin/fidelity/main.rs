//! `cargo xtask conformance fidelity` runs this: what do Limbeck, Alembic's batch mode and sqlite-utils lose of the
//! databases of the fidelity suite, by the same measures?
//!
//! Usage: `fidelity PYTHON [FIXTURE]`, where the Python has the tools installed; with a fixture, all that is lost is
//! told. Ends with 1 if Limbeck lost anything.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

mod count;
mod tool;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

use limbeck_core::op::Recreate;
use limbeck_core::schema::Table;
use limbeck_tests::fidelity::{
    Allowed, Change, Depth, FidelityFixture, Loss, Measure, Stage, changes, fidelity,
};

use count::{Counts, Verdict};
use tool::{Python, TOOLS, Tool};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(python) = arguments.next() else {
        eprintln!("usage: fidelity PYTHON [FIXTURE]");
        return ExitCode::from(2);
    };
    match run(Path::new(&python), arguments.next().as_deref()) {
        Ok(counts) => {
            println!("{counts}");
            ExitCode::from(u8::from(counts.ours_lost()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(python: &Path, only: Option<&str>) -> Result<Counts, Box<dyn Error>> {
    let mut fixtures = fidelity();
    fixtures.retain(|fixture| only.is_none_or(|only| fixture.name == only));
    if fixtures.is_empty() {
        return Err("no fixture has that name".into());
    }
    let next = AtomicUsize::new(0);
    let work = || -> Result<Counts, String> {
        let mut python = Python::start(python).map_err(|error| error.to_string())?;
        let mut counts = Counts::default();
        while let Some(fixture) = fixtures.get(next.fetch_add(1, Ordering::Relaxed)) {
            one(fixture, &mut python, &mut counts, only.is_some())
                .map_err(|error| format!("{}: {error}", fixture.name))?;
        }
        Ok(counts)
    };
    let workers = thread::available_parallelism().map_or(2, usize::from).min(fixtures.len());
    let parts: Vec<Result<Counts, String>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker does not panic")).collect()
    });
    let mut all = Counts::default();
    for part in parts {
        all.add(part?);
    }
    Ok(all)
}

/// Asks each tool for each common change of one fixture.
fn one(
    fixture: &FidelityFixture,
    python: &mut Python,
    counts: &mut Counts,
    tell: bool,
) -> Result<(), Box<dyn Error>> {
    let stage = Stage::new(fixture);
    for change in common(&stage.table) {
        let operation = change.on(&stage.table, Recreate::Always);
        let allowed = Allowed::of(&operation, &stage.schema);
        for tool in TOOLS {
            let refused = tool.change(&stage, &change, python)?;
            let (verdict, losses) = match &refused {
                Some(_) => (Verdict::Refused, half(stage.measure(&Allowed::default(), Depth::Seen))),
                None => (Verdict::Preserved, stage.measure(&allowed, Depth::Tried)),
            };
            let losses: Vec<Loss> = losses.into_iter().filter(|loss| matters(tool, loss)).collect();
            let verdict = if losses.is_empty() { verdict } else { Verdict::Lost };
            if tell {
                println!("{}: {}: {verdict} {}", change.label, tool.name, refused.unwrap_or_default());
                losses.iter().for_each(|loss| println!("    {loss}"));
            }
            counts.count(tool, verdict, &losses);
        }
    }
    Ok(())
}

/// Returns the changes that all tools offer, of the first and the last column.
fn common(table: &Table) -> Vec<Change> {
    let ends = [&table.columns[0].name, &table.columns[table.columns.len() - 1].name];
    let mut all = changes(table);
    all.retain(|change| {
        tool::asked(change).is_some_and(|asked| {
            asked["column"].as_str().is_none_or(|column| ends.iter().any(|end| end.as_str() == column))
        })
    });
    all
}

/// Says whether a loss counts: a tool that spells the text of a table in its own way is not blamed for that alone.
fn matters(tool: Tool, loss: &Loss) -> bool {
    tool.is_ours() || loss.measure != Measure::Text
}

fn half(losses: Vec<Loss>) -> Vec<Loss> {
    losses.into_iter().map(|loss| Loss { measure: Measure::Half, what: loss.to_string() }).collect()
}
