//! The entrance of fuzz targets to the reader of DDL, which is no public API.

/// Returns in words how the reader of DDL and SQLite differ over a text; `None` where they agree.
///
/// # Panics
/// What was read is not what the text or SQLite says, which is a fault to be found as well.
pub fn differs(sql: &str) -> Option<String> {
    crate::ddl::oracle::differs(sql)
}
