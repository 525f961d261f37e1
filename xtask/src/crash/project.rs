//! The revisions of an upgrade that is killed: several statements each that change the schema, rows between them, raw SQL,
//! and on PostgreSQL indexes that are made while writers go on.

use std::fmt::Write;
use std::fs;

use tempfile::TempDir;

use crate::Failure;

/// Writes a project. Rows have ids of their own, because what is rolled back uses up numbers.
pub(super) fn write(revisions: usize) -> Result<TempDir, Failure> {
    let folder = TempDir::with_prefix("limbeck-crash-")?;
    fs::write(folder.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")?;
    let migrations = folder.path().join("migrations");
    fs::create_dir(&migrations)?;
    for n in 0..revisions {
        fs::write(migrations.join(format!("{}.toml", id(n))), revision(n))?;
    }
    Ok(folder)
}

/// Returns the id of a revision.
pub(super) fn id(n: usize) -> String {
    format!("r{n:04}")
}

fn revision(n: usize) -> String {
    let parent = n.checked_sub(1).map(|n| format!("down_revision = \"{}\"\n", id(n))).unwrap_or_default();
    let mut text = format!(
        r#"revision = "{}"
{parent}
[[upgrade]]
create_table = "t{n}"
columns = [
    {{ name = "id", type = "integer", primary_key = true }},
    {{ name = "a", type = "string(50)", default = "x" }},
    {{ name = "b", type = "integer" }},
]
checks = [{{ name = "ck_t{n}", sql = "b > 0" }}]
indexes = [{{ name = "ix_t{n}_a", columns = ["a"] }}, {{ name = "ix_t{n}_b", columns = ["b"] }}]

[[upgrade]]
insert = "t{n}"
rows = [{{ id = 1, a = "one", b = 1 }}, {{ id = 2, a = "it's", b = 5 }}]

[[upgrade]]
alter_table = "t{n}"
actions = [{{ add_column = "c", type = "integer", default = 3 }}, {{ rename_column = "a", to = "aa" }}]

[[upgrade]]
execute = "CREATE TABLE raw{n} (a INTEGER); INSERT INTO raw{n} VALUES (1), (2); CREATE INDEX rawix{n} ON raw{n} (a); UPDATE t{n} SET b = b + 1; ALTER TABLE raw{n} ADD COLUMN d INTEGER; UPDATE raw{n} SET d = a + 1"
state = [{{ create_table = "raw{n}", columns = [{{ name = "a", type = "integer" }}, {{ name = "d", type = "integer" }}], indexes = [{{ name = "rawix{n}", columns = ["a"] }}] }}]
"#,
        id(n)
    );
    if n % 8 == 3 {
        let more = format!(
            r#"
[[upgrade]]
create_index = "ix_t{n}_cc"
table = "t{n}"
columns = ["c"]
concurrently = true
dialects = ["postgres"]

[[upgrade]]
execute = "CREATE INDEX CONCURRENTLY rawcc{n} ON raw{n} (d); UPDATE raw{n} SET d = d + 1; DROP INDEX CONCURRENTLY rawix{n}"
transaction = "outside"
dialects = ["postgres"]
"#
        );
        text.push_str(&more);
    }
    write!(
        text,
        r#"
[[upgrade]]
create_index = "ix_t{n}_d"
table = "t{n}"
columns = ["aa", "b"]
unique = true

[[upgrade]]
rename_table = "t{n}"
to = "u{n}"
"#
    )
    .expect("writing to a String does not fail");
    text
}
