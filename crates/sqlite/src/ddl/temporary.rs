//! Makes a temporary table of a definition, to try it out beside what is there.

use super::tree::CreateTable;

/// Returns the text with `TEMP` in it, and without the name of a database, which SQLite takes for no temporary table.
pub(crate) fn as_temporary(tree: &CreateTable, sql: &str) -> String {
    let (create, name) = (tree.create.end, &tree.name);
    let word = if tree.temporary.is_some() { "" } else { " TEMP" };
    let before = &sql[create..name.span.start];
    format!("{}{word}{before}{}", &sql[..create], &sql[name.name.span.start..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ddl::parse_table;

    #[test]
    fn a_temporary_table_is_made_of_any_text() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for (sql, wanted) in [
            ("create/**/table [a b](x)", "create TEMP/**/table [a b](x)"),
            ("CREATE TEMP TABLE b (x)", "CREATE TEMP TABLE b (x)"),
            ("CREATE TABLE \"main\" . c (x)", "CREATE TEMP TABLE c (x)"),
        ] {
            let made = as_temporary(&parse_table(sql).unwrap(), sql);
            assert_eq!(made, wanted);
            connection.execute_batch(&made).unwrap();
        }
        let count = "SELECT count(*) FROM sqlite_temp_schema";
        assert_eq!(connection.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap(), 3);
    }
}
