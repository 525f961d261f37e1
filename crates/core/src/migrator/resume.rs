//! How far a revision got that was broken off after a part of it was committed.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Connection;
use crate::graph::Direction;
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

    /// Returns how many statements of a step are done already; 0 means that nothing is to be resumed.
    ///
    /// # Errors
    /// [`Code::BrokenOff`] when it is another step that must be finished first, or when the file has changed since.
    pub(super) fn done(&self, step: &PlannedStep) -> Result<usize, Diagnostic> {
        let LogEntry {
            revision, direction, checksum, statements_done: done, statements_total: total, ..
        } = &self.entry;
        let fault = |why: &str, hint: String| {
            let what = format!(
                "the {direction} of revision `{revision}` was broken off after {done} of {total} statements"
            );
            Diagnostic::new(Code::BrokenOff, format!("{what}{why}")).hint(hint)
        };
        if *done == 0 {
            return Ok(0);
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
        Ok(usize::try_from(*done).unwrap_or(usize::MAX))
    }
}
