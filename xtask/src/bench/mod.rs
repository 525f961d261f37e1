//! `cargo xtask bench`: measures whole commands beside their peers on the same work, in one run, as ratios.

mod autogenerate;
mod fold;
mod graph;
mod lint;
mod measure;
mod noop;
mod peer;
mod project;
mod reflect;
mod sqlite_alter;
mod table;
mod timing;
mod upgrade;

use std::path::PathBuf;

pub(crate) use measure::measure_here;
pub(crate) use sqlite_alter::ideal;
pub(crate) use upgrade::feed;

use clap::Subcommand;

use crate::Failure;
use crate::run;

/// The name of the database that is measured on.
const NAME: &str = "bench";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    /// How often each command is run; the least of the times counts
    #[arg(long, global = true, default_value_t = 5)]
    runs: u32,
    /// Where to work; on the kind of disk that is to be measured
    #[arg(long, global = true)]
    directory: Option<PathBuf>,
    /// Measure beside this peer alone; may be given several times
    #[arg(long = "peer", global = true)]
    peers: Vec<String>,
}

#[derive(Subcommand)]
enum What {
    /// Loads and orders histories of 1,000, 10,000 and 100,000 revisions with 20 % merges
    Graph,
    /// Folds histories of up to 5,000 revisions over 1,000 tables, and judges two branches of 500 revisions each
    Fold,
    /// Upgrades databases that are up to date, at 100, 1,000 and 5,000 revisions
    Noop,
    /// Runs 1,000 revisions of one table and one index each on an empty database of each kind
    Upgrade(upgrade::Arguments),
    /// Judges 1,000 revisions
    Lint,
    /// Reads the schema of 1,000 tables back, beside SQLAlchemy
    Reflect(reflect::Arguments),
    /// Finds what differs between a model of 1,000 tables and a database, or the history alone, beside Alembic
    Autogenerate(autogenerate::Arguments),
    /// Changes a table of 2,000,000 rows on SQLite, by a copy and without one
    SqliteAlter(sqlite_alter::Arguments),
}

/// What every bench needs.
struct Bench {
    runs: u32,
    directory: PathBuf,
    limbeck: PathBuf,
    peers: Vec<peer::Peer>,
}

/// Runs one bench, in a release build of this program.
pub(crate) fn bench(arguments: &Arguments) -> Result<(), Failure> {
    if cfg!(debug_assertions) {
        let mut command = run::cargo();
        command.args(["run", "--quiet", "--release", "--package", "limbeck-xtask", "--"]);
        return run::check(command.args(std::env::args_os().skip(1)));
    }
    let directory = match &arguments.directory {
        Some(directory) => directory.clone(),
        None => run::target_dir().join("bench"),
    };
    std::fs::create_dir_all(&directory)?;
    let directory = directory.canonicalize()?;
    let limbeck = run::build_limbeck(true)?.canonicalize()?;
    let mut peers = match arguments.what {
        // It has peers of its own.
        What::SqliteAlter(_) | What::Reflect(_) | What::Autogenerate(_) | What::Lint | What::Fold => {
            Vec::new()
        }
        _ => peer::installed()?,
    };
    if !arguments.peers.is_empty() {
        peers.retain(|peer| arguments.peers.iter().any(|name| name.eq_ignore_ascii_case(peer.name)));
    }
    let bench = Bench { runs: arguments.runs, directory, limbeck, peers };
    match &arguments.what {
        What::Graph => graph::graph(&bench),
        What::Lint => lint::lint(&bench),
        What::Fold => fold::fold(&bench),
        What::Noop => noop::noop(&bench),
        What::Upgrade(arguments) => upgrade::upgrade(&bench, arguments),
        What::Reflect(arguments) => reflect::reflect(&bench, arguments),
        What::Autogenerate(arguments) => autogenerate::autogenerate(&bench, arguments),
        What::SqliteAlter(arguments) => sqlite_alter::sqlite_alter(&bench, arguments),
    }
}
