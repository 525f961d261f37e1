//! The Python process that draws pairs of schemas, makes them, and says what Alembic finds.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::json;

use crate::difference::Difference;

const SCRIPT: &str = concat!(include_str!("models.py"), include_str!("oracle.py"));

/// Alembic, ready to be asked.
pub(crate) struct Oracle {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// A pair of schemas, each in its database, and what Alembic says of it.
#[derive(Deserialize)]
pub(crate) struct Pair {
    /// What the changes from one to the other are about: their class and the table.
    pub(crate) changes: BTreeSet<(String, String)>,
    /// What is found between the first database and the second model.
    pub(crate) found: BTreeSet<Difference>,
    /// What is found between the second model and the database that was just made from it.
    pub(crate) always: BTreeSet<Difference>,
    /// The statements that make the first schema.
    pub(crate) before: String,
    /// The statements that make the second schema.
    pub(crate) after: String,
}

impl Oracle {
    /// Starts the process with the URLs of both databases, as SQLAlchemy has them.
    pub(crate) fn start(python: &Path, urls: &[String; 2]) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .args(urls)
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ask = child.stdin.take().ok_or("the oracle has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("the oracle has no output")?);
        Ok(Self { child, ask, answers })
    }

    /// Makes the pair of a seed.
    pub(crate) fn pair(&mut self, seed: &str) -> Result<Pair, Box<dyn Error>> {
        writeln!(self.ask, "{}", json!({ "seed": seed }))?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err(format!("the oracle has ended at {seed}; its last words are above").into());
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
