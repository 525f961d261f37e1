//! The Python process that says what real Alembic emits.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Alembic, ready to be asked.
pub(crate) struct Oracle {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What Alembic says.
pub(crate) enum Answer {
    /// These statements.
    Sql(Vec<String>),
    /// It has no SQL for that without a database, for this reason.
    Refused(String),
}

impl Oracle {
    /// Starts a process for one dialect and one package.
    pub(crate) fn start(python: &Path, dialect: &str, root: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(python)
            .args(["-W", "ignore", "-c", include_str!("oracle.py"), dialect])
            .arg(root)
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let ask = child.stdin.take().ok_or("the oracle has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("the oracle has no output")?);
        Ok(Self { child, ask, answers })
    }

    /// Asks about one function of a script.
    pub(crate) fn ask(&mut self, path: &Path, function: &str) -> Result<Answer, Box<dyn Error>> {
        writeln!(self.ask, "{}", json!({ "path": path, "function": function }))?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err(format!("the oracle has ended at {}", path.display()).into());
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer["sql"].as_array() {
            Some(sql) => {
                Ok(Answer::Sql(sql.iter().filter_map(|sql| sql.as_str().map(str::to_owned)).collect()))
            }
            None => Ok(Answer::Refused(answer["error"].as_str().unwrap_or_default().to_owned())),
        }
    }
}

impl Drop for Oracle {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
