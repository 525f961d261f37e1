//! The two databases of a pair: files, or databases of our own on a server.

use std::error::Error;
use std::path::Path;

use limbeck_tests::backend::server;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mariadb,
}

impl Kind {
    /// Every kind, in the order of reports.
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mariadb];

    /// Returns the name, as `--dialect` has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }
}

/// Both databases, dropped when this is.
pub(crate) struct Databases {
    kind: Kind,
    /// Their names, or their files.
    names: [String; 2],
    /// The URL of the server.
    server: String,
}

impl Databases {
    /// Makes both; `None` when there is no server, which is then told.
    pub(crate) fn make(kind: Kind, directory: &Path) -> Result<Option<Self>, Box<dyn Error>> {
        let variable = match kind {
            Kind::Sqlite => {
                let names = ["one.db", "two.db"].map(|name| directory.join(name).display().to_string());
                return Ok(Some(Self { kind, names, server: String::new() }));
            }
            Kind::Postgres => "LIMBECK_TEST_POSTGRES_URL",
            Kind::Mariadb => "LIMBECK_TEST_MARIADB_URL",
        };
        let Some(server) = server(variable) else { return Ok(None) };
        let server = server.split('?').next().unwrap_or_default().to_owned();
        let names = ["one", "two"].map(|name| format!("autogenerate_{}_{name}", std::process::id()));
        let made = Self { kind, names, server };
        for name in &made.names {
            made.execute(&format!("CREATE DATABASE {name}"))?;
        }
        Ok(Some(made))
    }

    /// Says whether it is of the family of MySQL.
    pub(crate) fn is_mysql(&self) -> bool {
        self.kind == Kind::Mariadb
    }

    /// Says whether it is SQLite.
    pub(crate) fn is_sqlite(&self) -> bool {
        self.kind == Kind::Sqlite
    }

    /// Returns the URLs as Limbeck has them.
    pub(crate) fn urls(&self) -> [String; 2] {
        self.names.each_ref().map(|name| match self.kind {
            Kind::Sqlite => format!("sqlite:{name}"),
            _ => format!("{}/{name}", self.start()),
        })
    }

    /// Returns the URLs as SQLAlchemy has them.
    pub(crate) fn alchemy(&self) -> [String; 2] {
        let scheme = match self.kind {
            Kind::Sqlite => return self.names.each_ref().map(|name| format!("sqlite:///{name}")),
            Kind::Postgres => "postgresql+psycopg2",
            Kind::Mariadb => "mariadb+pymysql",
        };
        let start = self.start().split_once("://").map_or("", |(_, rest)| rest);
        self.names.each_ref().map(|name| format!("{scheme}://{start}/{name}"))
    }

    /// Returns the URL of the server, up to where a database is named.
    fn start(&self) -> &str {
        self.server.rsplit_once('/').map_or(&self.server, |(start, _)| start)
    }

    fn execute(&self, sql: &str) -> Result<(), Box<dyn Error>> {
        Ok(limbeck::connect(&self.server)?.execute(sql)?)
    }
}

impl Drop for Databases {
    /// What cannot be dropped goes with the server.
    fn drop(&mut self) {
        let force = if self.kind == Kind::Postgres { " WITH (FORCE)" } else { "" };
        if self.kind != Kind::Sqlite {
            for name in &self.names {
                let _ = self.execute(&format!("DROP DATABASE {name}{force}"));
            }
        }
    }
}
