//! Opens the transaction of a step, and makes the tables that the run itself needs.

use crate::diagnostic::Diagnostic;
use crate::dialect::Enforcement;
use crate::graph::Heads;
use crate::op::Transaction;

use super::bookkeeping::{LogRow, Make, RUNNING};
use super::current;
use super::plan::PlannedStep;
use super::resume::{BrokenOff, Certainty};
use super::step::{Halt, Part, Progress, Session};

/// Opens the transaction of a step, which is also the lock, and looks whether the database is still where the step
/// starts. Before the first step, makes the tables that the run itself needs.
///
/// A step that the one before has noted as begun starts outside any transaction, and under the lock of the run: it goes on
/// from the commit of that note, and whether the database is still there is seen before its end.
pub(super) fn open(
    session: &mut Session<'_>,
    step: &PlannedStep,
    number: usize,
    progress: &mut Progress,
) -> Result<bool, Halt> {
    session.cancel.check().map_err(Diagnostic::from)?;
    if number > 0 && progress.committed {
        progress.part = Part::Closed;
        return Ok(true);
    }
    if number > 0 {
        let found = current::begin(session.connection, &session.book, progress.enforcement)?;
        return Ok(found == step.before);
    }
    session.connection.begin(progress.enforcement).map_err(Diagnostic::from)?;
    let found = current::read(session.connection, &session.book)?;
    if found.clone().unwrap_or_default() != step.before {
        return Ok(false);
    }
    let had_log = session.make_tables(Missing::of(&found))?;
    if had_log
        && step.checksum.is_some()
        && let Some(broken) = BrokenOff::read(session.connection, &session.book)?
    {
        let done = broken.done(step)?;
        progress.skip = done.unwrap_or_default();
        progress.next = if done.is_some() { broken.certainty() } else { Certainty::NotDone };
        progress.recorded = progress.skip;
        progress.committed = done.is_some();
        let entry = match done {
            None => session.book.abandon(),
            // What is known of the statement at hand is over once it runs.
            Some(done) => {
                session.book.log_progress(&LogRow { done, ..session.log_row(step, progress, RUNNING) })
            }
        };
        if let Some(entry) = entry {
            session.connection.execute(&entry.sql).map_err(Diagnostic::from)?;
        }
    }
    Ok(true)
}

/// What is known of the version table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is not there.
    Version,
    /// It is there; of the log nothing is known.
    Maybe,
}

impl Missing {
    pub(super) fn of(found: &Option<Heads>) -> Self {
        if found.is_none() { Self::Version } else { Self::Maybe }
    }
}

impl Session<'_> {
    /// Makes the version table and the log where they are missing; returns whether the log was there.
    pub(super) fn make_tables(&mut self, missing: Missing) -> Result<bool, Diagnostic> {
        let mut statements = Vec::new();
        if missing == Missing::Version {
            statements.extend(self.book.create_version_table(Make::New, &self.server)?);
        }
        let had_log = match &self.book.settings.log_table {
            Some(log) => self.connection.has_table(log)?,
            None => false,
        };
        if !had_log {
            statements.extend(self.book.create_log_table(Make::New, &self.server)?);
        }
        for statement in statements {
            let outside = statement.transaction == Transaction::Outside;
            if outside {
                self.connection.commit()?;
            }
            self.connection.execute(&statement.sql)?;
            if outside {
                self.connection.begin(Enforcement::Configured)?;
            }
        }
        Ok(had_log)
    }
}
