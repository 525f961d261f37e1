//! Do targets, routes and rows of the version table mean what they mean in Alembic? Asks the real one.
//!
//! Random histories and random commands are given to Limbeck and to Alembic, which runs in a Python process of its
//! own. Both must agree on success or failure, on the steps, and on the rows after each step.

mod adopt;
mod alembic;
mod autogenerate;
mod case;
mod compare;
mod ddl;
mod diesel;
mod differences;
mod fidelity;
mod generate;
mod import;
mod judged;
mod oracle;
mod rng;
mod shrink;

pub(crate) use rng::Rng;

use std::collections::BTreeMap;

use compare::Verdict;
use oracle::Oracle;

use crate::{Failure, python};

/// Which random cases to run, or what else to compare.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: Option<What>,
    /// How many random histories to try
    #[arg(long, default_value_t = 2000)]
    cases: u64,
    /// Where randomness starts; the same seed gives the same cases
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Run only this case of the seed, and print it
    #[arg(long)]
    case: Option<u64>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Compares the SQL of random operations with Alembic's offline SQL, as text and on real servers
    Ddl(ddl::Arguments),
    /// Runs the histories of published Diesel projects, and compares what is printed and found with diesel_cli
    Diesel(diesel::Arguments),
    /// Compares what both find between random databases and models of SQLAlchemy
    Autogenerate(autogenerate::Arguments),
    /// Counts what Limbeck, Alembic's batch mode and sqlite-utils lose of odd SQLite databases, by the same measures
    Fidelity(fidelity::Arguments),
    /// Reads Alembic histories of packages from PyPI without Python, and compares the SQL with that of Alembic
    Alembic(alembic::Arguments),
    /// Takes over databases that other tools have made, each on SQLite, PostgreSQL and MariaDB
    Adopt(adopt::Arguments),
    /// Imports histories of applications by playing them in their own Python, and compares what both make of a database
    Import(import::Arguments),
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When a difference is found that docs/alembic-differences.md does not list, or when Alembic cannot be had.
pub(crate) fn conformance(args: &Arguments) -> Result<(), Failure> {
    match &args.what {
        Some(What::Ddl(args)) => return ddl::ddl(args),
        Some(What::Diesel(args)) => return diesel::diesel(args),
        Some(What::Autogenerate(args)) => return autogenerate::autogenerate(args),
        Some(What::Fidelity(args)) => return fidelity::fidelity(args),
        Some(What::Alembic(args)) => return alembic::alembic(args),
        Some(What::Adopt(args)) => return adopt::adopt(args),
        Some(What::Import(args)) => return import::import(args),
        None => {}
    }
    let mut oracle = Oracle::start(&python::environment()?.join("bin/python"))?;
    let (first, end) = match args.case {
        Some(one) => (one, one + 1),
        None => (0, args.cases),
    };
    let mut counts = Counts::default();
    for number in first..end {
        let case = generate::case(args.seed, number);
        if args.case.is_some() {
            println!("{case}");
        }
        match compare::case(&case, &mut oracle)? {
            Verdict::Agreed(report) => {
                counts.passed += 1;
                counts.commands += report.commands;
                counts.steps += report.steps;
                counts.refused += report.refused;
                for name in report.differences {
                    *counts.differences.entry(name).or_default() += 1;
                }
            }
            Verdict::Differs(_) => {
                counts.failed += 1;
                let (small, why) = shrink::shrink(case, &mut oracle)?;
                println!("case {number} of seed {} differs:\n\n{small}\n\n{why}", args.seed);
                println!("again: cargo xtask conformance --seed {} --case {number}\n", args.seed);
                if counts.failed == 5 {
                    println!("stopping after 5 differences");
                    break;
                }
            }
        }
    }
    counts.print();
    if counts.failed == 0 { Ok(()) } else { Err("Limbeck and Alembic differ".into()) }
}

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
    commands: u64,
    steps: u64,
    refused: u64,
    differences: BTreeMap<&'static str, u64>,
}

impl Counts {
    fn print(&self) {
        println!(
            "{} commands, {} of them refused by both, {} steps",
            self.commands, self.refused, self.steps
        );
        for (name, count) in &self.differences {
            println!("{count:6} times the listed difference: {name}");
        }
        println!("{} cases agreed", self.passed);
        println!("{} passed, {} failed", self.passed, self.failed);
    }
}
