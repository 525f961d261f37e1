//! Databases to try things on: they are made for that, and dropped afterwards.

use std::sync::atomic::{AtomicU32, Ordering};

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{ConnectOptions, Connection, DatabaseUrl};
use limbeck_core::name::Ident;

use crate::connect::dialect_of;

/// An empty database, which goes when this is dropped.
pub struct ScratchDatabase {
    connection: Option<Box<dyn Connection>>,
    made: Option<Made>,
}

/// A database that was made on a server.
struct Made {
    server: Box<dyn Connection>,
    name: Ident,
}

impl ScratchDatabase {
    /// Makes one beside the database of a URL: in memory for SQLite, else on the same server, under a name that nobody has.
    ///
    /// # Errors
    /// What the database says; making databases may be a right that the user does not have.
    pub fn beside(url: &DatabaseUrl, options: &ConnectOptions) -> Result<Self, Diagnostic> {
        let dialect = dialect_of(url)?;
        if dialect.name() == "sqlite" {
            let memory = DatabaseUrl::parse("sqlite::memory:").expect("it has a scheme");
            return Ok(Self { connection: Some(dialect.connect(&memory, options)?), made: None });
        }
        let mut server = dialect.connect(url, options)?;
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("limbeck_verify_{}_{number}", std::process::id());
        let there = with_database(url, &name).ok_or_else(|| {
            Diagnostic::new(
                Code::BadUrl,
                "the URL does not name a database beside which another one could be made",
            )
            .hint("name an empty database with `--scratch URL`")
        })?;
        let name = Ident::new(&name).expect("the name is good");
        let make = dialect.sql().kw("CREATE DATABASE").ident(&name).finish();
        server.execute(&make).map_err(|error| {
            Diagnostic::from(error)
                .hint("name an empty database with `--scratch URL` if none may be made here")
        })?;
        // From here on it goes again, whatever happens.
        let mut scratch = Self { connection: None, made: Some(Made { server, name }) };
        scratch.connection = Some(dialect.connect(&there, options)?);
        Ok(scratch)
    }

    /// Returns the connection.
    pub fn connection(&mut self) -> &mut dyn Connection {
        &mut **self.connection.as_mut().expect("it is there until the end")
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        drop(self.connection.take());
        if let Some(Made { server, name }) = &mut self.made {
            let sql = server.dialect().sql().kw("DROP DATABASE").ident(name).finish();
            // Nothing is left to be told if this fails; the name says what it was for.
            let _ = server.execute(&sql);
        }
    }
}

/// Returns the URL of another database on the same server; `None` when it names none.
fn with_database(url: &DatabaseUrl, name: &str) -> Option<DatabaseUrl> {
    let rest = url.rest();
    let authority = rest.strip_prefix("//")?;
    let path = 2 + authority.find('/')?;
    let end = rest[path..].find(['?', '#']).map_or(rest.len(), |end| path + end);
    DatabaseUrl::parse(&format!("{}:{}/{name}{}", url.scheme(), &rest[..path], &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_the_database_is_all_that_changes_in_a_url() {
        let url = DatabaseUrl::parse("postgres://me@host:5433/shop?sslmode=disable").unwrap();
        let other = with_database(&url, "x").unwrap();
        assert_eq!(other.to_string(), "postgres://me@host:5433/x?sslmode=disable");
        assert!(with_database(&DatabaseUrl::parse("sqlite:shop.db").unwrap(), "x").is_none());
    }

    #[cfg(feature = "sqlite")]
    #[test]
    fn beside_a_file_of_sqlite_there_is_memory() {
        let url = DatabaseUrl::parse("sqlite:nowhere/at/all.db").unwrap();
        let mut scratch = ScratchDatabase::beside(&url, &ConnectOptions::default()).unwrap();
        scratch.connection().execute("CREATE TABLE t (a)").unwrap();
    }
}
