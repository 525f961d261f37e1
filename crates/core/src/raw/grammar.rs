//! Whose SQL a text is, and what its names and words mean there.

use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};

use crate::dialect::Names;

/// A way to read SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

impl Grammar {
    /// Returns the grammar of a server; `None` for one whose SQL is not known here.
    pub(super) fn of(names: Names) -> Option<Self> {
        Some(match (names.dialect, names.flavour) {
            ("sqlite", _) => Self::Sqlite,
            ("postgres", _) => Self::Postgres,
            ("mysql", "mariadb") => Self::Mariadb,
            ("mysql", _) => Self::Mysql,
            _ => return None,
        })
    }

    pub(super) fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Sqlite => &SQLiteDialect {},
            Self::Postgres => &PostgreSqlDialect {},
            Self::Mysql | Self::Mariadb => &MySqlDialect {},
        }
    }

    /// Says whether it is of the family of MySQL.
    pub(super) fn is_mysql(self) -> bool {
        matches!(self, Self::Mysql | Self::Mariadb)
    }

    /// Returns the schema that is meant where none is given.
    pub(super) fn usual_schema(self) -> Option<&'static str> {
        match self {
            Self::Sqlite => Some("main"),
            Self::Postgres => Some("public"),
            Self::Mysql | Self::Mariadb => None,
        }
    }
}
