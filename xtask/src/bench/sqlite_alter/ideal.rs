//! The least that a move-and-copy can take: the twelve steps that SQLite documents, by hand, in the same SQLite
//! (sqlite.org/lang_altertable.html#otheralter).

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

use super::data::Database;
use crate::Failure;
use crate::bench::measure::{Measured, measure};

/// With the journal of a run of Limbeck, which is as safe as deleting it.
const STEPS: &str = "
PRAGMA foreign_keys = OFF;
PRAGMA journal_mode = PERSIST;
BEGIN IMMEDIATE;
CREATE TABLE item_new (
    id INTEGER NOT NULL, org_id INTEGER, buyer_id INTEGER, name TEXT, email VARCHAR(320),
    state VARCHAR(8) DEFAULT 'open' NOT NULL, quantity INTEGER NOT NULL, amount NUMERIC(10, 2), created_at DATETIME,
    legacy TEXT, PRIMARY KEY (id), CONSTRAINT fk_item_org FOREIGN KEY(org_id) REFERENCES org (id),
    CONSTRAINT ck_item_quantity CHECK (quantity >= 0)
);
INSERT INTO item_new SELECT id, org_id, buyer_id, name, email, state, quantity, amount, created_at, legacy FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE INDEX ix_item_org ON item (org_id);
CREATE INDEX ix_item_email ON item (email);
CREATE INDEX ix_item_made ON item (created_at, state);
PRAGMA foreign_key_check(item);
COMMIT;
PRAGMA journal_mode = DELETE;
PRAGMA foreign_keys = ON;
";

/// Runs the steps in a process of its own.
pub(super) fn run(database: &Database) -> Result<Measured, Failure> {
    let work = database.fresh()?;
    measure(Command::new(std::env::current_exe()?).arg("ideal").arg(work))
}

/// Runs the steps here.
pub(crate) fn ideal(database: &Path) -> Result<(), Failure> {
    let connection = Connection::open(database)?;
    connection.execute_batch(STEPS)?;
    Ok(())
}
