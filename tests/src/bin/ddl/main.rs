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
use std::{env, thread};

use limbeck_tests::ddl::{Judge, Oracle, Server, Verdict, case};

/// How many differing cases of a dialect are printed.
const SHOWN: u64 = 5;

struct Asked {
    python: String,
    cases: u64,
    seed: u64,
    only: Option<u64>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [python, cases, seed, dialect, only] = &arguments[..] else {
        eprintln!("usage: ddl PYTHON CASES SEED DIALECT|all CASE|all");
        return ExitCode::from(2);
    };
    let asked = Asked {
        python: python.clone(),
        cases: cases.parse().unwrap_or_default(),
        seed: seed.parse().unwrap_or_default(),
        only: only.parse().ok(),
    };
    let servers: Vec<Server> =
        Server::ALL.into_iter().filter(|server| dialect == "all" || server.name() == dialect).collect();
    if servers.is_empty() {
        let names: Vec<&str> = Server::ALL.into_iter().map(Server::name).collect();
        eprintln!("no dialect `{dialect}`; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let share = asked.cases.div_ceil(servers.len() as u64);
    let counted: Vec<Result<Counts, String>> = thread::scope(|scope| {
        let run = |server| {
            let asked = &asked;
            scope.spawn(move || one_server(server, share, asked).map_err(|error| error.to_string()))
        };
        let running: Vec<_> = servers.iter().copied().map(run).collect();
        running
            .into_iter()
            .map(|one| one.join().unwrap_or_else(|_| Err("a case panicked".to_owned())))
            .collect()
    });
    let mut failed = 0;
    let mut passed = 0;
    for (server, counts) in servers.iter().zip(counted) {
        match counts {
            Ok(counts) => {
                counts.print(*server);
                failed += counts.differs;
                passed += counts.all() - counts.differs;
            }
            Err(error) => {
                eprintln!("{}: {error}", server.name());
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}

fn one_server(server: Server, share: u64, asked: &Asked) -> Result<Counts, Box<dyn Error>> {
    let mut judge = Judge::new(Oracle::start(Path::new(&asked.python))?, server);
    let mut counts = Counts { can_run: judge.can_run(), ..Counts::default() };
    let (first, end) = asked.only.map_or((0, share), |only| (only, only + 1));
    for number in first..end {
        let case = case(asked.seed, number, server);
        let verdict = judge.judge(&case)?;
        if asked.only.is_some() {
            println!("{case}\n");
            println!("{}", shown(&verdict));
        }
        counts.add(&verdict);
        if let Verdict::Differs(how) = &verdict
            && asked.only.is_none()
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
    Ok(counts)
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

    fn print(&self, server: Server) {
        let ground = if self.can_run { "" } else { " (no server to run on: texts only)" };
        println!(
            "{}{ground}: {} cases: {} same text, {} same catalogs, {} refused by both, {} refused by the server, \
             {} listed differences, {} differ",
            server.name(),
            self.all(),
            self.same_text,
            self.same_catalogs,
            self.refused_by_both,
            self.refused_by_server,
            self.listed,
            self.differs
        );
        for (name, count) in &self.names {
            println!("{count:6} times the listed difference: {name}");
        }
    }
}
