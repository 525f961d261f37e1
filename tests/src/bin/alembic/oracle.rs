//! The Python process that says what real Alembic emits, and its answers of earlier runs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const SCRIPT: &str = include_str!("oracle.py");

/// Alembic, ready to be asked.
pub(crate) struct Oracle {
    command: Command,
    /// How rules without a name are called, as JSON.
    convention: String,
    /// Started when something is asked that is not known yet.
    process: Option<Process>,
    known: Known,
}

struct Process {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What Alembic says.
pub(crate) enum Answer {
    /// These statements.
    Sql(Vec<String>),
    /// The dialect has no such thing, for this reason.
    Impossible(String),
    /// It has no SQL for that without a database, or without all of the application, for this reason.
    Refused(String),
}

/// The answers, in a file that is good for as long as the oracle's own script is the same. They lie with the package, so that
/// they go when another version of it comes.
struct Known {
    path: PathBuf,
    answers: BTreeMap<String, Value>,
    grown: bool,
}

impl Known {
    fn load(path: PathBuf) -> Self {
        let read = || -> Option<BTreeMap<String, Value>> {
            let value: Value = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
            (value["script"] == SCRIPT).then(|| serde_json::from_value(value["answers"].clone()).ok())?
        };
        let answers = read().unwrap_or_default();
        Self { path, answers, grown: false }
    }

    fn keep(&self) -> Result<(), Box<dyn Error>> {
        if self.grown {
            fs::write(
                &self.path,
                serde_json::to_vec(&json!({ "script": SCRIPT, "answers": self.answers }))?,
            )?;
        }
        Ok(())
    }
}

impl Oracle {
    /// Makes one ready for a dialect and a package.
    pub(crate) fn new(python: &Path, dialect: &str, root: &Path, convention: &str) -> Self {
        let mut command = Command::new(python);
        command
            .args(["-W", "ignore", "-c", SCRIPT, dialect])
            .arg(root)
            .arg(convention)
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let known = Known::load(root.join(format!("answers-{dialect}.json")));
        Self { command, convention: convention.to_owned(), process: None, known }
    }

    /// Asks about one function of a script.
    pub(crate) fn ask(&mut self, path: &Path, function: &str) -> Result<Answer, Box<dyn Error>> {
        let key = format!("{} {function} {}", path.display(), self.convention);
        let answer = match self.known.answers.get(&key) {
            Some(answer) => answer.clone(),
            None => {
                let process = match &mut self.process {
                    Some(process) => process,
                    empty => empty.insert(Process::start(&mut self.command)?),
                };
                let answer = process.ask(path, function)?;
                self.known.grown = true;
                self.known.answers.entry(key).or_insert(answer).clone()
            }
        };
        let why = || answer["error"].as_str().unwrap_or_default().to_owned();
        Ok(match answer["sql"].as_array() {
            Some(sql) => Answer::Sql(sql.iter().filter_map(|sql| sql.as_str().map(str::to_owned)).collect()),
            None if answer["impossible"] == true => Answer::Impossible(why()),
            None => Answer::Refused(why()),
        })
    }

    /// Asks for all revisions, with what `history`, `heads` and `branches` say of them.
    pub(crate) fn graph(&mut self, locations: &Value) -> Result<Value, Box<dyn Error>> {
        let mut process = Process::start(&mut self.command)?;
        let answer = process.put(&json!({ "graph": locations }))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.into()),
            None => Ok(answer["graph"].clone()),
        }
    }

    /// Lets Alembic run scripts on a database, or asks it where a database is; returns the heads. `Err` within is why it cannot.
    pub(crate) fn heads(
        &mut self,
        verb: &str,
        question: &Value,
    ) -> Result<Result<Vec<String>, String>, Box<dyn Error>> {
        let process = match &mut self.process {
            Some(process) => process,
            empty => empty.insert(Process::start(&mut self.command)?),
        };
        let answer = process.put(&json!({ verb: question }))?;
        Ok(match answer["heads"].as_array() {
            Some(heads) => Ok(heads.iter().filter_map(|head| head.as_str().map(str::to_owned)).collect()),
            None => Err(answer["error"].as_str().unwrap_or_default().to_owned()),
        })
    }

    /// Keeps what was answered for the next run.
    pub(crate) fn keep(&self) -> Result<(), Box<dyn Error>> {
        self.known.keep()
    }
}

impl Process {
    fn start(command: &mut Command) -> Result<Self, Box<dyn Error>> {
        let mut child = command.spawn()?;
        let ask = child.stdin.take().ok_or("the oracle has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("the oracle has no output")?);
        Ok(Self { child, ask, answers })
    }

    fn ask(&mut self, path: &Path, function: &str) -> Result<Value, Box<dyn Error>> {
        self.put(&json!({ "path": path, "function": function }))
    }

    fn put(&mut self, question: &Value) -> Result<Value, Box<dyn Error>> {
        writeln!(self.ask, "{question}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        if line.is_empty() {
            return Err(format!("the oracle has ended at {question}").into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Process {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
