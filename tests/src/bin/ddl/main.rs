//! `cargo xtask conformance ddl` runs this: does Limbeck make the SQL that Alembic makes?
//!
//! Usage: `ddl PYTHON CASES SEED DIALECT|all CASE|all`, where the Python has Alembic installed. The cases are shared
//! out among the dialects. Ends with 1 if a case
//! differs in a way that is not listed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use limbeck_tests::cases::{self, Asked, Tally};
use limbeck_tests::ddl::{Judge, Oracle, Server, Verdict, case};

/// How many differing cases of a dialect are printed.
const SHOWN: u64 = 5;

fn main() -> ExitCode {
    cases::run("ddl", &Server::ALL, Server::name, one_server)
}

fn one_server(server: Server, asked: &Asked) -> Result<Tally, Box<dyn Error>> {
    let mut judge = Judge::new(Oracle::start(Path::new(&asked.python))?, server);
    let mut counts = Counts { can_run: judge.can_run(), ..Counts::default() };
    for number in asked.cases.clone() {
        let case = case(asked.seed, number, server);
        let verdict = judge.judge(&case)?;
        if asked.single {
            println!("{case}\n");
            println!("{}", shown(&verdict));
        }
        counts.add(&verdict);
        if let Verdict::Differs(how) = &verdict
            && !asked.single
            && counts.differs <= SHOWN
        {
            println!("case {number} of seed {} for {} differs:\n{case}\n\n{how}", asked.seed, server.name());
            println!(
                "again: cargo xtask conformance ddl --seed {} --dialect {} --case {number}\n",
                asked.seed,
                server.name()
            );
        }
    }
    Ok(Tally { passed: counts.all() - counts.differs, failed: counts.differs, report: counts.report() })
}

fn shown(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Differs(how) => how.clone(),
        other => format!("{other:?}"),
    }
}

#[derive(Default)]
struct Counts {
    can_run: bool,
    same_text: u64,
    same_catalogs: u64,
    refused_by_both: u64,
    refused_by_server: u64,
    listed: u64,
    names: BTreeMap<&'static str, u64>,
    differs: u64,
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::SameText => self.same_text += 1,
            Verdict::SameCatalogs => self.same_catalogs += 1,
            Verdict::RefusedByBoth => self.refused_by_both += 1,
            Verdict::RefusedByServer => self.refused_by_server += 1,
            Verdict::Listed(names) => {
                self.listed += 1;
                for name in names {
                    *self.names.entry(name).or_default() += 1;
                }
            }
            Verdict::Differs(_) => self.differs += 1,
        }
    }

    fn all(&self) -> u64 {
        let refused = self.refused_by_both + self.refused_by_server;
        self.same_text + self.same_catalogs + refused + self.listed + self.differs
    }

    fn report(&self) -> String {
        let ground = if self.can_run { "" } else { "(no server to run on: texts only) " };
        format!(
            "{ground}{} cases: {} same text, {} same catalogs, {} refused by both, {} refused by the server, \
             {} listed differences, {} differ{}",
            self.all(),
            self.same_text,
            self.same_catalogs,
            self.refused_by_both,
            self.refused_by_server,
            self.listed,
            self.differs,
            cases::listed(&self.names)
        )
    }
}
