//! Runs SQL on a real server and writes down what its own catalogs say afterwards.

mod mariadb;
mod postgres;
mod sqlite;

use limbeck_core::dialect::Connection;
use limbeck_core::literal::Literal;

use super::server::Server;

/// A server to run on.
pub(super) enum Ground {
    Postgres(postgres::Postgres),
    Mariadb(mariadb::Mariadb),
    Sqlite,
}

impl Ground {
    /// Opens a server; `None` where there is none to run on.
    pub(super) fn open(server: Server) -> Option<Self> {
        match server {
            Server::Postgres => postgres::Postgres::open().map(Self::Postgres),
            Server::Mariadb => mariadb::Mariadb::open().map(Self::Mariadb),
            Server::Sqlite => Some(Self::Sqlite),
            Server::Mysql => None,
        }
    }

    /// Runs statements on an empty database and returns what the catalogs say, a line a fact.
    ///
    /// # Errors
    /// What the server says of the first statement that fails.
    ///
    /// # Panics
    /// When the catalogs cannot be read.
    pub(super) fn run(&mut self, scene: &[String], change: &[String]) -> Result<Vec<String>, Refused> {
        match self {
            Self::Postgres(ground) => ground.run(scene, change),
            Self::Mariadb(ground) => ground.run(scene, change),
            Self::Sqlite => sqlite::run(scene, change),
        }
    }
}

/// What the server says of a statement that it refuses.
pub(super) enum Refused {
    /// One of the scene, which the generator should not have drawn.
    Scene(String),
    /// One of the change.
    Change(String),
}

/// Runs a query and returns its rows as text.
fn rows(connection: &mut dyn Connection, sql: &str) -> Vec<String> {
    let rows = connection.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.iter().map(show).collect::<Vec<_>>().join(" | ")).collect()
}

fn show(cell: &Literal) -> String {
    match cell {
        Literal::Text(text) => text.to_string(),
        other => {
            let mut text = String::new();
            limbeck_core::sql::standard_literal(other, &mut text);
            text
        }
    }
}
