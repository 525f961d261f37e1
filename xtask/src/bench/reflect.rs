//! `bench reflect`: reads the schema of 1,000 tables back, beside SQLAlchemy.
//!
//! What counts is the reading itself, once the connection is open: what either program takes to start is left out.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::database::{self, Database, Kind};
use crate::servers::{Servers, Which};
use crate::{python, run};

use super::Bench;

const TABLES: usize = 1_000;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Measure on this kind of database alone; may be given several times
    #[arg(long = "database", value_name = "KIND")]
    databases: Vec<String>,
}

/// Measures on each database.
pub(super) fn reflect(bench: &Bench, arguments: &Arguments) -> Result<(), Failure> {
    let own = build()?;
    let python = python::environment()?.join("bin/python");
    let servers = Servers::start(Which::Plain);
    let directory = bench.directory.join("reflect");
    fs::create_dir_all(&directory)?;
    let script = directory.join("reflect.py");
    fs::write(&script, include_str!("reflect.py"))?;
    println!("{TABLES} tables with 10 columns, 3 indexes and 2 foreign keys each, read back");
    println!("{:<12} {:>12} {:>14} {:>8}", "", "limbeck s", "SQLAlchemy s", "ratio");
    for database in database::chosen(super::NAME, &arguments.databases, &servers)? {
        fill(&directory, &database)?;
        let ours = best(
            bench.runs,
            || {
                let mut command = Command::new(&own);
                command.arg(database.url("sqlite:", "postgres", "mysql"));
                command
            },
            &directory,
        )?;
        let theirs = best(
            bench.runs.min(3),
            || {
                let mut command = Command::new(&python);
                command.arg(&script).arg(database.url("sqlite:///", "postgresql+psycopg2", "mysql+pymysql"));
                command
            },
            &directory,
        )?;
        if ours.read[..2] != theirs.read[..2] || ours.read[3] != theirs.read[3] {
            return Err(format!("the two do not read the same: {:?}, {:?}", ours.read, theirs.read).into());
        }
        let (name, ratio) = (database.kind.name(), theirs.seconds / ours.seconds);
        println!("{name:<12} {:>12.4} {:>14.4} {ratio:>8.1}", ours.seconds, theirs.seconds);
    }
    fs::remove_dir_all(&directory)?;
    Ok(())
}

fn build() -> Result<PathBuf, Failure> {
    let mut command = run::cargo();
    command.args(["build", "--quiet", "--release", "--package", "limbeck", "--features", "all"]);
    run::check(command.args(["--example", "reflect"]))?;
    Ok(run::target_dir().canonicalize()?.join("release/examples/reflect"))
}

/// What one run read.
struct Read {
    /// How many tables, columns, indexes and foreign keys. Of indexes each tool counts those of constraints differently.
    read: [usize; 4],
    seconds: f64,
}

/// Returns the quickest of several runs.
fn best(runs: u32, command: impl Fn() -> Command, directory: &Path) -> Result<Read, Failure> {
    let mut best: Option<Read> = None;
    for _ in 0..runs.max(1) {
        let output = command().current_dir(directory).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let said = String::from_utf8(output.stdout)?;
        let words: Vec<&str> = said.split_whitespace().collect();
        let [tables, columns, indexes, keys, seconds] = words[..] else {
            return Err(format!("what was read is not told: {said}").into());
        };
        let read = [tables.parse()?, columns.parse()?, indexes.parse()?, keys.parse()?];
        let seconds = seconds.parse()?;
        if best.as_ref().is_none_or(|best| seconds < best.seconds) {
            best = Some(Read { read, seconds });
        }
    }
    best.ok_or_else(|| "nothing was run".into())
}

/// Makes the tables by the database's own client.
fn fill(directory: &Path, database: &Database) -> Result<(), Failure> {
    let (moment, id) = match database.kind {
        Kind::Sqlite => ("DATETIME", "INTEGER NOT NULL"),
        Kind::Postgres => ("TIMESTAMP WITHOUT TIME ZONE", "SERIAL NOT NULL"),
        Kind::Mariadb => ("DATETIME", "INTEGER NOT NULL AUTO_INCREMENT"),
    };
    let mut text = String::from("BEGIN;\n");
    for i in 0..TABLES {
        let (one, other) = (i.saturating_sub(1), i / 2);
        write!(
            text,
            "CREATE TABLE t{i} (id {id}, a INTEGER NOT NULL, b INTEGER, c VARCHAR(80) NOT NULL, d VARCHAR(20) DEFAULT 'x',
                e INTEGER DEFAULT 5, f DECIMAL(10, 2), g {moment}, h BIGINT, i DATE, PRIMARY KEY (id),
                CONSTRAINT fk_t{i}_a FOREIGN KEY (a) REFERENCES t{one} (id) ON DELETE CASCADE,
                CONSTRAINT fk_t{i}_b FOREIGN KEY (b) REFERENCES t{other} (id));
            CREATE INDEX ix_t{i}_a ON t{i} (a);
            CREATE INDEX ix_t{i}_b ON t{i} (b, c);
            CREATE UNIQUE INDEX ix_t{i}_d ON t{i} (d, e);\n"
        )?;
    }
    text.push_str("COMMIT;\n");
    let script = directory.join("fill.sql");
    fs::write(&script, text)?;
    database.reset(directory)?;
    run::check_quiet(&mut database.run(directory, &script)?)?;
    if database.kind == Kind::Postgres {
        // As a database is that has been in use for a while.
        fs::write(&script, "VACUUM ANALYZE;\n")?;
        run::check_quiet(&mut database.run(directory, &script)?)?;
    }
    Ok(())
}
