//! Says which columns `ALTER TABLE … ADD COLUMN` may have put into a table.
//!
//! Rows that are older than such a column do not hold it; they give its default when they are read
//! (sqlite.org/lang_altertable.html#alter_table_add_column), so its default means more than that of other columns.

use super::tree::{ColumnDef, ColumnRuleKind, CreateTable};

/// Says whether a column may have been added to a table that was there, by all that its text tells.
///
/// SQLite writes such a column behind the last one, with a comma and one space before it (alter.c of SQLite 3.53,
/// `sqlite3AlterFinishAddColumn`), and takes none with PRIMARY KEY or UNIQUE. So a column that has something else
/// before it, or such a rule, came with the table, and with it all columns before it. A name that is no column: no.
pub(crate) fn may_have_been_added(tree: &CreateTable, sql: &str, column: &str) -> bool {
    let Some(position) = tree.column_position(column) else {
        return false;
    };
    let looks_added = |(item, column): (usize, &ColumnDef)| {
        let gap = tree.items[item].comma.map(|comma| &sql[comma.end..column.span.start]);
        gap == Some(" ") && !column.rules.iter().any(|rule| is_refused(&rule.kind))
    };
    tree.columns().enumerate().skip(position).all(looks_added)
}

fn is_refused(kind: &ColumnRuleKind) -> bool {
    matches!(kind, ColumnRuleKind::PrimaryKey { .. } | ColumnRuleKind::Unique { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::parse_table;

    fn added(sql: &str, column: &str) -> bool {
        may_have_been_added(&parse_table(sql).unwrap(), sql, column)
    }

    #[test]
    fn what_sqlite_adds_is_taken_as_added() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let made = "CREATE TABLE t (\n a, -- first\n b, c TEXT\n  /* end */ , CHECK (b > 0)\n)";
        connection.execute_batch(made).unwrap();
        connection.execute_batch("ALTER TABLE t ADD d TEXT DEFAULT 5 /* why */;").unwrap();
        connection.execute_batch("ALTER TABLE t ADD COLUMN\n \"e\" CHECK (e > 0)").unwrap();
        let sql: String =
            connection.query_row("SELECT sql FROM sqlite_schema", [], |row| row.get(0)).unwrap();
        assert!(added(&sql, "D") && added(&sql, "e"), "{sql}");
        assert!(!added(&sql, "b") && !added(&sql, "a") && !added(&sql, "z"), "{sql}");
        // Nothing tells this one from an added one.
        assert!(added(&sql, "c"));
    }

    #[test]
    fn what_stands_before_a_column_that_was_not_added_was_not_added() {
        assert!(added("CREATE TABLE t (a, b, c)", "b"));
        assert!(!added("CREATE TABLE t (a, b, c UNIQUE)", "b"));
        assert!(!added("CREATE TABLE t (a, b,c)", "b"));
    }
}
