//! How far a revision got that was broken off after a part of it was committed.

use std::borrow::Cow;

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Connection, Lowered, Statement};
use crate::graph::Direction;
use crate::op::{Change, Operation, ScopedOperation, Transaction};
use crate::revision::RevisionId;
use crate::schema::{Schema, SchemaError};

use super::bookkeeping::{Bookkeeping, FAILED, LogRow, Rows};
use super::effect::{self, Again, Effect};
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
    /// Takes a row of the log whose outcome is that of a step that was broken off.
    pub(super) fn new(entry: LogEntry) -> Self {
        Self { entry }
    }

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

    /// Says whether nothing of it stayed.
    pub(super) fn is_nothing(&self) -> bool {
        self.entry.statements_done == 0 && self.certainty() == Certainty::NotDone
    }

    /// Says that it has to be finished, where only another run can do so; `None` when nothing of it stayed.
    pub(super) fn unfinished(&self) -> Option<Diagnostic> {
        let LogEntry { revision, direction, .. } = &self.entry;
        let hint = match direction.as_str() {
            "upgrade" => format!("run `limbeck upgrade {revision}` first"),
            _ => format!("run the {direction} of `{revision}` with `limbeck` first"),
        };
        (!self.is_nothing()).then(|| self.fault(", and has to be finished first", hint))
    }

    fn fault(&self, why: &str, hint: String) -> Diagnostic {
        let LogEntry { revision, direction, statements_done: done, statements_total: total, .. } =
            &self.entry;
        let what = format!(
            "the {direction} of revision `{revision}` was broken off after {done} of {total} statements"
        );
        Diagnostic::new(Code::BrokenOff, format!("{what}{why}")).hint(hint)
    }

    /// Returns how many statements of a step are done already; `None` means that nothing is to be resumed.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when it is another step that must be finished first, or when the file has changed since.
    pub(super) fn done(&self, step: &PlannedStep) -> Result<Option<usize>, Diagnostic> {
        let LogEntry { revision, direction, checksum, statements_done: done, .. } = &self.entry;
        if self.is_nothing() {
            return Ok(None);
        }
        if step.step.revision.as_str() != revision || step.step.direction.to_string() != *direction {
            let hint = match step.step.direction {
                Direction::Up => format!("run `limbeck {direction} {revision}` first"),
                Direction::Down => format!("run the {direction} of `{revision}` first"),
            };
            return Err(self.fault(", and has to be finished first", hint));
        }
        if step.checksum.as_deref() != checksum.as_deref() {
            let there = step.step.to.first().map_or("base", RevisionId::as_str);
            let hint =
                format!("put the file back as it was, or finish by hand and run `limbeck stamp {there}`");
            return Err(self.fault(", and has been changed since", hint));
        }
        Ok(Some(usize::try_from(*done).unwrap_or(usize::MAX)))
    }

    /// Checks that a step whose script asks what the database holds was told the same when it was broken off, by how many
    /// statements it had then.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when it had another number.
    pub(super) fn same_size(&self, step: &PlannedStep) -> Result<(), Diagnostic> {
        let LogEntry { revision, statements_total: total, .. } = &self.entry;
        if self.is_nothing() || step.step.revision.as_str() != revision || step.size() as u64 == *total {
            return Ok(());
        }
        let there = step.step.to.first().map_or("base", RevisionId::as_str);
        let hint = format!(
            "look in the script for what is left to be done, finish it by hand and run `limbeck stamp {there}`"
        );
        Err(self.fault(", and what it asked the database then cannot be asked any more", hint))
    }
}

impl Progress {
    /// Goes on behind the statements that this run has committed.
    pub(super) fn go_on(&mut self, recorded: usize) {
        (self.skip, self.recorded, self.committed) = (recorded, recorded, true);
        self.next = Certainty::NotDone;
    }

    /// Says whether the run that was broken off ended right here.
    pub(super) fn is_broken_off(&self) -> bool {
        self.committed && self.done <= self.skip && (self.done < self.skip || self.next == Certainty::Unknown)
    }
}

impl Session<'_> {
    /// Lowers the operation in which a run was broken off, once it is known whether its next statement ran.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when the database is neither before nor behind that statement, or when that cannot be seen.
    pub(super) fn resume<'p>(
        &mut self,
        planned: &'p PlannedTask,
        scoped: &ScopedOperation,
        step: &PlannedStep,
        walk: &mut Walk<'_>,
        progress: &mut Progress,
    ) -> Result<Cow<'p, Lowered>, Halt> {
        let made = progress.skip - progress.done;
        let Ok(lowered) = as_planned(planned) else {
            return self.resume_unplanned(planned, scoped, walk, progress);
        };
        let in_doubt = lowered.statements.get(made).filter(|_| progress.next == Certainty::Unknown);
        if let Some(statement) = in_doubt.filter(|statement| statement.transaction == Transaction::Outside) {
            self.connection.wait_for(&statement.sql).map_err(Diagnostic::from)?;
            let effect = self.effect(scoped, statement);
            // The author's text may hold several statements, of which each is but a part of the operation.
            let verdict = match effect.is_some() && statement.makes.is_none() {
                true => Verdict::TryAgain,
                false => {
                    let folded = walk.before(&scoped.operation)?.clone();
                    match around(&lowered.statements[..made], statement, &scoped.operation, folded) {
                        Ok((before, after)) => self.by_state(&before, &after, planned)?,
                        Err(_) => self.by_parts(&scoped.operation, planned)?,
                    }
                }
            };
            let verdict = match (verdict, effect) {
                (Verdict::TryAgain, Some(effect)) => self.by_text(&effect, planned, step, progress)?,
                (verdict, _) => verdict,
            };
            match verdict {
                Verdict::Ran => {
                    progress.skip += 1;
                    progress.next = Certainty::NotDone;
                    return Ok(lowered);
                }
                Verdict::DidNot => progress.next = Certainty::NotDone,
                Verdict::TryAgain => {}
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
        let verdict = match scoped.operation.apply(&mut after) {
            Ok(()) => self.by_state(&before, &after, planned)?,
            Err(_) => self.by_parts(&scoped.operation, planned)?,
        };
        match verdict {
            Verdict::Ran => {
                progress.next = Certainty::NotDone;
                return Ok(Cow::Owned(Lowered::default()));
            }
            Verdict::DidNot => progress.next = Certainty::NotDone,
            Verdict::TryAgain => {}
        }
        self.lower(planned, scoped, walk)
    }

    /// Returns what is known of a statement that commits by itself, if it is the author's or changes rows; `None` for all
    /// others.
    pub(super) fn effect(&self, scoped: &ScopedOperation, statement: &Statement) -> Option<Effect> {
        match &scoped.operation {
            _ if statement.transaction == Transaction::Inside => None,
            Operation::Execute(_) => Some(Effect::read(&statement.sql, self.server.backslash)),
            Operation::Insert(_) | Operation::Delete(_) => Some(Effect::again(Again::Rows)),
            _ => None,
        }
    }

    /// Says whether the database is behind a change of the schema.
    ///
    /// Where the change makes nothing different that can be read back, the statement runs again, and what it says if it
    /// ran already is no fault then.
    fn by_state(
        &mut self,
        before: &Schema,
        after: &Schema,
        planned: &PlannedTask,
    ) -> Result<Verdict, Diagnostic> {
        verdict(standing(self.connection, before, after)?, planned)
    }

    /// Says whether the database is behind an operation on a table that the history does not know.
    fn by_parts(&mut self, operation: &Operation, planned: &PlannedTask) -> Result<Verdict, Diagnostic> {
        let effect = Effect::of_operation(operation);
        verdict(effect::look(self.connection, &effect.marks)?, planned)
    }

    /// Says whether a statement of the author's ran, by what its text says.
    fn by_text(
        &mut self,
        effect: &Effect,
        planned: &PlannedTask,
        step: &PlannedStep,
        progress: &Progress,
    ) -> Result<Verdict, Diagnostic> {
        let found = effect::look(self.connection, &effect.marks)?;
        match (found, effect.again) {
            // What is left of several is dropped, and that the rest is gone is no fault.
            (Standing::Neither(_), Again::Refused) if effect.only_drops() => Ok(Verdict::TryAgain),
            (Standing::Unclear, Again::Harmless | Again::Rows) => Ok(Verdict::DidNot),
            (Standing::Unclear, Again::Unknown) => Err(self.cannot_tell(planned, step, progress)),
            (found, _) => verdict(found, planned),
        }
    }

    /// Says that it cannot be seen whether a statement ran, and how the author says so.
    fn cannot_tell(&self, planned: &PlannedTask, step: &PlannedStep, progress: &Progress) -> Diagnostic {
        let message = "a run was broken off around this, and it cannot be seen whether it ran";
        let says = |done: usize| {
            let row = LogRow { done, ..self.log_row(step, progress, FAILED) };
            self.book.log_progress(&row).map(|statement| statement.sql).unwrap_or_default()
        };
        let hint = format!(
            "look whether it ran; if it did, run `{}`, and if not, `{}`; then run the same command again",
            says(progress.skip + 1),
            says(progress.skip)
        );
        plan::located(Diagnostic::new(Code::BrokenOff, message).hint(hint), &planned.task)
    }
}

/// What is to be done about the statement around which a run was broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It ran, and is passed over.
    Ran,
    /// It did not run, and runs now.
    DidNot,
    /// It runs, and if the database says that it ran before, it did.
    TryAgain,
}

fn verdict(found: Standing, planned: &PlannedTask) -> Result<Verdict, Diagnostic> {
    match found {
        Standing::After => Ok(Verdict::Ran),
        Standing::Before => Ok(Verdict::DidNot),
        Standing::Unclear => Ok(Verdict::TryAgain),
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
