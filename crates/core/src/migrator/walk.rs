//! The schema before each operation of a plan, while the plan is made and again while it runs.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dialect::Names;
use crate::fold::{self, Fold};
use crate::graph::Heads;
use crate::history::{History, Task};
use crate::literal::RawSql;
use crate::name::TableName;
use crate::op::{Operation, ScopedOperation};
use crate::revision::RevisionId;
use crate::schema::{OpaqueCause, Schema};

use super::prepare::StepKind;

/// Walks along a plan with the schema at hand. Linear: it keeps one schema and changes it.
#[derive(Clone)]
pub(super) struct Walk<'h> {
    history: &'h History,
    names: Names,
    fold: Fold,
    /// The heads at which the schema has to be folded anew before it is next needed.
    stale: Option<Heads>,
    opaque_before: usize,
}

impl<'h> Walk<'h> {
    pub(super) fn new(history: &'h History, names: Names, fold: Fold) -> Self {
        let opaque_before = fold.schema().opaque.causes().len();
        Self { history, names, fold, stale: None, opaque_before }
    }

    /// Returns the names by which it tells which operations count.
    pub(super) fn names(&self) -> Names {
        self.names
    }

    /// Returns the schema so far, so that a script can be told what is there.
    ///
    /// # Errors
    /// As [`fold::fold`], when the schema has to be folded anew.
    pub(super) fn fold(&mut self) -> Result<&Fold, Diagnostics> {
        if let Some(heads) = self.stale.take() {
            self.fold = fold::fold_to(self.history, &heads, self.names)?;
            self.opaque_before = self.fold.schema().opaque.causes().len();
        }
        Ok(&self.fold)
    }

    /// Takes note that something may have changed anything.
    pub(super) fn lose(&mut self, cause: OpaqueCause) {
        self.fold.lose_to(cause);
    }

    /// Applies what is not run here, but is what the history says in the place of what was run.
    ///
    /// # Errors
    /// As [`Fold::apply`].
    pub(super) fn apply_said(&mut self, task: &Task) -> Result<(), Diagnostic> {
        match task {
            Task::Operation(scoped) => self.apply(scoped),
            Task::Untold(untold) => {
                self.fold.lose(untold);
                Ok(())
            }
            Task::Work(_) => Ok(()),
        }
    }

    /// Returns the schema that an operation finds.
    ///
    /// # Errors
    /// As [`fold::fold`], when the schema has to be folded anew.
    pub(super) fn before(&mut self, operation: &Operation) -> Result<&Schema, Diagnostics> {
        // Raw SQL is passed on as it is, whatever the schema.
        match operation {
            Operation::Execute(_) => Ok(self.fold.schema()),
            _ => self.fold().map(Fold::schema),
        }
    }

    /// Applies an operation.
    ///
    /// # Errors
    /// As [`Fold::apply`].
    pub(super) fn apply(&mut self, scoped: &ScopedOperation) -> Result<(), Diagnostic> {
        if self.stale.is_some() { Ok(()) } else { self.fold.apply(scoped) }
    }

    /// Keeps the text that a table has after the operation that was just applied.
    pub(super) fn keep_text(&mut self, table: &TableName, text: RawSql) {
        if self.stale.is_none() {
            self.fold.keep_changed_text(table, text);
        }
    }

    /// Ends a step.
    ///
    /// When the author's downgrade is raw SQL, what it leads to is not read from it: it is the schema of the
    /// revisions that stay, which is folded anew when it is next needed.
    pub(super) fn end_step(&mut self, revision: &RevisionId, kind: StepKind, after: &Heads) {
        let opaque = self.fold.schema().opaque.causes().len();
        if kind == StepKind::Given && (opaque > self.opaque_before || self.stale.is_some()) {
            self.stale = Some(after.clone());
        }
        self.opaque_before = opaque;
        if kind == StepKind::Upgrade {
            self.fold.pass(revision);
        }
    }
}
