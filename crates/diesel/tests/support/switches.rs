//! What scripts for SQLite may switch for a session.

use diesel::SqliteConnection;

use crate::support::texts;

/// Returns what a script for SQLite may switch, and what it may leave behind.
pub(crate) fn switches(connection: &mut SqliteConnection) -> Vec<String> {
    texts(
        connection,
        "SELECT foreign_keys || '' AS text FROM pragma_foreign_keys \
         UNION ALL SELECT legacy_alter_table || '' FROM pragma_legacy_alter_table \
         UNION ALL SELECT ignore_check_constraints || '' FROM pragma_ignore_check_constraints \
         UNION ALL SELECT writable_schema || '' FROM pragma_writable_schema \
         UNION ALL SELECT name FROM sqlite_temp_schema",
    )
}
