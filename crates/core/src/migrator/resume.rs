//! How far a revision got that was broken off after a part of it was committed.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Connection, Lowered, Statement};
use crate::graph::Direction;
use crate::op::{Change, Operation, ScopedOperation, Transaction};
use crate::revision::RevisionId;
use crate::schema::{Schema, SchemaError};

use super::bookkeeping::{Bookkeeping, FAILED, Rows};
use super::log::LogEntry;
use super::plan::{self, PlannedStep, PlannedTask};
use super::standing::{Standing, standing};
use super::step::{Halt, Progress, Session, as_planned};
use super::walk::Walk;

/// What is known of the statement at which a revision was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It had no effect.
    NotDone,
    /// It may have run, and only its record may be missing.
    Unknown,
}

/// A revision that was broken off.
#[derive(Debug, Clone)]
pub(super) struct BrokenOff {
    entry: LogEntry,
}

impl BrokenOff {
    /// Reads from the log what was broken off; `None` when nothing was. The log must be there.
    pub(super) fn read(
        connection: &mut dyn Connection,
        book: &Bookkeeping<'_>,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some(sql) = book.select_log(Rows::BrokenOff) else { return Ok(None) };
        let rows = connection.query(&sql)?;
        Ok(rows.last().map(|row| Self { entry: LogEntry::read(row) }))
    }

    /// Says whether it is known that the statement behind those that are done had no effect.
    pub(super) fn certainty(&self) -> Certainty {
        if self.entry.outcome == FAILED { Certainty::NotDone } else { Certainty::Unknown }
    }

    /// Returns how many statements of a step are done already; `None` means that nothing is to be resumed.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when it is another step that must be finished first, or when the file has changed since.
    pub(super) fn done(&self, step: &PlannedStep) -> Result<Option<usize>, Diagnostic> {
        let LogEntry {
            revision, direction, checksum, statements_done: done, statements_total: total, ..
        } = &self.entry;
        let fault = |why: &str, hint: String| {
            let what = format!(
                "the {direction} of revision `{revision}` was broken off after {done} of {total} statements"
            );
            Diagnostic::new(Code::BrokenOff, format!("{what}{why}")).hint(hint)
        };
        if *done == 0 && self.certainty() == Certainty::NotDone {
            return Ok(None);
        }
        if step.step.revision.as_str() != revision || step.step.direction.to_string() != *direction {
            let hint = match step.step.direction {
                Direction::Up => format!("run `limbeck {direction} {revision}` first"),
                Direction::Down => format!("run the {direction} of `{revision}` first"),
            };
            return Err(fault(", and has to be finished first", hint));
        }
        if step.checksum.as_deref() != checksum.as_deref() {
            let there = step.step.to.first().map_or("base", RevisionId::as_str);
            let hint =
                format!("put the file back as it was, or finish by hand and run `limbeck stamp {there}`");
            return Err(fault(", and has been changed since", hint));
        }
        Ok(Some(usize::try_from(*done).unwrap_or(usize::MAX)))
    }
}

impl Progress {
    /// Says whether the run that was broken off ended right here.
    pub(super) fn is_broken_off(&self) -> bool {
        self.committed && self.done <= self.skip && (self.done < self.skip || self.next == Certainty::Unknown)
    }
}

impl Session<'_> {
    /// Lowers the operation in which a run was broken off, once it is known whether its next statement ran.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when the database is neither before nor behind that statement.
    pub(super) fn resume<'p>(
        &mut self,
        planned: &'p PlannedTask,
        scoped: &ScopedOperation,
        walk: &mut Walk<'_>,
        progress: &mut Progress,
    ) -> Result<Cow<'p, Lowered>, Halt> {
        let made = progress.skip - progress.done;
        let Ok(lowered) = as_planned(planned) else {
            return self.resume_unplanned(planned, scoped, walk, progress);
        };
        let in_doubt = lowered.statements.get(made).filter(|_| progress.next == Certainty::Unknown);
        if let Some(statement) = in_doubt.filter(|statement| statement.transaction == Transaction::Outside) {
            let folded = walk.before(&scoped.operation)?.clone();
            let states = around(&lowered.statements[..made], statement, &scoped.operation, folded);
            if let Ok((before, after)) = states
                && self.is_behind(&before, &after, planned)?
            {
                progress.skip += 1;
                progress.next = Certainty::NotDone;
                return Ok(lowered);
            }
        }
        // Only before its first statement does the database have the table as the operation finds it.
        if made == 0 { self.lower(planned, scoped, walk) } else { Ok(lowered) }
    }

    /// Does what [`Session::resume`] does for an operation that only the database tells how to lower.
    fn resume_unplanned<'p>(
        &mut self,
        planned: &'p PlannedTask,
        scoped: &ScopedOperation,
        walk: &mut Walk<'_>,
        progress: &mut Progress,
    ) -> Result<Cow<'p, Lowered>, Halt> {
        let before = walk.before(&scoped.operation)?.clone();
        let mut after = before.clone();
        if scoped.operation.apply(&mut after).is_ok() && self.is_behind(&before, &after, planned)? {
            (progress.skip, progress.next) = (progress.done, Certainty::NotDone);
            return Ok(Cow::Owned(Lowered::default()));
        }
        self.lower(planned, scoped, walk)
    }

    /// Says whether the database is behind a change.
    ///
    /// Where the change makes nothing different that can be read back, it is taken to be before it: the statement runs
    /// again, and what it says if it ran already is no fault then.
    fn is_behind(
        &mut self,
        before: &Schema,
        after: &Schema,
        planned: &PlannedTask,
    ) -> Result<bool, Diagnostic> {
        match standing(self.connection, before, after)? {
            Standing::After => Ok(true),
            Standing::Before | Standing::Unclear => Ok(false),
            Standing::Neither(why) => {
                let message = format!(
                    "a run was broken off in the middle of this, and the database is neither before nor behind it: {}",
                    why.join(", ")
                );
                let fault = Diagnostic::new(Code::BrokenOff, message)
                    .hint("bring what is named to how it was before, and run the same command again");
                Err(plan::located(fault, &planned.task))
            }
        }
    }
}

/// Returns the schemas before and after one of the statements of an operation, which finds `schema`.
fn around(
    made: &[Statement],
    statement: &Statement,
    operation: &Operation,
    mut schema: Schema,
) -> Result<(Schema, Schema), SchemaError> {
    let parts = made.iter().flat_map(|statement| statement.makes.iter().flatten());
    parts.into_iter().try_for_each(|part| part.apply(&mut schema))?;
    let mut after = schema.clone();
    match &statement.makes {
        Some(parts) => parts.iter().try_for_each(|part| part.apply(&mut after))?,
        None => operation.apply(&mut after)?,
    }
    Ok((schema, after))
}
