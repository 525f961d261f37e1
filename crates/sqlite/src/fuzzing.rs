//! The entrance of fuzz targets to the reader of DDL, which is no public API.

use crate::ddl;

/// Returns in words how the reader of DDL and SQLite differ over a text; `None` where they agree.
///
/// # Panics
/// What was read is not what the text or SQLite says, which is a fault to be found as well.
pub fn differs(sql: &str) -> Option<String> {
    ddl::oracle::differs(sql)
}

/// Makes a definition by SQLite's grammar, by choices that are a byte each.
pub fn definition(choices: &[u8]) -> String {
    ddl::generate::definition(choices)
}
