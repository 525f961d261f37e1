//! What is nested deep is read as far as SQLite reads it, and no text ends the program.

use crate::ddl::oracle::differs;

/// Definitions with a part in the middle that nests: what stands before it, what opens and closes a level, the inmost
/// part, and what stands behind.
const NESTS: [[&str; 5]; 12] = [
    ["CREATE TABLE n (a CHECK (", "(", "a", ")", "))"],
    ["CREATE TABLE n (a CHECK (", "NOT ", "a", "", "))"],
    ["CREATE TABLE n (a DEFAULT (", "-(", "1", ")", "))"],
    ["CREATE TABLE n (a, UNIQUE (", "(", "a", ")", "))"],
    ["CREATE TABLE n (a, UNIQUE (", "(", "a", " COLLATE nocase)", "))"],
    ["CREATE INDEX n ON t1 (", "(", "a", ")", ")"],
    ["CREATE INDEX n ON t1 (a) WHERE ", "CASE WHEN ", "a", " THEN 1 END", ""],
    ["CREATE VIEW n AS SELECT ", "(SELECT ", "1", ")", ""],
    ["CREATE VIEW n AS SELECT 1 FROM ", "(SELECT 1 FROM ", "t1", ")", ""],
    ["CREATE VIEW n AS SELECT 1 FROM ", "(", "t1", ")", ""],
    ["CREATE TRIGGER n DELETE ON t1 WHEN ", "f(", "1", ")", " BEGIN SELECT 1; END"],
    ["CREATE VIRTUAL TABLE n USING fts5 (a ", "(", "b", ")", ")"],
];

#[test]
fn what_is_nested_deep_is_read_as_far_as_sqlite_reads_it() {
    for [before, open, inmost, close, behind] in NESTS {
        for levels in [30, 70, 400, 2_300, 3_000, 30_000] {
            let sql = format!("{before}{}{inmost}{}{behind}", open.repeat(levels), close.repeat(levels));
            assert_eq!(differs(&sql), None, "{levels} times `{open}`");
        }
    }
}
