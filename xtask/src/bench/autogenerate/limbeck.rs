//! Limbeck's side: a project whose history makes the tables, and the models that it is compared with.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::database::{Database, Kind};
use crate::run;

use super::super::Bench;
use super::super::timing::{self, Timing};
use super::Model;
use super::tables::{self, CHANGED, TABLES};

/// How many tables each revision makes.
const AT_ONCE: usize = 10;

/// The id of the revision that is written.
const WRITTEN: &str = "ffffffffffff";

/// In what form the model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Toml,
    Sql,
    Rust,
}

/// What the model is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Database,
    History,
}

/// A project, its database at the head.
pub(super) struct Limbeck {
    program: PathBuf,
    directory: PathBuf,
    /// What `--server` is told.
    server: &'static str,
}

impl Limbeck {
    /// Writes the project and its models, and makes the database.
    pub(super) fn write(bench: &Bench, directory: &Path, database: &Database) -> Result<Self, Failure> {
        fs::create_dir_all(directory.join("migrations"))?;
        let config = format!(
            "[migrations]\nlocations = [\"migrations\"]\nmodel = \"same.toml\"\n\n[database.default]\nurl = \"{}\"\n",
            database.url("sqlite:", "postgres", "mysql")
        );
        fs::write(directory.join("limbeck.toml"), config)?;
        for (number, first) in (0..TABLES).step_by(AT_ONCE).enumerate() {
            let mut text = format!("revision = \"{number:012x}\"\nmessage = \"tables from t{first} on\"\n");
            if number > 0 {
                writeln!(text, "down_revision = \"{:012x}\"", number - 1)?;
            }
            for i in first..TABLES.min(first + AT_ONCE) {
                write!(text, "\n[[upgrade]]\ncreate_table = \"t{i}\"\n{}", tables::toml(i, Model::Same))?;
            }
            fs::write(directory.join(format!("migrations/{number:012x}_tables.toml")), text)?;
        }
        let server = match database.kind {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres:15",
            Kind::Mariadb => "mariadb:10.11",
        };
        let own = Self { program: bench.limbeck.clone(), directory: directory.to_owned(), server };
        for model in [Model::Same, Model::Changed] {
            let (mut toml, mut sql, mut rust) = (String::new(), String::new(), String::new());
            for i in 0..TABLES {
                write!(toml, "[[table]]\nname = \"t{i}\"\n{}\n", tables::toml(i, model))?;
                sql.push_str(&tables::sql(i, model, database.kind)?);
                rust.push_str(&tables::rust(i, model, database.kind));
            }
            for (form, text) in [(Form::Toml, toml), (Form::Sql, sql), (Form::Rust, rust)] {
                fs::write(own.model(model, form), text)?;
            }
        }
        database.reset(directory)?;
        run::check_quiet(own.command().args(["upgrade", "heads"]))?;
        if database.kind == Kind::Postgres {
            // As a database is that has been in use for a while.
            own.feed(database, "VACUUM ANALYZE;\n")?;
        }
        Ok(own)
    }

    /// Returns where the project is.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    fn model(&self, model: Model, form: Form) -> PathBuf {
        let name = if model == Model::Same { "same" } else { "changed" };
        let ending = match form {
            Form::Toml => "toml",
            Form::Sql => "sql",
            Form::Rust => "rs",
        };
        self.directory.join(format!("{name}.{ending}"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.directory);
        command
    }

    /// Times `check --offline` where nothing differs.
    pub(super) fn check(&self, runs: u32) -> Result<Timing, Failure> {
        timing::time(runs, || {
            let mut command = self.command();
            command.args(["check", "--offline", "--server", self.server]);
            Ok(command)
        })
    }

    /// Times `revision --autogenerate`, and looks whether it wrote what it should.
    pub(super) fn revision(&self, runs: u32, model: Model, form: Form, at: At) -> Result<Timing, Failure> {
        let file = self.directory.join(format!("migrations/{WRITTEN}_changes.toml"));
        let remove = || if file.exists() { fs::remove_file(&file) } else { Ok(()) };
        let timing = timing::time(runs, || {
            remove()?;
            let mut command = self.command();
            command.args(["revision", "--autogenerate", "-m", "changes", "--rev-id", WRITTEN, "--model"]);
            command.arg(self.model(model, form));
            if at == At::History {
                command.args(["--offline", "--server", self.server]);
            }
            Ok(command)
        })?;
        let text = if file.exists() { fs::read_to_string(&file)? } else { String::new() };
        let count = |what: &str| text.matches(what).count();
        let found = [
            count("alter_table = "),
            count("add_column = "),
            count("alter_column = "),
            count("create_index = "),
        ];
        let index = if form == Form::Rust { 0 } else { CHANGED };
        let wanted = match model {
            Model::Same => [0; 4],
            Model::Changed => [CHANGED, CHANGED, CHANGED, index],
        };
        remove()?;
        if found != wanted {
            return Err(format!(
                "{model:?} {form:?} {at:?}: {found:?} was written in place of {wanted:?}:\n{text}"
            )
            .into());
        }
        Ok(timing)
    }

    /// Takes Limbeck's own tables out of the database, so that Alembic finds what its model says.
    pub(super) fn leave(&self, database: &Database) -> Result<(), Failure> {
        self.feed(database, "DROP TABLE limbeck_version; DROP TABLE limbeck_log;\n")
    }

    fn feed(&self, database: &Database, text: &str) -> Result<(), Failure> {
        let script = self.directory.join("feed.sql");
        fs::write(&script, text)?;
        run::check_quiet(&mut database.run(&self.directory, &script)?)
    }
}
