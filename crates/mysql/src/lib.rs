//! MySQL and MariaDB for Limbeck, as flavours of one dialect: turns operations into their SQL, runs it, and reads
//! schemas back from `information_schema`.
//!
//! # What they have not
//!
//! Where the loss would change what the database does, an operation is refused before anything runs: exclusion
//! constraints, arrays, materialized views, `NOT VALID`, `NULLS NOT DISTINCT`, deferrable constraints, indexes of some
//! rows, a `VARCHAR` without a length; on MySQL also sequences, on MariaDB indexes of expressions. `CONCURRENTLY` and
//! `INCLUDE` only speed up, and are passed over. A named enum makes nothing: its columns are inline `ENUM`s, as
//! SQLAlchemy has them, and `alter_enum` changes all of them. A schema is a database.
//!
//! # Transactions
//!
//! Every statement that changes the schema commits by itself
//! (dev.mysql.com/doc/refman/8.4/en/implicit-commit.html), so it is lowered to stand outside the transaction, with the
//! part of the operation that it makes beside it. That is what a run that was broken off is resumed by.

mod connection;
mod dialect;
mod error;
mod facts;
mod gate;
mod guard;
mod lock;
mod lower;
mod normal;
mod open;
mod range;
mod reflect;
mod server;
mod spelling;
mod survey;
mod text;
mod tls;
mod type_words;
mod url;

pub use connection::MysqlConnection;
pub use dialect::{MYSQL, Mysql};
