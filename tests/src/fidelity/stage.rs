//! A fixture as a file, of which each change gets a copy, and what is known of it beforehand.

use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::schema::{Schema, Table};
use rusqlite::Connection;

use super::{
    Allowed, FidelityFixture, Look, Loss, Measure, Probe, Reaction, judge, judge_reactions, probes, react,
};
use crate::Scratch;

/// Whether foreign keys are enforced, and how much the history knows of a database that another tool made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// They are enforced.
    Enforced,
    /// They are not.
    NotEnforced,
    /// As `NotEnforced`, and the history knows nothing but the table.
    OnlyTheTable,
}

/// How many bytes a file may have so that all probes are tried on it.
const BIG: u64 = 200_000;

/// A fixture as a file, of which each change gets a copy.
#[derive(Debug)]
pub struct Stage {
    folder: tempfile::TempDir,
    /// The table that is changed, as it was found.
    pub table: Table,
    /// The schema around it.
    pub schema: Schema,
    look: Look,
    probes: Vec<Probe>,
    reactions: Vec<Reaction>,
}

/// What was seen of a copy.
#[derive(Debug)]
pub struct Seen {
    look: Look,
    reactions: Vec<Reaction>,
}

/// How much is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What can be seen.
    Seen,
    /// That, and what statements do.
    Tried,
}

impl Stage {
    /// Runs the script of a fixture, and looks at what it made.
    ///
    /// # Panics
    /// When the script fails, or its database cannot be read.
    pub fn new(fixture: &FidelityFixture) -> Self {
        Self::made(fixture).unwrap_or_else(|error| panic!("{}: {error}", fixture.name))
    }

    fn made(fixture: &FidelityFixture) -> Result<Self, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("made.db");
        let connection = Connection::open(&path)?;
        connection.execute_batch("PRAGMA synchronous = OFF")?;
        connection.execute_batch(&fixture.sql)?;
        drop(connection);
        let own = open(&path)?;
        let look = Look::at(&own)?;
        let mut probes = probes(&own, fixture.table.name.as_str(), &fixture.probes)?;
        // All tables are read after each probe.
        if fs::metadata(&path)?.len() > BIG {
            let step = probes.len() / 10 + 1;
            probes = probes.into_iter().step_by(step).collect();
        }
        let statements: Vec<String> = probes.iter().map(Probe::sql).collect();
        let reactions = react(&own, &look, &statements)?;
        drop(own);
        let mut scratch = Scratch::open(&format!("sqlite:{}", path.display()));
        let schema = scratch.connection.reflect(None)?;
        let table = schema.table(&fixture.table)?.clone();
        Ok(Self { folder, table, schema, look, probes, reactions })
    }

    /// Copies the file, and opens it as the migrator does.
    ///
    /// # Panics
    /// When the copy cannot be made or opened.
    pub fn fresh(&self, setting: Setting) -> Scratch {
        let keys = if setting == Setting::Enforced { "on" } else { "off" };
        let mut scratch = Scratch::open(&format!("sqlite:{}?foreign_keys={keys}", self.copy().display()));
        scratch.connection.execute("PRAGMA synchronous = OFF").expect("the pragma exists");
        scratch.folded = self.schema.clone();
        if setting == Setting::OnlyTheTable {
            scratch.folded = Schema::new();
            scratch.folded.tables.insert(self.table.name.clone(), self.table.clone());
        }
        scratch
    }

    /// Copies the file over the copy that was there. Returns its path.
    ///
    /// # Panics
    /// When there is no room.
    pub fn copy(&self) -> PathBuf {
        let path = self.folder.path().join("copy.db");
        for left in ["-journal", "-wal", "-shm"] {
            let _ = fs::remove_file(self.folder.path().join(format!("copy.db{left}")));
        }
        fs::copy(self.folder.path().join("made.db"), &path).expect("there is room for a copy");
        path
    }

    /// Measures what a change has left of the copy. Returns what was lost.
    pub fn measure(&self, allowed: &Allowed, depth: Depth) -> Vec<Loss> {
        self.try_measure(allowed, depth)
            .unwrap_or_else(|error| vec![Loss::new(Measure::Integrity, error.to_string())])
    }

    fn try_measure(&self, allowed: &Allowed, depth: Depth) -> rusqlite::Result<Vec<Loss>> {
        let seen = self.see(allowed, depth)?;
        let mut losses = judge(&self.look, &seen.look, allowed);
        if depth == Depth::Tried {
            let own = self.table.name.name.as_str();
            losses.extend(judge_reactions(&self.probes, &self.reactions, &seen.reactions, own, allowed));
        }
        Ok(losses)
    }

    /// Looks at the copy as it is after a change.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn see(&self, allowed: &Allowed, depth: Depth) -> rusqlite::Result<Seen> {
        let connection = open(&self.folder.path().join("copy.db"))?;
        let look = Look::at(&connection)?;
        let reactions = match depth {
            Depth::Seen => Vec::new(),
            Depth::Tried => {
                let statements: Vec<String> = self.probes.iter().map(|probe| probe.after(allowed)).collect();
                react(&connection, &look, &statements)?
            }
        };
        Ok(Seen { look, reactions })
    }

    /// Compares two ways to make the same change. Returns where the second differs from the first.
    pub fn compare(&self, first: &Seen, second: &Seen) -> Vec<Loss> {
        let own = self.table.name.name.as_str();
        let nothing = Allowed { table: own.to_ascii_lowercase(), ..Allowed::default() };
        let mut losses = judge(&first.look, &second.look, &nothing);
        losses.extend(judge_reactions(&self.probes, &first.reactions, &second.reactions, own, &nothing));
        losses
    }
}

/// Opens a file as any program would.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON")?;
    // What is tried is rolled back; a database in WAL mode stays in it.
    let mode: String = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode == "delete" {
        connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
    }
    Ok(connection)
}
