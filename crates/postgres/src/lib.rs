//! PostgreSQL for Limbeck: turns operations into PostgreSQL's SQL, runs it, and reads schemas back from the catalogs.
//!
//! # What PostgreSQL has not
//!
//! Refused before anything runs: a place for a new column among the others, the length of an index key, and what the
//! version at hand lacks, such as `NULLS NOT DISTINCT` before 15 and virtual generated columns before 18.
//!
//! # One migrator at a time
//!
//! The lock is an advisory lock of a transaction that stays open on a connection of its own, so that it holds through a
//! pooler that hands out server connections a transaction at a time, too. It is asked for again and again and never
//! waited for: `CREATE INDEX CONCURRENTLY` waits for every statement that runs, and one that waited for the lock would
//! be waited for in turn.

mod connection;
mod dialect;
mod error;
mod expression;
mod facts;
mod gate;
mod lock;
mod lower;
mod normal;
mod open;
mod passfile;
mod range;
mod reflect;
mod server;
mod spelling;
mod split;
mod survey;
mod tls;
mod type_words;
mod url;
mod value;

pub use connection::PostgresConnection;
pub use dialect::{POSTGRES, Postgres};
