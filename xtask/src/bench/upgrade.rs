//! `bench upgrade`: 1,000 revisions of one table and one index each, on an empty SQLite file on disk.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Failure;

use super::{Bench, project, table, timing};

const REVISIONS: usize = 1_000;

/// Measures both transaction modes beside the same SQL on one connection, and beside the peers.
pub(super) fn upgrade(bench: &Bench) -> Result<(), Failure> {
    let base = bench.directory.join("upgrade");
    if base.exists() {
        fs::remove_dir_all(&base)?;
    }
    let limbeck = |transaction: &str| -> Result<timing::Timing, Failure> {
        let directory = base.join(transaction);
        project::limbeck(&directory, REVISIONS, transaction)?;
        timing::time(bench.runs, || {
            remove(&directory.join("bench.db"))?;
            let mut command = Command::new(&bench.limbeck);
            command.current_dir(&directory).args(["upgrade", "heads"]);
            Ok(command)
        })
    };
    let ours = limbeck("revision")?;
    table::head(&format!("upgrade of {REVISIONS} revisions, a transaction each"));
    table::line("limbeck", ours, ours);
    table::line("the same SQL on one connection", bare(bench, &base, "BEGIN", "COMMIT")?, ours);
    for peer in &bench.peers {
        let directory = base.join(peer.name);
        peer.write(&directory, REVISIONS)?;
        let timing = timing::time(bench.runs.min(3), || {
            peer.reset(&directory)?;
            Ok(peer.upgrade(&directory))
        })?;
        table::line(peer.name, timing, ours);
    }
    let ours = limbeck("run")?;
    table::head(&format!("upgrade of {REVISIONS} revisions, one transaction"));
    table::line("limbeck, transaction = \"run\"", ours, ours);
    table::line("the same SQL on one connection", bare(bench, &base, "", "")?, ours);
    fs::remove_dir_all(&base)?;
    Ok(())
}

/// Times the same SQL, with the version row of each revision, in this program as a process of its own.
fn bare(bench: &Bench, base: &Path, begin: &str, commit: &str) -> Result<timing::Timing, Failure> {
    let script = base.join("bare.sql");
    let database = base.join("bare.db");
    let mut text = String::from("CREATE TABLE version (version_num VARCHAR(255) NOT NULL PRIMARY KEY);\n");
    let whole = begin.is_empty();
    if whole {
        text.push_str("BEGIN;\n");
    }
    for i in 1..=REVISIONS {
        let [table, index] = project::statements(i);
        let version = match i {
            1 => "INSERT INTO version VALUES ('1')".to_owned(),
            i => format!("UPDATE version SET version_num = '{i}' WHERE version_num = '{}'", i - 1),
        };
        for statement in [begin, &table, &index, &version, commit] {
            if !statement.is_empty() {
                text.push_str(statement);
                text.push_str(";\n");
            }
        }
    }
    if whole {
        text.push_str("COMMIT;\n");
    }
    fs::write(&script, text)?;
    let own = std::env::current_exe()?;
    timing::time(bench.runs, || {
        remove(&database)?;
        let mut command = Command::new(&own);
        command.arg("feed").arg(&database).arg(&script);
        Ok(command)
    })
}

fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Feeds a script to one connection: what the bare SQL costs.
pub(crate) fn feed(database: &Path, script: &Path) -> Result<(), Failure> {
    let connection = rusqlite::Connection::open(database)?;
    connection.execute_batch(&fs::read_to_string(script)?)?;
    Ok(())
}
