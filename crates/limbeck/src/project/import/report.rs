//! What an import says of each revision.

use std::path::PathBuf;

use limbeck_core::graph::Direction;
use limbeck_core::revision::RevisionId;

/// What was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The revisions, parents before children.
    pub revisions: Vec<ImportedRevision>,
    /// The directories that hold the files, in the order in which a history is to read them.
    pub directories: Vec<PathBuf>,
    /// The configuration that was written; `None` where one was there already.
    pub config: Option<PathBuf>,
}

/// How a revision was imported.
#[derive(Debug, Clone)]
pub struct ImportedRevision {
    /// Its id.
    pub revision: RevisionId,
    /// Its script.
    pub script: PathBuf,
    /// Its file.
    pub path: PathBuf,
    /// What the file rests on beyond the script itself, a sentence each; empty when it says exactly what the script does.
    pub assumed: Vec<String>,
    /// What of it was recorded by playing it: the direction, and the dialect.
    pub recorded: Vec<(Direction, &'static str)>,
    /// What it asks a database when it is played.
    pub reads: Vec<Read>,
    /// What is left to be written by hand; empty when the file says all.
    pub left: Vec<Left>,
}

/// Something that a script asks a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Which direction it concerns.
    pub direction: Direction,
    /// The dialects on which it is asked.
    pub dialects: Vec<&'static str>,
    /// The query, as it begins.
    pub sql: String,
    /// Whether it asks for the schema, rather than for rows.
    pub catalog: bool,
    /// The line of the script, counted from 1.
    pub line: Option<usize>,
}

/// What of a script could not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which direction it concerns.
    pub direction: Direction,
    /// The dialects on which it is not told; empty is all.
    pub dialects: Vec<String>,
    /// Why.
    pub reason: String,
    /// Where in the script.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: Option<usize>,
}
