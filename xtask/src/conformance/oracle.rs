//! The Python process that answers for Alembic.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use limbeck_core::graph::Heads;
use serde::Deserialize;
use serde_json::json;

use super::case::{self, Revision};
use crate::Failure as Trouble;

/// Alembic, ready to be asked.
pub(super) struct Oracle {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What Alembic did for a command.
#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) error: Option<Failure>,
    /// The steps that went well.
    #[serde(default)]
    pub(super) steps: Vec<Step>,
    /// The revision whose step failed.
    #[serde(default)]
    pub(super) at: Option<String>,
    /// What `history` shows.
    #[serde(default)]
    pub(super) shown: Vec<String>,
    /// What is known of the history; only when one was set.
    pub(super) facts: Option<Facts>,
}

/// What can be asked of a history without a database.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) heads: Vec<String>,
    pub(super) real_heads: Vec<String>,
    pub(super) bases: Vec<String>,
    /// The branch labels that apply to each revision.
    pub(super) labels: BTreeMap<String, Vec<String>>,
}

/// One step, with the rows after it, sorted.
#[derive(Deserialize, PartialEq, Eq)]
pub(super) struct Step {
    /// `None` in a stamp.
    pub(super) revision: Option<String>,
    pub(super) up: bool,
    pub(super) rows: Vec<String>,
}

/// An exception.
#[derive(Deserialize)]
pub(super) struct Failure {
    /// `build`, `resolve` or `rows`.
    pub(super) stage: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) message: String,
}

impl Oracle {
    /// Starts the process.
    pub(super) fn start(python: &Path) -> Result<Self, Trouble> {
        let mut child = Command::new(python)
            .args(["-c", include_str!("oracle.py")])
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ask = child.stdin.take().ok_or("the oracle has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("the oracle has no output")?);
        Ok(Self { child, ask, answers })
    }

    /// Sets the history; the answer holds facts, or why Alembic refuses it.
    pub(super) fn history(&mut self, revisions: &[Revision]) -> Result<Answer, Trouble> {
        self.asked(&json!({ "revisions": revisions }))
    }

    /// Runs a command on a database with these rows.
    pub(super) fn run(&mut self, command: &case::Command, rows: &Heads) -> Result<Answer, Trouble> {
        let rows: Vec<&str> = rows.iter().map(|id| id.as_str()).collect();
        self.asked(&json!({ "command": command, "rows": rows }))
    }

    fn asked(&mut self, question: &serde_json::Value) -> Result<Answer, Trouble> {
        writeln!(self.ask, "{question}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err("the oracle has ended; its last words are above".into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Oracle {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
