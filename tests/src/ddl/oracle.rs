//! The Python process that answers for Alembic.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::server::Server;

/// Alembic, ready to be asked.
pub struct Oracle {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts the process.
    ///
    /// # Errors
    /// When the program, a Python that has Alembic, cannot be started.
    pub fn start(python: &Path) -> Result<Self, Box<dyn Error>> {
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

    /// Returns the statements that Alembic makes of a source in offline mode, or why it makes none.
    pub(super) fn sql(
        &mut self,
        source: &str,
        server: Server,
    ) -> Result<Result<Vec<String>, String>, Box<dyn Error>> {
        writeln!(self.ask, "{}", json!({ "dialect": server.alchemy(), "source": source }))?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err("the oracle has ended; its last words are above".into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        Ok(match answer["sql"].as_array() {
            Some(sql) => Ok(sql.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            None => Err(answer["error"].as_str().unwrap_or_default().to_owned()),
        })
    }
}

impl Drop for Oracle {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
