//! The back ends that Diesel has.

use limbeck_core::dialect::ServerInfo;

/// A back end of Diesel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
}

impl Backend {
    /// Returns the one for a server; Diesel has one for each dialect of Limbeck.
    pub(super) fn of(server: &ServerInfo) -> Self {
        match server.dialect {
            "postgres" => Self::Postgres,
            "mysql" => Self::Mysql,
            _ => Self::Sqlite,
        }
    }

    /// Returns the attribute that says what a custom SQL type is called there.
    pub(super) fn type_attribute(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite_type",
            Self::Postgres => "postgres_type",
            Self::Mysql => "mysql_type",
        }
    }
}
