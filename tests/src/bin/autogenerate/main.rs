//! `cargo xtask conformance autogenerate` runs this: does Limbeck find the differences that Alembic finds?
//!
//! Usage: `autogenerate PYTHON CASES SEED DIALECT|all CASE|all`, where the Python has Alembic and the drivers installed. The
//! cases are shared out among the dialects. Ends with 1 if a case differs in a way that is not listed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

mod database;
mod difference;
mod judge;
mod oracle;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, thread};

use database::{Databases, Kind};
use judge::{Verdict, judge};
use oracle::Oracle;

/// How many differing cases of a dialect are printed.
const SHOWN: u64 = 3;

struct Asked {
    python: String,
    cases: u64,
    seed: u64,
    only: Option<u64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [python, cases, seed, dialect, only] = &arguments[..] else {
        eprintln!("usage: autogenerate PYTHON CASES SEED DIALECT|all CASE|all");
        return ExitCode::from(2);
    };
    let kinds: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| dialect == "all" || kind.name() == dialect).collect();
    if kinds.is_empty() {
        eprintln!("no dialect `{dialect}`; there are {}", Kind::ALL.map(Kind::name).join(", "));
        return ExitCode::from(2);
    }
    let asked = Asked {
        python: python.clone(),
        cases: cases.parse().unwrap_or_default(),
        seed: seed.parse().unwrap_or_default(),
        only: only.parse().ok(),
    };
    let share = asked.cases.div_ceil(kinds.len() as u64);
    let counted: Vec<Result<Counts, String>> = thread::scope(|scope| {
        let run = |kind| {
            let asked = &asked;
            scope.spawn(move || one_kind(kind, share, asked).map_err(|error| error.to_string()))
        };
        let running: Vec<_> = kinds.iter().copied().map(run).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err("a case panicked".to_owned())))
            .collect()
    });
    let (mut passed, mut failed) = (0, 0);
    for (kind, counts) in kinds.iter().zip(counted) {
        match counts {
            Ok(counts) => {
                counts.print(*kind);
                failed += counts.differ;
                passed += counts.agreed;
            }
            Err(error) => {
                eprintln!("{}: {error}", kind.name());
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn one_kind(kind: Kind, share: u64, asked: &Asked) -> Result<Counts, Box<dyn Error>> {
    let mut counts = Counts::default();
    let directory = tempfile::tempdir()?;
    fs::create_dir(directory.path().join("migrations"))?;
    fs::write(directory.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")?;
    let Some(databases) = Databases::make(kind, directory.path())? else { return Ok(counts) };
    let mut oracle = Oracle::start(Path::new(&asked.python), &databases.alchemy())?;
    let (first, end) = asked.only.map_or((0, share), |only| (only, only + 1));
    for number in first..end {
        let pair = oracle.pair(&format!("{}-{number}", asked.seed))?;
        let verdict = judge(&pair, &databases, directory.path())
            .map_err(|error| format!("case {number}: {error}\n{}\n{}", pair.before, pair.after))?;
        match verdict {
            Verdict::Agreed(same, reasons) => {
                counts.agreed += 1;
                counts.same += same;
                counts.unchanged += u64::from(pair.changes.is_empty());
                reasons.into_iter().for_each(|(why, count)| *counts.reasons.entry(why).or_default() += count);
            }
            Verdict::Differs(how) => {
                counts.differ += 1;
                if counts.differ <= SHOWN {
                    println!("case {number} of seed {} for {} differs:\n{how}", asked.seed, kind.name());
                    println!(
                        "again: cargo xtask conformance autogenerate --seed {} --dialect {} --case {number}\n",
                        asked.seed,
                        kind.name()
                    );
                }
            }
        }
    }
    Ok(counts)
}

#[derive(Default)]
struct Counts {
    agreed: u64,
    differ: u64,
    /// Pairs of which both are the same.
    unchanged: u64,
    /// Differences that both found.
    same: usize,
    reasons: BTreeMap<&'static str, usize>,
}

impl Counts {
    fn print(&self, kind: Kind) {
        println!(
            "{}: {} pairs, {} of them without a change, {} differences found by both, {} pairs differ",
            kind.name(),
            self.agreed + self.differ,
            self.unchanged,
            self.same,
            self.differ
        );
        for (why, count) in &self.reasons {
            println!("{count:6} times the listed difference: {why}");
        }
    }
}
