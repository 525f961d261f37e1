//! `bench sqlite-alter`: changes to a table of 2,000,000 rows, 10 columns and 3 indexes on SQLite.

mod change;
mod data;
mod ideal;
mod interrupt;
mod peer;

use std::path::PathBuf;
use std::time::Duration;

pub(crate) use ideal::ideal;

use super::Bench;
use super::measure::Measured;
use crate::Failure;

use change::{CHANGES, Changed, Limit};
use data::Database;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// How many rows the table has
    #[arg(long, default_value_t = 2_000_000)]
    rows: u64,
}

/// How far beyond the ideal script a move-and-copy may be.
const BESIDE_IDEAL: f64 = 1.05;
/// How much memory it may take, in MB.
const MEMORY: f64 = 64.0;
/// How long it may go on after an interrupt.
const INTERRUPTED: Duration = Duration::from_millis(100);
/// How long a change may take that reads no rows.
const CONSTANT: Duration = Duration::from_millis(20);

/// Measures the copy beside the ideal script, Alembic and sqlite-utils, then each change that needs none.
pub(super) fn sqlite_alter(bench: &Bench, arguments: &Arguments) -> Result<(), Failure> {
    let base = bench.directory.join("sqlite-alter");
    let large = Database::make(bench, &base, arguments.rows)?;
    let small = Database::make(bench, &base, (arguments.rows / 100).max(1))?;
    println!("{} rows, {:.0} MB, SQLite {}", large.rows, large.megabytes()?, rusqlite::version());
    let copy = copies(bench, &large)?;
    println!(
        "\n{:<34} {:>8} {:>9} {:>9} {:>9}  way and cost",
        "one change", "tool ms", "at 1/100", "wall s", "peak MB"
    );
    for change in CHANGES {
        let few = best(bench.runs, || change.run(bench, &small))?;
        let many = best(bench.runs, || change.run(bench, &large))?;
        let small_enough = many.measured.megabytes() <= MEMORY;
        let fits = match change.limit {
            Limit::Constant => many.inside <= CONSTANT,
            Limit::Scan => many.scans <= 1 && many.copies == 0,
            Limit::Copy => many.copies <= 1,
        };
        let verdict = over(!(small_enough && fits));
        println!(
            "{:<34} {:>8} {:>9} {:>9.3} {:>9.1}  {}{verdict}",
            change.name,
            many.inside.as_millis(),
            few.inside.as_millis(),
            many.measured.wall.as_secs_f64(),
            many.measured.megabytes(),
            many.way,
        );
    }
    interrupt::interrupted(bench, &large, copy)
}

/// Measures the same change of a column's type, by a new table in all four. Returns what ours took.
fn copies(bench: &Bench, database: &Database) -> Result<Duration, Failure> {
    println!("\n{:<34} {:>9} {:>9} {:>9}", "a new table for a new type", "least s", "peak MB", "ratio");
    println!("{:<34} {:>9} {:>9} {:>9}", "", "", "", "(median)");
    // Turn by turn, so that what else the machine does falls on all alike.
    let mut measured: Vec<(&str, Vec<Measured>)> =
        vec![("ideal script", Vec::new()), ("limbeck", Vec::new())];
    measured.extend(peer::PEERS.map(|peer| (peer.name, Vec::new())));
    for round in 0..bench.runs.max(1) {
        // Each goes first in its turn, for a machine is not as fast at the end of a round as at its start.
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            measured[which].1.push(match which {
                0 => ideal::run(database)?,
                _ => change::COPY.run(bench, database)?.measured,
            });
        }
        for (peer, (_, runs)) in peer::PEERS.iter().zip(&mut measured[2..]) {
            runs.push(peer.run(database)?);
        }
    }
    let wall = |runs: &[Measured]| runs.iter().map(|run| run.wall.as_secs_f64()).fold(f64::MAX, f64::min);
    let ideal = &measured[0].1;
    let ratio = |runs: &[Measured]| {
        let beside =
            runs.iter().zip(ideal).map(|(run, ideal)| run.wall.as_secs_f64() / ideal.wall.as_secs_f64());
        median(beside.collect())
    };
    for (name, runs) in &measured {
        let peak = runs.iter().map(Measured::megabytes).fold(0.0, f64::max);
        let ours = *name == "limbeck";
        let verdict = over(ours && (ratio(runs) > BESIDE_IDEAL || peak > MEMORY));
        println!("{name:<34} {:>9.3} {peak:>9.1} {:>9.3}{verdict}", wall(runs), ratio(runs));
    }
    Ok(Duration::from_secs_f64(wall(&measured[1].1)))
}

/// Returns what stands in the middle, of the lower half where two do.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

fn over(is_over: bool) -> &'static str {
    if is_over { "  OVER THE LIMIT" } else { "" }
}

/// Returns the run that took the least time inside the tool.
fn best(runs: u32, mut run: impl FnMut() -> Result<Changed, Failure>) -> Result<Changed, Failure> {
    let mut best = run()?;
    for _ in 1..runs {
        let next = run()?;
        if next.inside < best.inside {
            best = next;
        }
    }
    Ok(best)
}

/// Returns the file that a run works on, beside the database that it is a copy of.
fn work_file(database: &Database) -> PathBuf {
    database.directory.join("work.db")
}
