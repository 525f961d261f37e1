//! A database of its own on a server, for each scratch.

use std::sync::atomic::{AtomicU32, Ordering};

use super::server;
use crate::Home;

/// How a kind of server makes and drops databases.
pub(super) struct Maker {
    /// The environment variable that names a server.
    pub(super) variable: &'static str,
    /// What stands behind the name when a database is made.
    pub(super) made: &'static str,
    /// What stands behind the name when it is dropped.
    pub(super) dropped: &'static str,
    /// The query of the URL, of that which the server's URL has.
    pub(super) query: fn(&str) -> String,
}

/// A database that is dropped when this is.
struct Database {
    maker: &'static Maker,
    server: String,
    name: String,
}

impl Maker {
    /// Makes an empty database; `None` when there is no server, which is then told.
    ///
    /// # Panics
    /// When the server is there and makes none.
    pub(super) fn make(&'static self) -> Option<Box<dyn Home>> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = server(self.variable)?;
        let name = format!("limbeck_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        execute(&server, &format!("CREATE DATABASE {name} {}", self.made));
        Some(Box::new(Database { maker: self, server, name }))
    }
}

impl Home for Database {
    fn url(&self) -> String {
        let (start, query) = self.server.split_once('?').unwrap_or((&self.server, ""));
        let (start, _) = start.rsplit_once('/').expect("the URL of the test server names a database");
        match (self.maker.query)(query) {
            query if query.is_empty() => format!("{start}/{}", self.name),
            query => format!("{start}/{}?{query}", self.name),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        execute(&self.server, &format!("DROP DATABASE {} {}", self.name, self.maker.dropped));
    }
}

fn execute(server: &str, sql: &str) {
    let mut connection = limbeck::connect(server).unwrap_or_else(|fault| panic!("{fault}"));
    connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
}
