//! What the programs share that compare random cases with Alembic, on each dialect at once.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it is what programs do that talk on their streams"
)]

use std::error::Error;
use std::process::ExitCode;
use std::{env, thread};

/// What such a program is asked for.
pub struct Asked {
    /// The Python that has Alembic.
    pub python: String,
    /// Where randomness starts.
    pub seed: u64,
    /// The numbers of the cases.
    pub cases: std::ops::Range<u64>,
    /// Whether it is one case, which is shown.
    pub single: bool,
}

/// What came of the cases of a dialect.
pub struct Tally {
    /// How many agreed.
    pub passed: u64,
    /// How many differed in a way that is not listed.
    pub failed: u64,
    /// What is said of them all.
    pub report: String,
}

/// Reads the arguments `PYTHON CASES SEED DIALECT|all CASE|all`, shares the cases out among the kinds of databases, runs all at
/// once and prints what came of them. Ends with 1 if a case differs, with 2 if the arguments are none.
pub fn run<K: Copy + Send>(
    program: &str,
    kinds: &[K],
    name: fn(K) -> &'static str,
    one: impl Fn(K, &Asked) -> Result<Tally, Box<dyn Error>> + Sync,
) -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [python, cases, seed, dialect, only] = &arguments[..] else { return usage(program) };
    let (Ok(cases), Ok(seed)) = (cases.parse::<u64>(), seed.parse()) else { return usage(program) };
    let only = only.parse::<u64>().ok();
    let chosen: Vec<K> =
        kinds.iter().copied().filter(|kind| dialect == "all" || name(*kind) == dialect).collect();
    if chosen.is_empty() {
        let names: Vec<&str> = kinds.iter().map(|kind| name(*kind)).collect();
        eprintln!("no dialect `{dialect}`; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let share = cases.div_ceil(chosen.len() as u64);
    let cases = only.map_or(0..share, |only| only..only + 1);
    let asked = Asked { python: python.clone(), seed, cases, single: only.is_some() };
    let counted: Vec<Result<Tally, String>> = thread::scope(|scope| {
        let (one, asked) = (&one, &asked);
        let start = |kind| scope.spawn(move || one(kind, asked).map_err(|error| error.to_string()));
        let running: Vec<_> = chosen.iter().copied().map(start).collect();
        let join = |one: thread::ScopedJoinHandle<'_, _>| {
            one.join().unwrap_or_else(|_| Err("a case panicked".to_owned()))
        };
        running.into_iter().map(join).collect()
    });
    let (mut passed, mut failed) = (0, 0);
    for (kind, tally) in chosen.iter().zip(counted) {
        match tally {
            Ok(tally) => {
                println!("{}: {}", name(*kind), tally.report);
                passed += tally.passed;
                failed += tally.failed;
            }
            Err(error) => {
                eprintln!("{}: {error}", name(*kind));
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn usage(program: &str) -> ExitCode {
    eprintln!("usage: {program} PYTHON CASES SEED DIALECT|all CASE|all");
    ExitCode::from(2)
}

/// Says how often each listed difference was met, a line each.
pub fn listed<'n>(names: impl IntoIterator<Item = (&'n &'static str, impl std::fmt::Display)>) -> String {
    names
        .into_iter()
        .map(|(name, count)| format!("\n{count:>6} times the listed difference: {name}"))
        .collect()
}
