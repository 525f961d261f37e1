//! `bench upgrade`: 1,000 revisions of one table and one index each, on an empty database of each kind.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Failure;
use crate::database::{self, Database, Kind};
use crate::servers::{Servers, Which};

use super::{Bench, project, table, timing};

const REVISIONS: usize = 1_000;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Measure on this kind of database alone; may be given several times
    #[arg(long = "database", value_name = "KIND")]
    databases: Vec<String>,
}

/// Measures on each database beside the same SQL through the database's own client, and beside the peers.
pub(super) fn upgrade(bench: &Bench, arguments: &Arguments) -> Result<(), Failure> {
    let servers = Servers::start(Which::Plain);
    for database in database::chosen(super::NAME, &arguments.databases, &servers)? {
        let base = bench.directory.join("upgrade");
        if base.exists() {
            fs::remove_dir_all(&base)?;
        }
        of(bench, &base, &database)?;
        fs::remove_dir_all(&base)?;
    }
    Ok(())
}

fn of(bench: &Bench, base: &Path, database: &Database) -> Result<(), Failure> {
    let (name, client) = (database.kind.name(), database.kind.client());
    let bare_name = format!("the same SQL by {client}");
    let limbeck = |transaction: &str| -> Result<timing::Timing, Failure> {
        let directory = base.join(transaction);
        project::limbeck(&directory, REVISIONS, transaction, database)?;
        timing::time(bench.runs, || {
            database.reset(&directory)?;
            let mut command = Command::new(&bench.limbeck);
            command.current_dir(&directory).args(["upgrade", "heads"]);
            Ok(command)
        })
    };
    let ours = limbeck("revision")?;
    table::head(&format!("{name}: upgrade of {REVISIONS} revisions, a transaction each"));
    table::line("limbeck", ours, ours);
    table::line(&bare_name, bare(bench, base, database, Spans::Revision)?, ours);
    for peer in &bench.peers {
        let directory = base.join(peer.name);
        peer.write(&directory, REVISIONS, database)?;
        let timing = timing::time(bench.runs.min(3), || {
            database.reset(&directory)?;
            Ok(peer.upgrade(&directory, database))
        })?;
        table::line(peer.name, timing, ours);
    }
    // Where each statement commits by itself, there is no such thing.
    if database.kind != Kind::Mariadb {
        let ours = limbeck("run")?;
        table::head(&format!("{name}: upgrade of {REVISIONS} revisions, one transaction"));
        table::line("limbeck, transaction = \"run\"", ours, ours);
        table::line(&bare_name, bare(bench, base, database, Spans::Run)?, ours);
    }
    Ok(())
}

/// What a transaction spans.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spans {
    Revision,
    Run,
}

/// Times the same SQL, with the version row of each revision, but without a log and without looking where the database is.
fn bare(bench: &Bench, base: &Path, database: &Database, spans: Spans) -> Result<timing::Timing, Failure> {
    let directory = base.join("bare");
    fs::create_dir_all(&directory)?;
    let script = directory.join("bare.sql");
    let mut text = String::from("CREATE TABLE version (version_num VARCHAR(255) NOT NULL PRIMARY KEY);\n");
    let (outer, inner): ([&str; 2], [&str; 2]) = match spans {
        Spans::Revision => ([""; 2], ["BEGIN", "COMMIT"]),
        Spans::Run => (["BEGIN", "COMMIT"], [""; 2]),
    };
    let mut add = |statement: &str| {
        if !statement.is_empty() {
            text.push_str(statement);
            text.push_str(";\n");
        }
    };
    add(outer[0]);
    for i in 1..=REVISIONS {
        let [table, index] = project::statements(i, database.kind);
        let version = match i {
            1 => "INSERT INTO version VALUES ('1')".to_owned(),
            i => format!("UPDATE version SET version_num = '{i}' WHERE version_num = '{}'", i - 1),
        };
        [inner[0], &table, &index, &version, inner[1]].into_iter().for_each(&mut add);
    }
    add(outer[1]);
    fs::write(&script, text)?;
    timing::time(bench.runs, || {
        database.reset(&directory)?;
        database.run(&directory, &script)
    })
}

/// Feeds a script to one connection: what the bare SQL costs.
pub(crate) fn feed(database: &Path, script: &Path) -> Result<(), Failure> {
    let connection = rusqlite::Connection::open(database)?;
    connection.execute_batch(&fs::read_to_string(script)?)?;
    Ok(())
}
