//! Random tables as SQL, with comments, rules, indexes, a trigger and rows that keep to the rules.

use limbeck_core::name::{Ident, TableName};
use limbeck_tests::fidelity::FidelityFixture;
use proptest::prelude::*;
use proptest::sample::select;

const TYPES: [&str; 8] =
    ["", "INTEGER", "TEXT", "REAL", "NUMERIC(5)", "VARCHAR(9)", "BLOB", "double /* odd */ precision"];
const RULES: [&str; 12] = [
    "",
    "NOT NULL",
    "NOT NULL DEFAULT 'd'",
    "DEFAULT (1 + 2)",
    "UNIQUE",
    "CONSTRAINT \"u q\" UNIQUE ON CONFLICT IGNORE",
    "COLLATE NOCASE",
    "/* why */ CHECK (# <> 'bad')",
    "CONSTRAINT short CHECK (length(#) < 30) DEFAULT NULL",
    "REFERENCES parent (id) ON DELETE SET NULL",
    "REFERENCES parent DEFERRABLE INITIALLY DEFERRED",
    "NOT NULL ON CONFLICT REPLACE DEFAULT 7 -- behind\n",
];
const KEYS: [&str; 5] = [
    "",
    "id INTEGER PRIMARY KEY",
    "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "id INT PRIMARY KEY",
    "id TEXT NOT NULL PRIMARY KEY",
];
const LATER: [&str; 4] = [
    "",
    "UNIQUE (c0, c1)",
    "CHECK (c0 IS NOT c1 OR c0 IS NULL)",
    "CONSTRAINT fk FOREIGN KEY (c1) REFERENCES parent (id) ON UPDATE CASCADE",
];
const INDEXES: [&str; 5] = [
    "",
    "CREATE INDEX ix ON t (c0, c1 DESC)",
    "CREATE UNIQUE INDEX ix ON t (c0) WHERE c1 = 3",
    "CREATE INDEX ix ON t (lower(c1)) -- end",
    "CREATE INDEX ix ON t (c1 COLLATE RTRIM)",
];
const TRIGGERS: [&str; 3] = [
    "",
    "CREATE TRIGGER tr AFTER UPDATE OF c0 ON t BEGIN INSERT INTO diary VALUES (old.c0); END",
    "CREATE TRIGGER tr AFTER DELETE ON t BEGIN INSERT INTO diary SELECT count(*) FROM t; END",
];
const ADDED: [&str; 3] = [
    "",
    "ALTER TABLE t ADD COLUMN late TEXT DEFAULT 5",
    "ALTER TABLE t ADD COLUMN late NOT NULL DEFAULT -1.5",
];
const VALUES: [&str; 9] = ["NULL", "1", "2", "'1'", "'x'", "1.5", "x'00ff'", "''", "9223372036854775807"];

/// Draws a database with a table `t`.
pub(crate) fn fixtures() -> impl Strategy<Value = FidelityFixture> {
    let columns = prop::collection::vec((select(&TYPES[..]), select(&RULES[..])), 2..5);
    let rows = prop::collection::vec(prop::collection::vec(select(&VALUES[..]), 4), 0..6);
    let around = (select(&INDEXES[..]), select(&TRIGGERS[..]), select(&ADDED[..]));
    (select(&KEYS[..]), columns, select(&LATER[..]), around, rows).prop_map(
        |(key, columns, later, around, rows)| {
            let (index, trigger, added) = around;
            let defined = columns
                .iter()
                .enumerate()
                .map(|(i, (ty, rule))| format!("c{i} {ty} {}", rule.replace('#', &format!("c{i}"))));
            let body: Vec<String> =
                std::iter::once(key.to_owned()).chain(defined).chain([later.to_owned()]).collect();
            let body: Vec<&str> =
                body.iter().map(|part| part.trim_end_matches(' ')).filter(|part| !part.is_empty()).collect();
            let names: Vec<String> = (0..columns.len()).map(|i| format!("c{i}")).collect();
            let mut sql = format!(
                "PRAGMA foreign_keys = OFF;
             CREATE TABLE parent (id INTEGER PRIMARY KEY, name);
             INSERT INTO parent VALUES (1, 'one'), (2, 'two');
             CREATE TABLE diary (said);
             CREATE TABLE t ({});\n",
                body.join(", ")
            );
            for (i, row) in rows.iter().enumerate() {
                let values = row[..columns.len()].join(", ");
                let (id, value) =
                    if key.is_empty() { ("", String::new()) } else { ("id, ", format!("{}, ", i * 3)) };
                sql.push_str(&format!(
                    "INSERT OR IGNORE INTO t ({id}{}) VALUES ({value}{values});\n",
                    names.join(", ")
                ));
            }
            for statement in [added, index, trigger] {
                sql.push_str(statement);
                sql.push_str("\n;\n");
            }
            let table = TableName::unqualified(Ident::new("t").unwrap());
            FidelityFixture { name: "random".to_owned(), table, probes: Vec::new(), sql }
        },
    )
}
