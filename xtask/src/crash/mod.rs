//! `cargo xtask crash`: kills the tool, or the server, at random moments of an upgrade, and looks whether the next run
//! finishes with the right schema and the right rows.

mod database;
mod project;
mod round;

use std::fs;
use std::time::Instant;

use crate::Failure;
use crate::run;
use database::Database;
use round::{Round, Victim};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How often each victim is killed
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// How many revisions the upgrade has
    #[arg(long, default_value_t = 200)]
    revisions: usize,
    /// Only on this database: `sqlite`, `postgres` or `mariadb`
    #[arg(long)]
    only: Option<String>,
    /// Only this victim: `tool` or `server`
    #[arg(long)]
    victim: Option<Victim>,
    /// Let the run after each kill end and look at what it leaves, rather than kill that as well
    #[arg(long)]
    each: bool,
    /// What the random moments are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

const DATABASES: [&str; 3] = ["sqlite", "postgres", "mariadb"];

/// Kills as often as it is told, on each database.
pub(crate) fn crash(arguments: &Arguments) -> Result<(), Failure> {
    run::build_limbeck_whole()?;
    let wanted = |name: &&&str| arguments.only.as_deref().is_none_or(|only| only == **name);
    for name in DATABASES.iter().filter(wanted) {
        for victim in [Victim::Tool, Victim::Server] {
            if arguments.victim.is_some_and(|only| only != victim)
                || *name == "sqlite" && victim == Victim::Server
            {
                continue;
            }
            one(name, victim, arguments)?;
        }
    }
    Ok(())
}

/// Kills servers a few times, for every run of the tests; the tests themselves kill the tool. Returns how many databases
/// stood it, and says what is the matter with the others.
pub(crate) fn bounded() -> (u64, u64) {
    let (mut passed, mut failed) = (0, 0);
    let few = Arguments { kills: 8, revisions: 24, only: None, victim: None, each: false, seed: 1 };
    for name in ["postgres", "mariadb"] {
        match one(name, Victim::Server, &few) {
            Ok(()) => passed += 1,
            Err(failure) => {
                eprintln!("after kills of {name}: {failure}");
                failed += 1;
            }
        }
    }
    (passed, failed)
}

fn one(name: &str, victim: Victim, arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { kills, revisions, each, seed, .. } = *arguments;
    let start = Instant::now();
    let project = project::write(revisions)?;
    // Another build may come while this goes on.
    fs::copy(run::target_dir().join("debug").join("limbeck"), project.path().join("limbeck"))?;
    let mut database = Database::start(name)?;
    let told = Round { database: &mut database, project: project.path(), victim, revisions, each }
        .run(kills, seed)?;
    println!("{name}: {victim} killed {told}, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
