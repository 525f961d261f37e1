//! Puts what was recorded where a script alone did not tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::graph::Direction;
use limbeck_core::history::{Body, Task, Undo, Untold};
use limbeck_core::op::{Scope, ScopedOperation};
use limbeck_core::revision::RevisionHeader;

use super::gone::{self, Before};
use super::play::{self, Why};
use super::process::{Read, Recording};
use crate::eval::{ConventionSource, DIALECTS, Side, Translator, merge};

/// What a revision does, by its script and by what was recorded.
#[derive(Debug)]
pub struct Filled {
    /// What it does.
    pub body: Body,
    /// What of it was recorded, and what its script asks a database, in order.
    pub notes: BTreeSet<(Note, Direction, &'static str)>,
}

/// Something that is to be said of one direction on one dialect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// What it does was recorded.
    Recorded,
    /// It looked at this, in an empty database or in none; what was recorded depends on it where there was one.
    Reads(Read),
}

/// Whether what a script alone says is as good as what was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// It says all.
    Exact,
    /// It rests on something else.
    Assumed,
}

/// Puts recordings, one a dialect at most, into the body of a revision.
///
/// Where the script alone tells what is done, and rests on nothing else, that stands. Where it rests on something, or does not
/// tell, what was recorded stands for it. What goes with a column that is dropped is said; `before` is the schema before this
/// revision, and goes on behind it.
pub fn fill(
    body: &Body,
    header: &RevisionHeader,
    text: &Arc<str>,
    alone: Alone,
    recordings: &[Recording],
    translator: &Arc<Translator>,
    before: &mut Before,
) -> Filled {
    let mut filling = Filling { header, text, alone, recordings, translator, notes: BTreeSet::new() };
    let upgrade = filling.direction(Direction::Up, &body.upgrade, before);
    let undo = match &body.undo {
        Undo::Given(tasks) => Undo::Given(filling.direction(Direction::Down, tasks, before)),
        other => other.clone(),
    };
    Filled { body: Body { upgrade, undo }, notes: filling.notes }
}

struct Filling<'a> {
    header: &'a RevisionHeader,
    text: &'a Arc<str>,
    alone: Alone,
    recordings: &'a [Recording],
    translator: &'a Arc<Translator>,
    notes: BTreeSet<(Note, Direction, &'static str)>,
}

impl Filling<'_> {
    fn direction(&mut self, direction: Direction, tasks: &[Task], before: &mut Before) -> Vec<Task> {
        let (mut sides, mut left) = (Vec::new(), Vec::<Untold>::new());
        for (sqlalchemy, dialect) in DIALECTS {
            let read = alone(tasks, dialect);
            let recorded = self.recorded(direction, sqlalchemy, dialect);
            let mut operations = match (read, recorded) {
                (Ok(operations), None | Some(Err(_))) => operations,
                (Ok(operations), Some(Ok(_))) if self.alone == Alone::Exact => operations,
                (_, Some(Ok(operations))) => {
                    self.notes.insert((Note::Recorded, direction, dialect));
                    operations
                }
                (Err(untold), recorded) => {
                    let fault = match recorded {
                        Some(Err(why)) => self.fault(direction, why),
                        _ => untold.fault.clone(),
                    };
                    match left.iter_mut().find(|other| other.fault.message == fault.message) {
                        Some(other) => drop(other.scope.dialects.insert(dialect.to_owned())),
                        None => {
                            let scope =
                                Scope { dialects: BTreeSet::from([dialect.to_owned()]), ..Scope::default() };
                            left.push(Untold { scope, fault, guarded: None });
                        }
                    }
                    if let Some(fold) = before.of(dialect)
                        && direction == Direction::Up
                    {
                        *fold = None;
                    }
                    continue;
                }
            };
            match (before.of(dialect), direction) {
                (Some(fold), Direction::Up) => gone::say(&mut operations, dialect, fold),
                (Some(Some(fold)), Direction::Down) => {
                    gone::say_beside(&mut operations, dialect, fold.schema())
                }
                _ => {}
            }
            sides.push(Side { dialect, operations });
        }
        if let [only] = &mut left[..]
            && sides.is_empty()
        {
            only.scope.dialects.clear();
        }
        let whole = sides.len() == DIALECTS.len();
        left.into_iter()
            .map(Task::Untold)
            .chain(merge(sides, whole).into_iter().map(Task::Operation))
            .collect()
    }

    fn recorded(
        &mut self,
        direction: Direction,
        sqlalchemy: &'static str,
        dialect: &'static str,
    ) -> Option<Result<Vec<ScopedOperation>, Why>> {
        let recording = self.recordings.iter().find(|recording| recording.dialect == dialect)?;
        let play = recording.plays.get(&(self.header.revision.clone(), direction))?;
        let reads = play.reads.iter().map(|read| (Note::Reads(read.clone()), direction, dialect));
        self.notes.extend(reads);
        let mut translator = (**self.translator).clone();
        if let Some(convention) = recording.convention() {
            translator.naming = ConventionSource::Stated(convention);
        }
        Some(play::operations(play, sqlalchemy, &Arc::new(translator)))
    }

    fn fault(&self, direction: Direction, why: Why) -> Diagnostic {
        let name = match direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        let message = format!("`{name}()` is not told by playing it either: {}", why.reason);
        let path = self.header.path.clone().unwrap_or_default();
        let place = match why.line.and_then(|line| self.span(line)) {
            Some(span) => Place::new(path, self.text.clone(), span),
            None => Place::file(path),
        };
        Diagnostic::new(Code::Untold, message).at(place)
    }

    /// Returns where a line of the script stands, counted from 1.
    fn span(&self, line: usize) -> Option<std::ops::Range<usize>> {
        let lines = self.text.split_inclusive('\n');
        let start: usize = lines.clone().take(line.checked_sub(1)?).map(str::len).sum();
        let length = lines.clone().nth(line - 1)?.trim_end().len();
        Some(start..start + length)
    }
}

/// Returns what a script alone does on a dialect, or why that is not told.
fn alone<'t>(tasks: &'t [Task], dialect: &'static str) -> Result<Vec<ScopedOperation>, &'t Untold> {
    let runs = |scope: &Scope| scope.dialects.is_empty() || scope.dialects.contains(dialect);
    let mut operations = Vec::new();
    for task in tasks {
        match task {
            Task::Untold(untold) if runs(&untold.scope) => return Err(untold),
            Task::Operation(scoped) if runs(&scoped.scope) => {
                let mut scoped = scoped.clone();
                scoped.scope.dialects.clear();
                operations.push(scoped);
            }
            _ => {}
        }
    }
    Ok(operations)
}
