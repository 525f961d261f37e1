//! `bench autogenerate`: finds what differs between a model of 1,000 tables and a database, beside Alembic.
//!
//! Whole commands are measured: both programs start, read the model, look at the database and write a file where something
//! differs. Alembic is left as it is set up by itself, so that it does not compare defaults, as Limbeck does.

mod alembic;
mod limbeck;
mod tables;

use std::fs;
use std::path::Path;

use crate::Failure;
use crate::database::{self, Database};
use crate::python;
use crate::servers::{Servers, Which};

use super::timing::Timing;
use super::{Bench, table};

use limbeck::{At, Form, Limbeck};
use tables::{CHANGED, TABLES};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Measure on this kind of database alone; may be given several times
    #[arg(long = "database", value_name = "KIND")]
    databases: Vec<String>,
}

/// What the model asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    /// What is there.
    Same,
    /// A column and an index more, and a column that may be empty, in every hundredth table.
    Changed,
}

impl Model {
    fn title(self) -> String {
        match self {
            Self::Same => "no changes".to_owned(),
            Self::Changed => format!("changes of {CHANGED} tables"),
        }
    }
}

/// Measures on each database, and with none.
pub(super) fn autogenerate(bench: &Bench, arguments: &Arguments) -> Result<(), Failure> {
    let alembic = python::environment()?.join("bin/alembic");
    let servers = Servers::start(Which::Plain);
    println!("{TABLES} tables with 10 columns, 3 indexes and 2 foreign keys each");
    for database in database::chosen(super::NAME, &arguments.databases, &servers)? {
        let base = bench.directory.join("autogenerate");
        if base.exists() {
            fs::remove_dir_all(&base)?;
        }
        of(bench, &base, &alembic, &database)?;
        fs::remove_dir_all(&base)?;
    }
    Ok(())
}

fn of(bench: &Bench, base: &Path, alembic: &Path, database: &Database) -> Result<(), Failure> {
    let name = database.kind.name();
    let own = Limbeck::write(bench, &base.join("limbeck"), database)?;
    let theirs = base.join("alembic");
    let mut ours = Vec::new();
    for model in [Model::Same, Model::Changed] {
        ours.push((model, own.revision(bench.runs, model, Form::Toml, At::Database)?));
    }
    let offline = offline(bench, &own)?;
    own.leave(database)?;
    for (model, ours) in ours {
        let timing =
            alembic::revision(bench.runs.min(3), alembic, &theirs, own.directory(), database, model)?;
        table::head(&format!("{name}: revision --autogenerate, {}", model.title()));
        table::line("limbeck", ours, ours);
        table::line("Alembic", timing, ours);
    }
    table::head(&format!("{name}: with no database"));
    for (title, timing) in &offline {
        table::line(title, *timing, offline[0].1);
    }
    Ok(())
}

/// Measures what needs no database: each kind of model once, and the commands with the one in TOML.
fn offline(bench: &Bench, own: &Limbeck) -> Result<Vec<(String, Timing)>, Failure> {
    let mut all = vec![("check --offline".to_owned(), own.check(bench.runs)?)];
    for (form, name) in [(Form::Toml, "schema.toml"), (Form::Sql, "schema.sql"), (Form::Rust, "schema.rs")] {
        for model in [Model::Same, Model::Changed] {
            let timing = own.revision(bench.runs, model, form, At::History)?;
            all.push((format!("{name}, {}", model.title()), timing));
        }
    }
    Ok(all)
}
