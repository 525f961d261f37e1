//! The peers, where they are installed: how each is set up and called.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
use crate::database::{self, Database, Site};
use crate::python;
use crate::run;

use super::project;

/// A migration tool to be measured beside Limbeck.
pub(crate) struct Peer {
    /// Its name.
    pub(crate) name: &'static str,
    program: PathBuf,
    kind: Kind,
}

enum Kind {
    Alembic,
    Diesel,
    Sqlx,
    Refinery,
    Dbmate,
}

/// The Rust and Go peers are measured where they are installed; Alembic is installed here.
pub(crate) fn installed() -> Result<Vec<Peer>, Failure> {
    let alembic = python::environment()?.join("bin/alembic");
    let mut peers = vec![Peer { name: "Alembic", program: alembic, kind: Kind::Alembic }];
    let others = [
        ("diesel", Kind::Diesel),
        ("sqlx", Kind::Sqlx),
        ("refinery", Kind::Refinery),
        ("dbmate", Kind::Dbmate),
    ];
    for (name, kind) in others {
        match run::find(name) {
            Some(program) => peers.push(Peer { name, program, kind }),
            None => println!("{name} is not on the PATH and is left out"),
        }
    }
    Ok(peers)
}

impl Peer {
    /// Writes a project of that many revisions, for a database.
    pub(super) fn write(
        &self,
        directory: &Path,
        revisions: usize,
        database: &Database,
    ) -> Result<(), Failure> {
        fs::create_dir_all(directory)?;
        let sql_files =
            |name: &dyn Fn(usize) -> String| project::sql_files(directory, revisions, database.kind, name);
        match self.kind {
            Kind::Alembic => project::alembic(
                directory,
                revisions,
                &database.url("sqlite:///", "postgresql+psycopg2", "mysql+pymysql"),
            ),
            Kind::Diesel => {
                fs::write(directory.join("diesel.toml"), "")?;
                sql_files(&|i| format!("migrations/{i:08}_table/up.sql"))?;
                (1..=revisions).try_for_each(|i| {
                    let down = directory.join(format!("migrations/{i:08}_table/down.sql"));
                    fs::write(down, format!("DROP TABLE t{i};\n")).map_err(Failure::from)
                })
            }
            Kind::Sqlx => sql_files(&|i| format!("migrations/{i:08}_table.sql")),
            Kind::Refinery => {
                fs::write(directory.join("refinery.toml"), refinery_config(database))?;
                sql_files(&|i| format!("migrations/V{i}__table.sql"))
            }
            Kind::Dbmate => {
                sql_files(&|i| format!("migrations/{i:08}_table.sql"))?;
                (1..=revisions).try_for_each(|i| {
                    let path = directory.join(format!("migrations/{i:08}_table.sql"));
                    let text = format!("-- migrate:up\n{}", fs::read_to_string(&path)?);
                    fs::write(path, text).map_err(Failure::from)
                })
            }
        }
    }

    /// Returns the command that runs whatever is not yet run.
    pub(super) fn upgrade(&self, directory: &Path, database: &Database) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(directory);
        let url = |file: &str| database.url(file, "postgres", "mysql");
        match self.kind {
            Kind::Alembic => command.args(["upgrade", "heads"]),
            Kind::Diesel => command.args(["migration", "run", "--database-url", &url(""), "--locked-schema"]),
            Kind::Sqlx => command.args(["migrate", "run", "--database-url", &url("sqlite:")]),
            Kind::Refinery => command.args(["migrate", "-c", "./refinery.toml", "-p", "migrations"]),
            Kind::Dbmate => {
                command.args(["--url", &url("sqlite:"), "-d", "migrations", "--no-dump-schema", "up"])
            }
        };
        command
    }

    /// Says whether the peer can show and order a history by itself, as only Alembic can.
    pub(crate) fn has_graph(&self) -> bool {
        matches!(self.kind, Kind::Alembic)
    }

    /// Returns the path of the program.
    pub(crate) fn program(&self) -> &Path {
        &self.program
    }
}

fn refinery_config(database: &Database) -> String {
    match database.site() {
        None => "[main]\ndb_type = \"Sqlite\"\ndb_path = \"bench.db\"\n".to_owned(),
        Some(Site { user, password, host, port }) => {
            let kind = if database.kind == database::Kind::Postgres { "Postgres" } else { "Mysql" };
            let name = database.name;
            format!(
                "[main]\ndb_type = \"{kind}\"\ndb_host = \"{host}\"\ndb_port = \"{port}\"\ndb_user = \"{user}\"\n\
                 db_pass = \"{password}\"\ndb_name = \"{name}\"\n"
            )
        }
    }
}
