//! How far a revision got that was broken off after a part of it was committed.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Connection;
use crate::revision::RevisionId;

use super::bookkeeping::{Bookkeeping, RUNNING};
use super::log::LogEntry;
use super::plan::PlannedStep;

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
        let Some(sql) = book.select_log(Some(RUNNING)) else { return Ok(None) };
        let rows = connection.query(&sql)?;
        Ok(rows.last().map(|row| Self { entry: LogEntry::read(row) }))
    }

    /// Returns how many statements of a step are done already.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when it is another step that must be finished first, or when the file has changed since.
    pub(super) fn done(&self, step: &PlannedStep) -> Result<usize, Diagnostic> {
        let LogEntry {
            revision, direction, checksum, statements_done: done, statements_total: total, ..
        } = &self.entry;
        let fault = |why: &str| {
            let (verb, back) = match direction.as_str() {
                "downgrade" => ("downgrade", step_before(step)),
                _ => ("upgrade", RevisionId::new(revision.as_str()).to_string()),
            };
            Diagnostic::new(
                Code::BrokenOff,
                format!("the {verb} of revision `{revision}` was broken off after {done} of {total} statements{why}"),
            )
            .hint(format!("finish it by hand and run `limbeck stamp {back}`"))
        };
        if step.step.revision.as_str() != revision || step.step.direction.to_string() != *direction {
            return Err(fault(", and has to be finished first"));
        }
        if step.checksum.as_deref() != checksum.as_deref() {
            return Err(fault(", and has been changed since"));
        }
        Ok(usize::try_from(*done).unwrap_or(usize::MAX))
    }
}

fn step_before(step: &PlannedStep) -> String {
    step.step.to.first().map_or_else(|| "base".to_owned(), ToString::to_string)
}
