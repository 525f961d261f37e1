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
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use limbeck_tests::cases::{self, Asked, Tally};

use database::{Databases, Kind};
use judge::{Verdict, judge};
use oracle::Oracle;

/// How many differing cases of a dialect are printed.
const SHOWN: u64 = 3;

fn main() -> ExitCode {
    cases::run("autogenerate", &Kind::ALL, Kind::name, one_kind)
}

fn one_kind(kind: Kind, asked: &Asked) -> Result<Tally, Box<dyn Error>> {
    let mut counts = Counts::default();
    let directory = tempfile::tempdir()?;
    fs::create_dir(directory.path().join("migrations"))?;
    fs::write(directory.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")?;
    let Some(databases) = Databases::make(kind, directory.path())? else { return Ok(counts.tally()) };
    let mut oracle = Oracle::start(Path::new(&asked.python), &databases.alchemy())?;
    for number in asked.cases.clone() {
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
    Ok(counts.tally())
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
    fn tally(&self) -> Tally {
        let report = format!(
            "{} pairs, {} of them without a change, {} differences found by both, {} pairs differ{}",
            self.agreed + self.differ,
            self.unchanged,
            self.same,
            self.differ,
            cases::listed(&self.reasons)
        );
        Tally { passed: self.agreed, failed: self.differ, report }
    }
}
