//! The model that is read from a text says what SQLite itself says of the table.

use rusqlite::Connection;

use super::texts::{ODD, databases};
use crate::ddl::oracle::agrees;

#[test]
fn the_fixtures_are_read_as_sqlite_reads_them() {
    for (_, connection) in databases() {
        agrees(&connection);
    }
}

#[test]
fn odd_texts_are_read_as_sqlite_reads_them() {
    for sql in ODD.iter().filter(|sql| sql.starts_with("CREATE TABLE")) {
        let connection = Connection::open_in_memory().unwrap();
        if connection.execute_batch(sql).is_ok() {
            agrees(&connection);
        }
    }
}
