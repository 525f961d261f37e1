//! A shop whose orders are rebuilt: many rows, and triggers, views, indexes and foreign keys in and out around them.

use std::fs;

use limbeck::prelude::*;

use crate::project::Project;

const SHOP: &str = include_str!("shop.sql");

/// Changes the type of a column, drops one, adds one in front of others and a foreign key, so that all rows are moved.
const REBUILD: &str = r#"revision = "r1"
down_revision = "r0"
[[upgrade]]
alter_table = "orders"
actions = [
    { alter_column = "total", type = "text" },
    { add_column = "channel", type = "string(10)", nullable = false, default = "web", before = "state" },
    { drop_column = "legacy" },
    { add_foreign_key = ["channel"], references = "channel", referred_columns = ["name"], name = "fk_channel" },
]
recreate = "always"
"#;

/// What a database holds: texts, counts and sums, and what checks find.
pub(crate) type State = Vec<Vec<Vec<Literal>>>;

/// Makes the shop, and the migration that rebuilds its orders.
pub(crate) fn project() -> Project {
    let project = Project::new([("r0.sql", SHOP), ("r1.toml", REBUILD)]);
    project.upgrade("r0").unwrap_or_else(|faults| panic!("{faults}"));
    project
}

/// Returns the file, to be put back later.
pub(crate) fn snapshot(project: &Project) -> Vec<u8> {
    fs::read(project.database()).unwrap()
}

/// Puts a file back as it was.
pub(crate) fn put_back(project: &Project, file: &[u8]) {
    let journal = project.path().join("test.db-journal");
    if journal.exists() {
        fs::remove_file(journal).unwrap();
    }
    fs::write(project.database(), file).unwrap();
}

/// Looks at all that the rebuild may touch, the log of runs aside.
pub(crate) fn state(project: &Project) -> State {
    let mut connection = project.connect();
    [
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name",
        "SELECT version_num FROM limbeck_version",
        "SELECT count(*), sum(rowid), sum(id), sum(customer_id), sum(total), min(typeof(total)), sum(state = 'open') FROM orders",
        "SELECT * FROM orders WHERE id % 997 = 0",
        "SELECT count(*), sum(order_id), sum(line) FROM item",
        "SELECT * FROM most_owed",
        "SELECT count(*) FROM journal",
        "SELECT name, seq FROM sqlite_sequence ORDER BY name",
        "PRAGMA integrity_check",
        "PRAGMA foreign_key_check",
    ]
    .map(|sql| connection.query(sql).unwrap())
    .to_vec()
}
