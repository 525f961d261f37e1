//! The servers for which both tools make SQL.

use limbeck_core::dialect::{Dialect, Names, ServerInfo};

/// A server, by the dialects that the two tools have for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Server {
    /// PostgreSQL 15.
    Postgres,
    /// MySQL 8.4. There is none to run on, so its SQL is compared as text.
    Mysql,
    /// MariaDB 10.11.
    Mariadb,
    /// The SQLite that Limbeck links.
    Sqlite,
}

impl Server {
    /// Every server, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Postgres, Self::Mysql, Self::Mariadb, Self::Sqlite];

    /// Returns the name, as `--dialect` and `dialects = […]` have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
            Self::Sqlite => "sqlite",
        }
    }

    /// Returns SQLAlchemy's name for it, which also begins the keyword arguments for it.
    pub fn alchemy(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            other => other.name(),
        }
    }

    /// Returns Limbeck's dialect.
    pub fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Postgres => &limbeck_postgres::POSTGRES,
            Self::Mysql | Self::Mariadb => &limbeck_mysql::MYSQL,
            Self::Sqlite => &limbeck_sqlite::SQLITE,
        }
    }

    /// Describes the server as `--server` does.
    ///
    /// # Panics
    /// Never: the versions are known to the dialects.
    pub fn info(self) -> ServerInfo {
        let version = match self {
            Self::Postgres => Some("15"),
            Self::Mysql => Some("8.4"),
            Self::Mariadb => Some("10.11"),
            Self::Sqlite => None,
        };
        self.dialect().server(self.name(), version).expect("the dialect knows these versions")
    }

    /// Returns the names by which a migration limits operations to it.
    pub fn names(self) -> Names {
        self.info().names()
    }

    /// Says whether it is MySQL or MariaDB.
    pub fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }
}
