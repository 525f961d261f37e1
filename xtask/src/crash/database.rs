//! The database that an upgrade runs on, looked at by its own client.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Failure;
use crate::run;
use crate::servers::{self, Private};

/// A database of its own.
pub(super) enum Database {
    Sqlite { folder: TempDir },
    Server { kind: Kind, server: Box<Private> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Postgres,
    Mariadb,
}

/// Where a private server is, taken from its URL.
struct Place<'u> {
    password: &'u str,
    port: &'u str,
    name: &'u str,
}

impl Database {
    /// Starts one of this kind.
    ///
    /// # Errors
    /// It is not to be had.
    pub(super) fn start(name: &str) -> Result<Self, Failure> {
        let kind = match name {
            "postgres" => Kind::Postgres,
            "mariadb" => Kind::Mariadb,
            _ => return Ok(Self::Sqlite { folder: TempDir::with_prefix("limbeck-crash-")? }),
        };
        let server = servers::start_one(if kind == Kind::Postgres { "PostgreSQL" } else { "MariaDB" })?;
        Ok(Self::Server { kind, server: Box::new(server) })
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Sqlite { .. } => format!("sqlite:{}", self.file().display()),
            Self::Server { server, .. } => server.url().to_owned(),
        }
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Sqlite { folder } => folder.path().join("crash.db"),
            Self::Server { .. } => PathBuf::new(),
        }
    }

    /// Takes everything away.
    pub(super) fn clear(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite { folder } => {
                for entry in std::fs::read_dir(folder.path())? {
                    std::fs::remove_file(entry?.path())?;
                }
                Ok(())
            }
            Self::Server { kind: Kind::Postgres, .. } => self
                .query("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
                .map(drop),
            Self::Server { kind: Kind::Mariadb, .. } => {
                self.query("DROP DATABASE limbeck; CREATE DATABASE limbeck").map(drop)
            }
        }
    }

    /// Kills the server.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        match self {
            Self::Sqlite { .. } => Ok(()),
            Self::Server { server, .. } => server.kill(),
        }
    }

    /// Starts the server again, and waits until it has recovered.
    pub(super) fn restart(&mut self) -> Result<(), Failure> {
        let Self::Server { server, .. } = self else { return Ok(()) };
        server.restart()?;
        let start = Instant::now();
        while let Err(failure) = self.query("SELECT 1") {
            if start.elapsed() > Duration::from_secs(60) {
                return Err(failure);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// Runs statements, and returns what they find: a line a row.
    pub(super) fn query(&self, sql: &str) -> Result<String, Failure> {
        let mut command = match self {
            Self::Sqlite { .. } => {
                let mut command = Command::new("sqlite3");
                command.arg(self.file()).arg(sql);
                command
            }
            Self::Server { kind: Kind::Postgres, .. } => {
                let mut command = self.client("psql");
                command.args(["--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-qAt", "-c", sql]);
                command
            }
            Self::Server { kind: Kind::Mariadb, .. } => {
                let mut command = self.client("mariadb");
                command.args(["--batch", "--skip-column-names", "-e", sql]).arg("limbeck");
                command
            }
        };
        output(&mut command)
    }

    /// Writes down the schema and all rows, but for those of the log, which hold times.
    pub(super) fn dump(&self) -> Result<String, Failure> {
        let mut command = match self {
            Self::Sqlite { .. } => {
                let mut command = Command::new("sqlite3");
                command.arg(self.file()).arg(".dump");
                command
            }
            Self::Server { kind: Kind::Postgres, .. } => {
                let mut command = self.client("pg_dump");
                command.args(["--inserts", "--exclude-table-data=limbeck_log"]);
                command
            }
            Self::Server { kind: Kind::Mariadb, .. } => {
                let mut command = self.client("mariadb-dump");
                command
                    .args(["--compact", "--skip-extended-insert", "--ignore-table=limbeck.limbeck_log"])
                    .arg("limbeck");
                command
            }
        };
        let changes = |line: &&str| {
            // How many rows the log ever had, and what `pg_dump` draws anew each time.
            let of_log =
                line.contains("limbeck_log") && (line.starts_with("INSERT") || line.starts_with("SELECT"));
            let of_sequence = line.contains("sqlite_sequence");
            of_log || of_sequence || line.starts_with("\\restrict") || line.starts_with("\\unrestrict")
        };
        let text = output(&mut command)?;
        Ok(text.lines().filter(|line| !changes(line)).map(|line| format!("{line}\n")).collect())
    }

    fn place(&self) -> Option<Place<'_>> {
        let Self::Server { server, .. } = self else { return None };
        let (start, rest) = server.url().split_once("@127.0.0.1:")?;
        let (port, name) = rest.split_once('/')?;
        Some(Place { password: start.rsplit_once(':')?.1, port, name })
    }

    /// Starts to describe a call of a client, with the password where nobody sees it.
    fn client(&self, program: &str) -> Command {
        let found = run::find(program);
        let mut command = Command::new(found.as_deref().unwrap_or(Path::new(program)));
        let Some(Place { password, port, name }) = self.place() else { return command };
        match self {
            Self::Server { kind: Kind::Mariadb, .. } => {
                command
                    .args(["--no-defaults", "--host=127.0.0.1", "--user=limbeck"])
                    .arg(format!("--port={port}"));
                command.env("MYSQL_PWD", password);
            }
            _ => {
                command.envs([
                    ("PGHOST", "127.0.0.1"),
                    ("PGUSER", "limbeck"),
                    ("PGPORT", port),
                    ("PGDATABASE", name),
                ]);
                command.env("PGPASSWORD", password);
            }
        }
        command
    }
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{:?}: {error}", command.get_program()))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("{:?} ended with {}: {said}", command.get_program(), output.status).into())
        }
    }
}
