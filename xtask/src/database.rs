//! The databases that tools are run on: a SQLite file, and a database of our own on each server.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Failure;
use crate::run;
use crate::servers::Servers;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mariadb,
}

/// A database that is made anew for each run.
pub(crate) struct Database {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its name on a server, and that of the SQLite file without its ending.
    pub(crate) name: &'static str,
    /// Where its server is; `None` for a file.
    server: Option<Site>,
}

/// Where a server is.
pub(crate) struct Site {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) host: String,
    pub(crate) port: String,
}

impl Site {
    /// Reads `SCHEME://USER:PASSWORD@HOST:PORT/NAME`.
    fn read(url: &str) -> Option<Self> {
        let (_, rest) = url.split_once("://")?;
        let (login, place) = rest.split_once('@')?;
        let (user, password) = login.split_once(':')?;
        let (host, port) = place.split_once('/')?.0.split_once(':')?;
        let [user, password, host, port] = [user, password, host, port].map(str::to_owned);
        Some(Self { user, password, host, port })
    }
}

/// Returns those that are asked for and can be had; all when none is asked for.
///
/// # Errors
/// A server's URL is not in the form that is read here.
pub(crate) fn chosen(
    name: &'static str,
    wanted: &[String],
    servers: &Servers,
) -> Result<Vec<Database>, Failure> {
    let mut found = Vec::new();
    for kind in [Kind::Sqlite, Kind::Postgres, Kind::Mariadb] {
        if !wanted.is_empty() && !wanted.iter().any(|name| name.eq_ignore_ascii_case(kind.name())) {
            continue;
        }
        let Some(variable) = kind.variable() else {
            found.push(Database::file(name));
            continue;
        };
        match servers.url(variable) {
            Some(url) => {
                let site = Site::read(&url).ok_or_else(|| {
                    format!("`{variable}` has to be like `SCHEME://USER:PASSWORD@HOST:PORT/NAME`")
                })?;
                found.push(Database { kind, name, server: Some(site) });
            }
            None => eprintln!("skipped: {}, of which there is no server", kind.name()),
        }
    }
    Ok(found)
}

impl Kind {
    /// Returns its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mariadb => "MariaDB",
        }
    }

    pub(crate) fn variable(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => Some("LIMBECK_TEST_POSTGRES_URL"),
            Self::Mariadb => Some("LIMBECK_TEST_MARIADB_URL"),
        }
    }

    /// Returns the client that comes with it.
    pub(crate) fn client(self) -> &'static str {
        match self {
            Self::Sqlite => "one connection",
            Self::Postgres => "psql",
            Self::Mariadb => "mariadb",
        }
    }
}

impl Database {
    /// Returns the file of that name.
    pub(crate) fn file(name: &'static str) -> Self {
        Self { kind: Kind::Sqlite, name, server: None }
    }

    /// Returns the server, if it is one.
    pub(crate) fn site(&self) -> Option<&Site> {
        self.server.as_ref()
    }

    /// Returns the URL behind one of the schemes that tools have for it; a file is told by `file`.
    pub(crate) fn url(&self, file: &str, postgres: &str, mysql: &str) -> String {
        let scheme = match self.kind {
            Kind::Sqlite => return format!("{file}{}.db", self.name),
            Kind::Postgres => postgres,
            Kind::Mariadb => mysql,
        };
        self.server.as_ref().map_or_else(String::new, |Site { user, password, host, port }| {
            format!("{scheme}://{user}:{password}@{host}:{port}/{}", self.name)
        })
    }

    /// Returns what somebody has said, without the password of the server.
    pub(crate) fn without_password(&self, said: &str) -> String {
        match &self.server {
            Some(site) if !site.password.is_empty() => said.replace(&site.password, "***"),
            _ => said.to_owned(),
        }
    }

    /// Makes it anew, empty. A file stands in `directory`, and is there because some tools want it to be.
    ///
    /// # Errors
    /// What the server or the file system says.
    pub(crate) fn reset(&self, directory: &Path) -> Result<(), Failure> {
        let name = self.name;
        let statements = [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")];
        match self.kind {
            Kind::Sqlite => {
                let file = format!("{name}.db");
                for entry in fs::read_dir(directory)? {
                    let path = entry?.path();
                    let found = path.file_name().map(|name| name.to_string_lossy().into_owned());
                    if found.is_some_and(|found| found.starts_with(&file)) {
                        fs::remove_file(path)?;
                    }
                }
                fs::write(directory.join(file), "")?;
            }
            Kind::Postgres => {
                let [drop, create] = &statements;
                run::check_quiet(self.call("postgres").args(["-c", drop, "-c", create]))?;
            }
            Kind::Mariadb => run::check_quiet(self.call("").args(["-e", &statements.join(";")]))?,
        }
        Ok(())
    }

    /// Returns the command that has the database's own client run a script; for a file it is this program.
    ///
    /// # Errors
    /// This program cannot tell where it is.
    pub(crate) fn run(&self, directory: &Path, script: &Path) -> Result<Command, Failure> {
        let mut command = match self.kind {
            Kind::Sqlite => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("feed").arg(format!("{}.db", self.name)).arg(script);
                command
            }
            Kind::Postgres => {
                let mut command = self.call(self.name);
                command.arg("-f").arg(script);
                command
            }
            Kind::Mariadb => {
                let mut command = self.call(self.name);
                command.arg("-e").arg(format!("source {}", script.display()));
                command
            }
        };
        command.current_dir(directory);
        Ok(command)
    }

    /// Starts to describe a call of the server's own client, on a database of that name.
    pub(crate) fn call(&self, name: &str) -> Command {
        let mut command = Command::new(self.kind.client());
        if let Some(Site { user, password, host, port }) = &self.server {
            match self.kind {
                Kind::Mariadb => {
                    command.args(["--no-defaults", "-h", host, "-P", port, "-u", user, name]);
                    command.env("MYSQL_PWD", password);
                }
                _ => {
                    command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", user]);
                    command.args(["-d", name]).env("PGPASSWORD", password);
                }
            }
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_told_and_one_that_is_empty_changes_nothing() {
        let of = |password: &str| {
            let server = Site::read(&format!("postgres://u:{password}@h:1/n"));
            assert!(server.is_some());
            Database { kind: Kind::Postgres, name: "n", server }
        };
        assert_eq!(of("s3cret").without_password("u:s3cret"), "u:***");
        assert_eq!(of("").without_password("u:s3cret"), "u:s3cret");
    }
}
