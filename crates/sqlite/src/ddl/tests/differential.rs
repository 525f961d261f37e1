//! The reader takes what SQLite takes.

use super::texts::{ODD, stored};
use crate::ddl::oracle::differs;

#[test]
fn the_reader_and_sqlite_do_not_differ_over_a_text() {
    let texts = stored().into_iter().map(|(_, sql)| sql).chain(ODD.map(str::to_owned));
    for sql in texts {
        assert_eq!(differs(&sql), None, "{sql}");
    }
}
