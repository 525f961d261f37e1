//! The tools that are compared, and how each is asked for a change.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use limbeck_core::action::{Action, Edit};
use limbeck_core::literal::{Literal, Value};
use limbeck_core::op::Recreate;
use limbeck_tests::fidelity::{Change, Setting, Stage};
use serde_json::json;

/// A tool, and the way in which it is to change a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tool {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// What the Python process calls it; nothing for our own.
    python: Option<&'static str>,
    recreate: Recreate,
}

/// Ours come first.
pub(crate) const TOOLS: [Tool; 5] = [
    Tool { name: "limbeck, auto", python: None, recreate: Recreate::Auto },
    Tool { name: "limbeck, always", python: None, recreate: Recreate::Always },
    Tool { name: "Alembic batch, auto", python: Some("auto"), recreate: Recreate::Auto },
    Tool { name: "Alembic batch, always", python: Some("always"), recreate: Recreate::Always },
    Tool { name: "sqlite-utils transform", python: Some("sqlite-utils"), recreate: Recreate::Always },
];

impl Tool {
    /// Says whether it is the tool that must lose nothing.
    pub(crate) fn is_ours(self) -> bool {
        self.python.is_none()
    }

    /// Makes a change on a copy. Returns why it was refused, if it was.
    pub(crate) fn change(
        self,
        stage: &Stage,
        change: &Change,
        python: &mut Python,
    ) -> Result<Option<String>, Box<dyn Error>> {
        match self.python {
            None => {
                let mut scratch = stage.fresh(Setting::NotEnforced);
                let operation = change.on(&stage.table, self.recreate);
                let outcome = scratch.run(&[operation]);
                Ok(outcome.err().map(|fault| fault.message))
            }
            Some(tool) => {
                let path = stage.copy();
                let table = stage.table.name.name.as_str();
                let what = asked(change).ok_or("only common changes are asked for")?;
                python.ask(&json!({ "tool": tool, "path": path, "table": table, "do": what }))
            }
        }
    }
}

/// Puts a change into words that the Python process knows; `None` where not all tools offer it.
pub(crate) fn asked(change: &Change) -> Option<serde_json::Value> {
    let [action] = &change.actions[..] else { return None };
    Some(match action {
        Action::AddColumn(add) if add.position.is_none() => json!({ "kind": "add" }),
        Action::DropColumn(drop) => json!({ "kind": "drop", "column": drop.column.as_str() }),
        Action::RenameColumn(rename) => {
            json!({ "kind": "rename", "column": rename.column.as_str(), "to": rename.to.as_str() })
        }
        Action::AlterColumn(alter) => {
            let column = alter.column.as_str();
            match (&alter.ty, alter.nullable, &alter.default) {
                (Some(_), None, Edit::Keep) => json!({ "kind": "retype", "column": column }),
                (None, Some(nullable), Edit::Keep) => {
                    json!({ "kind": "nullable", "column": column, "nullable": nullable })
                }
                (None, None, Edit::Set(Value::Literal(Literal::Text(text)))) => {
                    json!({ "kind": "default", "column": column, "default": &**text })
                }
                (None, None, Edit::Drop) => json!({ "kind": "default", "column": column, "default": null }),
                _ => return None,
            }
        }
        Action::AddForeignKey(key) => json!({ "kind": "foreign key", "column": key.columns[0].as_str() }),
        _ => return None,
    })
}

/// The process in which the tools in Python run.
pub(crate) struct Python {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Python {
    pub(crate) fn start(program: &Path) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program)
            .args(["-c", include_str!("tools.py")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let ask = child.stdin.take().ok_or("the process has no input")?;
        let answers = BufReader::new(child.stdout.take().ok_or("the process has no output")?);
        Ok(Self { child, ask, answers })
    }

    fn ask(&mut self, question: &serde_json::Value) -> Result<Option<String>, Box<dyn Error>> {
        writeln!(self.ask, "{question}")?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let answer: serde_json::Value = serde_json::from_str(&line)?;
        Ok(answer["refused"].as_str().map(str::to_owned))
    }
}

impl Drop for Python {
    /// Ends the process; it holds nothing that must be kept.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
