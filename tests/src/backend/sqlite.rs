//! SQLite, in memory.

use std::fmt::Write;

use super::Backend;
use crate::Scratch;

/// SQLite, in memory.
pub static SQLITE: Backend = Backend {
    dialect: &limbeck_sqlite::SQLITE,
    name: "sqlite",
    open: || Some(Scratch::open("sqlite::memory:")),
    empty: |scratch| *scratch = Scratch::open("sqlite::memory:"),
    rows,
    others,
    check,
};

/// Rows come with their rowids.
fn rows(scratch: &mut Scratch) -> String {
    let tables = scratch.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let mut text = String::new();
    for table in tables {
        let name = table.replace('"', "\"\"");
        let literal = table.replace('\'', "''");
        let columns = scratch.rows(&format!(
            "SELECT group_concat('quote(\"' || replace(name, '\"', '\"\"') || '\")', ' || '' '' || ')
             FROM pragma_table_xinfo('{literal}') WHERE hidden <> 1"
        ));
        let without = scratch.rows(&format!("SELECT wr FROM pragma_table_list WHERE name = '{literal}'"));
        // Which row it is in SQLite's own table says nothing.
        let has_rowid = without == ["0"] && table != "sqlite_sequence";
        let rowid = if has_rowid { "rowid" } else { "0" };
        let found = scratch.rows(&format!("SELECT {rowid}, {} FROM \"{name}\" ORDER BY 1, 2", columns[0]));
        writeln!(text, "{table}").expect("writing to a String does not fail");
        for row in found {
            writeln!(text, "  {row}").expect("writing to a String does not fail");
        }
    }
    text
}

fn others(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY 1, 2")
}

fn check(scratch: &mut Scratch) {
    assert_eq!(scratch.rows("SELECT * FROM pragma_integrity_check"), ["ok"]);
    assert_eq!(scratch.rows("SELECT * FROM pragma_foreign_key_check"), [""; 0]);
    assert_eq!(scratch.rows("PRAGMA foreign_keys"), ["1"]);
    assert_eq!(scratch.rows("PRAGMA legacy_alter_table"), ["0"]);
}
