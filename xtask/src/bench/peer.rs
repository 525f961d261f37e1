//! The peers, where they are installed: how each is set up and called on SQLite.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failure;
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
    /// Writes a project of that many revisions.
    pub(crate) fn write(&self, directory: &Path, revisions: usize) -> Result<(), Failure> {
        fs::create_dir_all(directory)?;
        match self.kind {
            Kind::Alembic => project::alembic(directory, revisions),
            Kind::Diesel => {
                fs::write(directory.join("diesel.toml"), "")?;
                let name = |i| format!("migrations/{i:08}_table/up.sql");
                project::sql_files(directory, revisions, name)?;
                (1..=revisions).try_for_each(|i| {
                    let down = directory.join(format!("migrations/{i:08}_table/down.sql"));
                    fs::write(down, format!("DROP TABLE t{i};\n")).map_err(Failure::from)
                })
            }
            Kind::Sqlx => {
                project::sql_files(directory, revisions, |i| format!("migrations/{i:08}_table.sql"))
            }
            Kind::Refinery => {
                let config = "[main]\ndb_type = \"Sqlite\"\ndb_path = \"bench.db\"\n";
                fs::write(directory.join("refinery.toml"), config)?;
                project::sql_files(directory, revisions, |i| format!("migrations/V{i}__table.sql"))
            }
            Kind::Dbmate => {
                project::sql_files(directory, revisions, |i| format!("migrations/{i:08}_table.sql"))?;
                (1..=revisions).try_for_each(|i| {
                    let path = directory.join(format!("migrations/{i:08}_table.sql"));
                    let text = format!("-- migrate:up\n{}", fs::read_to_string(&path)?);
                    fs::write(path, text).map_err(Failure::from)
                })
            }
        }
    }

    /// Makes the database anew: no file, or an empty one where the tool wants one.
    pub(crate) fn reset(&self, directory: &Path) -> Result<(), Failure> {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("bench.db")) {
                fs::remove_file(path)?;
            }
        }
        fs::write(directory.join("bench.db"), "")?;
        Ok(())
    }

    /// Returns the command that runs whatever is not yet run.
    pub(crate) fn upgrade(&self, directory: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(directory);
        match self.kind {
            Kind::Alembic => command.args(["upgrade", "heads"]),
            Kind::Diesel => {
                command.args(["migration", "run", "--database-url", "bench.db", "--locked-schema"])
            }
            Kind::Sqlx => command.args(["migrate", "run", "--database-url", "sqlite:bench.db"]),
            Kind::Refinery => command.args(["migrate", "-c", "./refinery.toml", "-p", "migrations"]),
            Kind::Dbmate => {
                command.args(["--url", "sqlite:bench.db", "-d", "migrations", "--no-dump-schema", "up"])
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
