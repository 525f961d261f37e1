//! `cargo xtask conformance alembic` runs this: how much of real Alembic histories is told without Python, and is the SQL
//! that of Alembic?
//!
//! Usage: `alembic PYTHON DIRECTORY [HISTORY]`, where the Python has Alembic installed and the directory holds a directory a
//! package. With a history, every difference and every reason is told.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

mod count;
mod history;
mod normalize;
mod oracle;
mod ours;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, thread};

use limbeck_core::graph::Direction;

use count::{Counts, Verdict};
use history::{DIALECTS, HISTORIES, Known, Sides};
use oracle::{Answer, Oracle};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [python, directory, rest @ ..] = &arguments[..] else {
        eprintln!("usage: alembic PYTHON DIRECTORY [HISTORY]");
        return ExitCode::from(2);
    };
    match run(Path::new(python), Path::new(directory), rest.first().map(String::as_str)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(python: &Path, directory: &Path, only: Option<&str>) -> Result<bool, Box<dyn Error>> {
    let (mut all, mut reasons) = (Counts::default(), BTreeMap::<String, usize>::new());
    println!("{}", Counts::head());
    for known in HISTORIES.iter().filter(|known| only.is_none_or(|only| only == known.name)) {
        let (counts, why) = one(known, python, directory, only.is_some())
            .map_err(|error| format!("{}: {error}", known.name))?;
        println!("{}", counts.line(known.name));
        all.add(&counts);
        why.into_iter().for_each(|(reason, count)| *reasons.entry(reason).or_default() += count);
    }
    println!("{}", all.line("all"));
    let mut reasons: Vec<(String, usize)> = reasons.into_iter().collect();
    reasons.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
    println!("\nwhy upgrades are untold, by count:");
    for (reason, count) in reasons.iter().take(if only.is_some() { usize::MAX } else { 25 }) {
        println!("{count:6} {reason}");
    }
    println!("\n{}", all.verdict());
    Ok(all.holds())
}

/// Compares one history.
fn one(
    known: &Known,
    python: &Path,
    directory: &Path,
    tell: bool,
) -> Result<(Counts, BTreeMap<String, usize>), Box<dyn Error>> {
    let root = directory.join(known.package);
    let history = history::open(known, &root)?;
    let sides: Vec<Sides> = thread::scope(|scope| {
        let workers: Vec<_> = DIALECTS
            .iter()
            .filter(|dialect| known.dialects.is_empty() || known.dialects.contains(&dialect.0))
            .map(|dialect| {
                let (root, history) = (&root, &history);
                scope.spawn(move || {
                    let mut oracle =
                        Oracle::start(python, dialect.0, root).map_err(|error| error.to_string())?;
                    side(history, *dialect, &mut oracle).map_err(|error| error.to_string())
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker does not panic"))
            .collect::<Result<_, String>>()
    })?;
    let (mut counts, mut reasons) = (Counts::default(), BTreeMap::new());
    for (number, id) in history::order(&history)?.iter().enumerate() {
        for direction in [Direction::Up, Direction::Down] {
            let mut whole = true;
            for side in &sides {
                let (ours, theirs) = side.pair(number, direction);
                let verdict = Verdict::of(ours, theirs);
                if let ours::Ours::Untold(reason) = ours
                    && !matches!(theirs, Answer::Refused(_))
                {
                    whole = false;
                    if direction == Direction::Up {
                        *reasons.entry(reason.clone()).or_default() += 1;
                    }
                }
                if tell && verdict.matters() {
                    println!(
                        "{id} {} {}: {verdict}",
                        if direction == Direction::Up { "up" } else { "down" },
                        side.dialect
                    );
                    for line in verdict.lines(ours, theirs) {
                        println!("    {line}");
                    }
                }
                counts.sql(side.dialect, direction, &verdict);
            }
            counts.revision(direction, whole);
        }
    }
    Ok((counts, reasons))
}

/// Asks both about each revision, on one dialect.
fn side(
    history: &limbeck_core::history::History,
    dialect: (&'static str, &'static str),
    oracle: &mut Oracle,
) -> Result<Sides, Box<dyn Error>> {
    let ours = ours::all(history, dialect.1)?;
    let mut theirs = Vec::new();
    for id in history::order(history)? {
        let path = history.graph().get(id.as_str()).and_then(|header| header.path.clone());
        let path = path.ok_or("a script has no path")?;
        theirs.push((oracle.ask(&path, "upgrade")?, oracle.ask(&path, "downgrade")?));
    }
    Ok(Sides { dialect: dialect.0, ours, theirs })
}
