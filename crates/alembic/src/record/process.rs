//! The Python process that plays scripts, and what it answers.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::graph::Direction;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::revision::RevisionId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::eval::Convention;

/// The program that plays: one, in parts that each answer a question.
const PROGRAM: &str = concat!(
    include_str!("recorder/play.py"),
    include_str!("recorder/values.py"),
    include_str!("recorder/statements.py"),
    include_str!("recorder/calls.py"),
    include_str!("recorder/environment.py"),
);

/// A Python of the project's, ready to play its scripts.
#[derive(Debug, Clone)]
pub struct Recorder<'a> {
    /// The interpreter.
    pub python: &'a Path,
    /// `alembic.ini` or `pyproject.toml`.
    pub config: &'a Path,
    /// Its section.
    pub section: &'a str,
    /// How long it may say nothing: importing an application, or playing one function, takes no longer.
    pub patience: Duration,
}

/// An empty database to play on, as SQLAlchemy writes its URL.
#[derive(Clone)]
pub struct Scratch(pub String);

/// What was recorded on one dialect.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Limbeck's name of the dialect.
    pub(super) dialect: &'static str,
    /// `naming_convention` of the application's `MetaData`, by kind.
    pub(super) convention: BTreeMap<String, String>,
    /// Where `env.py` keeps the heads; `None` where it does not say so in words.
    version_table: Option<VersionTable>,
    pub(super) plays: BTreeMap<(RevisionId, Direction), Play>,
}

/// The table that `env.py` keeps the heads in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VersionTable {
    name: String,
    schema: Option<String>,
    /// Whether it has a primary key when it is made.
    pub key: bool,
}

impl VersionTable {
    /// Returns its name; `None` for one that no database takes.
    pub fn name(&self) -> Option<TableName> {
        let schema = self.schema.as_deref().map(Ident::new).transpose().ok()?;
        Some(TableName { schema, name: Ident::new(&self.name).ok()? })
    }
}

/// What one function did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Play {
    /// What it did, in order.
    pub(super) items: Vec<Item>,
    /// What it asked the database.
    pub(super) reads: Vec<Read>,
    /// Why it was not played to its end; `None` when it was.
    pub(super) error: Option<Ended>,
}

/// Something that a function did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Item {
    /// The line of the script.
    pub(super) line: Option<usize>,
    /// Whether it ran outside of a transaction.
    pub(super) outside: bool,
    /// The call, as Python; `None` for SQL alone.
    pub(super) python: Option<String>,
    /// The SQL that Alembic made of it; `None` when that is not known.
    pub(super) sql: Option<Vec<String>>,
    /// Why there is no more.
    pub(super) why: Option<String>,
}

/// Something that a function asked the database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Read {
    /// The line of the script.
    pub line: Option<usize>,
    /// The query, as it begins.
    pub text: String,
    /// Whether it asks for the schema, rather than for rows.
    pub catalog: bool,
}

/// Why a function was not played to its end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Ended {
    pub(super) why: String,
    pub(super) line: Option<usize>,
    /// Whether the script has no such function.
    #[serde(default)]
    pub(super) missing: bool,
}

impl Recorder<'_> {
    /// Plays all scripts for a dialect, by Limbeck's name; `scripts` come parents before children.
    ///
    /// With a database, they are run there: all up, then all down again. Without one, no database is opened, and a function
    /// that reads from one ends there.
    ///
    /// # Errors
    /// [`Code::Usage`] when the interpreter is not there or lacks Alembic, [`Code::Untold`] when `env.py` fails or the
    /// process ends or says nothing for too long, [`Code::CannotConnect`] for the database.
    pub fn record(
        &self,
        dialect: &'static str,
        scratch: Option<&Scratch>,
        scripts: &[(RevisionId, &Path)],
    ) -> Result<Recording, Diagnostic> {
        let mut recording =
            Recording { dialect, convention: BTreeMap::new(), version_table: None, plays: BTreeMap::new() };
        let scripts: Vec<Value> = scripts
            .iter()
            .map(|(id, path)| {
                let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
                json!({ "revision": id.as_str(), "path": path })
            })
            .collect();
        let asked = json!({
            "config": self.config.canonicalize().unwrap_or_else(|_| self.config.to_owned()),
            "section": self.section,
            "dialect": if dialect == "postgres" { "postgresql" } else { dialect },
            "url": scratch.map(|scratch| &scratch.0),
            "scripts": scripts,
        });
        let mut process = Process::start(self.python, &asked)?;
        let mut at = "the environment".to_owned();
        loop {
            let line = match process.lines.recv_timeout(self.patience) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => {
                    let seconds = self.patience.as_secs();
                    return Err(self.broken(format!("it has said nothing for {seconds} s, after {at}")));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let said = process.last_words();
                    return Err(self.broken(format!("it has ended after {at}{said}")));
                }
            };
            let answer: Value = serde_json::from_str(&line)
                .map_err(|error| self.broken(format!("it says `{line}`: {error}")))?;
            if answer["done"] == true {
                return Ok(recording);
            }
            if let Some(what) = answer["fatal"].as_str() {
                return Err(self.fatal(what, &answer));
            }
            let (Some(id), Some(function)) = (answer["revision"].as_str(), answer["function"].as_str())
            else {
                let convention = answer["naming_convention"].clone();
                recording.convention = serde_json::from_value(convention).unwrap_or_default();
                recording.version_table =
                    serde_json::from_value(answer["version_table"].clone()).unwrap_or_default();
                continue;
            };
            let direction = if function == "upgrade" { Direction::Up } else { Direction::Down };
            let id = RevisionId::new(id);
            at = format!("`{function}()` of {id}");
            let play = Play::deserialize(&answer)
                .map_err(|error| self.broken(format!("what it says of {at} is not understood: {error}")))?;
            recording.plays.insert((id, direction), play);
        }
    }

    fn broken(&self, why: String) -> Diagnostic {
        Diagnostic::new(Code::Untold, format!("`{}` did not play the scripts: {why}", self.python.display()))
    }

    fn fatal(&self, what: &str, answer: &Value) -> Diagnostic {
        let why = answer["why"].as_str().unwrap_or_default();
        let python = self.python.display();
        match what {
            "alembic" => Diagnostic::new(
                Code::Usage,
                format!("`{python}` has no Alembic to play the scripts with: {why}"),
            )
            .hint("name the Python of the project's own environment, as `.venv/bin/python`"),
            "scratch" => Diagnostic::new(
                Code::CannotConnect,
                format!("the database of `--scratch` cannot be played on: {why}"),
            )
            .hint("name an empty database, whose driver is installed beside Alembic"),
            _ => {
                let lines: Vec<&str> =
                    answer["traceback"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                Diagnostic::new(
                    Code::Untold,
                    format!("`env.py` of the project fails: {why}\n{}", lines.join("\n")),
                )
                .at(Place::file(self.config))
                .hint("it is run as for `alembic upgrade --sql`, which must work, from this directory")
            }
        }
    }
}

impl Recording {
    /// Returns Limbeck's name of the dialect.
    pub fn dialect(&self) -> &'static str {
        self.dialect
    }

    /// Returns how the application calls rules without a name; `None` where it says nothing.
    pub fn convention(&self) -> Option<Convention> {
        let said = self.convention.iter().map(|(kind, text)| (kind.clone(), Some(text.clone())));
        (!self.convention.is_empty()).then(|| Convention::parse(said))
    }

    /// Returns the table that `env.py` keeps the heads in, where it says so when it is run.
    pub fn version_table(&self) -> Option<&VersionTable> {
        self.version_table.as_ref()
    }

    /// Takes out what another recording on an equal database did otherwise: a time, or a random value.
    pub fn keep_what_is_the_same(&mut self, other: &Recording) {
        let meaning = |item: &Item| match &item.python {
            Some(python) => (item.outside, vec![python.clone()]),
            None => (item.outside, item.sql.clone().unwrap_or_default()),
        };
        let same = |play: &Play, again: &Play| {
            play.items.len() == again.items.len()
                && play.items.iter().zip(&again.items).all(|(one, other)| meaning(one) == meaning(other))
        };
        for (key, play) in &mut self.plays {
            if play.error.is_none() && other.plays.get(key).is_none_or(|again| !same(play, again)) {
                let why = "it does something else each time it is run".to_owned();
                play.error = Some(Ended { why, line: None, missing: false });
            }
        }
    }
}

/// The running process.
struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    errors: Option<thread::JoinHandle<String>>,
}

impl Process {
    fn start(python: &Path, asked: &Value) -> Result<Self, Diagnostic> {
        let shown = python.display();
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => {
                Diagnostic::new(Code::Usage, format!("there is no Python at `{shown}`"))
                    .hint("name the Python of the project's own environment, as `.venv/bin/python`")
            }
            _ => Diagnostic::new(Code::Usage, format!("`{shown}` cannot be run: {error}")),
        };
        let mut child = Command::new(python)
            .args(["-c", PROGRAM])
            // The order of sets must not make a difference, and nothing is to be left among the scripts.
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (sender, lines) = mpsc::channel();
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        let errors = child.stderr.take().map(|mut stream| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                // What cannot be read is only missing from a message.
                let _ = stream.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        let mut input = child.stdin.take();
        let process = Self { child, lines, errors };
        if let Some(input) = &mut input {
            // A process that has ended already says why by itself.
            let _ = writeln!(input, "{asked}");
        }
        drop(input);
        Ok(process)
    }

    /// Returns what it said last on its error stream, in brackets.
    fn last_words(&mut self) -> String {
        let _ = self.child.wait();
        let said = self.errors.take().and_then(|reader| reader.join().ok()).unwrap_or_default();
        let last: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = last[last.len().saturating_sub(3)..].join("; ");
        if tail.is_empty() { String::new() } else { format!(" ({})", without_passwords(&tail)) }
    }
}

impl Drop for Process {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes the user and password out of URLs.
fn without_passwords(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let secret = after[..end].rfind('@').unwrap_or(0);
        if secret > 0 {
            out.push_str("****");
        }
        rest = &after[secret..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_in_the_last_words() {
        let shown = without_passwords("failed: postgres://me:s3c@ret@host/db and sqlite:///a.db");
        assert_eq!(shown, "failed: postgres://****@host/db and sqlite:///a.db");
    }

    #[test]
    fn a_python_that_is_not_there_is_named() {
        let recorder = Recorder {
            python: Path::new("nowhere/python"),
            config: Path::new("alembic.ini"),
            section: "alembic",
            patience: Duration::from_secs(1),
        };
        let fault = recorder.record("sqlite", None, &[]).unwrap_err();
        assert_eq!(
            (fault.code, fault.message.as_str()),
            (Code::Usage, "there is no Python at `nowhere/python`")
        );
    }
}
