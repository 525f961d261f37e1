//! The database that is changed: made once, copied for each run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;

use super::work_file;
use crate::Failure;
use crate::bench::Bench;
use crate::run;

/// The revision that makes the tables.
pub(super) const BASE: &str = "aaaaaaaaaaaa";

const CONFIGURATION: &str =
    "[migrations]\nlocations = [\"migrations\"]\n[database.default]\nurl = \"sqlite:work.db\"\n";

const TABLES: &str = r#"revision = "aaaaaaaaaaaa"
message = "the tables"

[[upgrade]]
create_table = "org"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "name", type = "text" }]

[[upgrade]]
create_table = "item"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "org_id", type = "integer" },
    { name = "buyer_id", type = "integer" },
    { name = "name", type = "string(20)" },
    { name = "email", type = "string(320)" },
    { name = "state", type = "string(8)", nullable = false, default = "open" },
    { name = "quantity", type = "integer", nullable = false },
    { name = "amount", type = "decimal(10, 2)" },
    { name = "created_at", type = "datetime" },
    { name = "legacy", type = "text" },
]
foreign_keys = [{ name = "fk_item_org", columns = ["org_id"], references = "org", referred_columns = ["id"] }]
checks = [{ name = "ck_item_quantity", sql = "quantity >= 0" }]
indexes = [
    { name = "ix_item_org", columns = ["org_id"] },
    { name = "ix_item_email", columns = ["email"] },
    { name = "ix_item_made", columns = ["created_at", "state"] },
]
"#;

/// Fills the tables; every value follows from the number of its row.
fn rows(count: u64) -> String {
    format!(
        "INSERT INTO org WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
         SELECT i, 'Organisation ' || i FROM n;
         INSERT INTO item WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         SELECT i, i * 7919 % 1000 + 1, i * 104729 % 1000 + 1, 'Item ' || i,
             'c' || (i * 2654435761 % 4294967296) || '@example.org',
             CASE i % 3 WHEN 0 THEN 'open' WHEN 1 THEN 'paid' ELSE 'sent' END, i * 31 % 97, i * 37 % 100000 / 4.0,
             datetime(1600000000 + i * 7919 % 100000000, 'unixepoch'), 'old ' || i FROM n;"
    )
}

/// A database with its migrations, at the revision that makes the tables.
pub(super) struct Database {
    /// Where it is, and where runs work.
    pub(super) directory: PathBuf,
    /// How many rows the table has.
    pub(super) rows: u64,
    /// The file that is copied.
    pub(super) file: PathBuf,
}

impl Database {
    /// Makes the database, if it is not there from an earlier run.
    pub(super) fn make(bench: &Bench, base: &Path, count: u64) -> Result<Self, Failure> {
        let directory = base.join(count.to_string());
        let file = directory.join("base.db");
        let database = Self { directory, rows: count, file };
        // What it was made of is written down last, so that one that is half made is made again.
        let (recipe, made_of) = (format!("{TABLES}{}", rows(count)), database.directory.join("made_of.txt"));
        if fs::read_to_string(&made_of).is_ok_and(|there| there == recipe) {
            return Ok(database);
        }
        if database.directory.exists() {
            fs::remove_dir_all(&database.directory)?;
        }
        fs::create_dir_all(database.migrations())?;
        fs::write(database.migrations().join("base.toml"), TABLES)?;
        fs::write(database.directory.join("limbeck.toml"), CONFIGURATION)?;
        let work = work_file(&database);
        run::check_quiet(database.limbeck(bench).args(["upgrade", "heads"]))?;
        Connection::open(&work)?.execute_batch(&rows(count))?;
        fs::rename(work, &database.file)?;
        fs::write(made_of, recipe)?;
        Ok(database)
    }

    /// Returns the size of the file in MB.
    pub(super) fn megabytes(&self) -> Result<f64, Failure> {
        Ok(fs::metadata(&self.file)?.len() as f64 / 1e6)
    }

    /// Returns the directory that the migrations are in.
    pub(super) fn migrations(&self) -> PathBuf {
        self.directory.join("migrations")
    }

    /// Puts a fresh copy in place for a run, wholly written, and returns its path.
    pub(super) fn fresh(&self) -> Result<PathBuf, Failure> {
        let work = work_file(self);
        run::check(Command::new("cp").arg("--reflink=auto").arg(&self.file).arg(&work))?;
        // What the copy leaves to be written would fall on the run.
        fs::File::open(&work)?.sync_all()?;
        Ok(work)
    }

    /// Starts to describe a call of Limbeck on the copy.
    pub(super) fn limbeck(&self, bench: &Bench) -> Command {
        let mut command = Command::new(&bench.limbeck);
        command.current_dir(&self.directory).arg("-c").arg(self.directory.join("limbeck.toml"));
        command
    }
}
