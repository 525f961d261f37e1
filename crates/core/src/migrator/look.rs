//! Looks at the database itself while a plan is made, where it has no copy to try changes on: so that what a run would be
//! refused for in the middle is refused before anything runs, and the plan shows what only the database knows.

use std::collections::BTreeSet;

use crate::action::Action;
use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::{Connection, Dialect, Lowered, ServerInfo};
use crate::graph::Heads;
use crate::name::TableName;
use crate::op::{AlterTable, Operation, Recreate};
use crate::schema::{Constraint, Schema};

use super::address::addressed;
use super::bookkeeping::Bookkeeping;
use super::planner::Purpose;
use super::rehearse::is_whole;

/// A look at the database, for as long as the plan leaves what is looked at as it is.
pub(super) struct Looking<'c> {
    /// The database; `None` once the plan may have changed anything.
    connection: Option<&'c mut dyn Connection>,
    purpose: Purpose,
    /// The tables that the plan has changed.
    changed: BTreeSet<TableName>,
}

impl<'c> Looking<'c> {
    /// Looks at nothing.
    pub(super) fn nothing() -> Self {
        Self { connection: None, purpose: Purpose::Run, changed: BTreeSet::new() }
    }

    /// Looks at a database that is at `start`, where a revision ends; else at nothing.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn begin(
        connection: &'c mut dyn Connection,
        purpose: Purpose,
        book: &Bookkeeping<'_>,
        start: &Heads,
    ) -> Result<Self, Diagnostic> {
        let whole = is_whole(connection, book, start)?;
        Ok(Self { connection: Some(connection).filter(|_| whole), purpose, changed: BTreeSet::new() })
    }

    /// Says whether an operation is looked at: one that makes a table anew in any case, other changes of a table where
    /// the plan is shown.
    pub(super) fn concerns(operation: &Operation, purpose: Purpose) -> bool {
        matches!(operation, Operation::AlterTable(alter)
            if alter.recreate == Recreate::Always || purpose == Purpose::Show)
    }

    /// Lowers an operation as the database has its table; `None` where it was not looked at.
    ///
    /// # Errors
    /// What would be lost, and what stands in the way.
    pub(super) fn lower(
        &mut self,
        operation: &Operation,
        folded: &Schema,
        dialect: &dyn Dialect,
        server: &ServerInfo,
        book: &Bookkeeping<'_>,
    ) -> Option<Result<Lowered, Diagnostic>> {
        let looked = self.look(operation, folded, dialect, server, book);
        self.pass(operation);
        looked
    }

    /// Notes that the plan may change anything.
    pub(super) fn pass_over(&mut self) {
        self.connection = None;
    }

    fn look(
        &mut self,
        operation: &Operation,
        folded: &Schema,
        dialect: &dyn Dialect,
        server: &ServerInfo,
        book: &Bookkeeping<'_>,
    ) -> Option<Result<Lowered, Diagnostic>> {
        let connection = self.connection.as_mut()?;
        let Operation::AlterTable(AlterTable { table, .. }) = operation else { return None };
        if !Self::concerns(operation, self.purpose) || self.changed.contains(table) {
            return None;
        }
        match connection.survey(operation, folded) {
            Ok(Some(found)) => {
                let operation = addressed(operation, &found, folded, &book.settings.naming);
                // What does not fit the table as it is, the fold says better.
                dialect.lower(&operation, &found, server).ok().map(Ok)
            }
            Err(fault) if matches!(fault.code, Code::WouldLose | Code::StillInUse) => Some(Err(fault)),
            Ok(None) | Err(_) => None,
        }
    }

    /// Follows what the plan changes. Where that may be what stands on other tables, nothing is looked at any more.
    fn pass(&mut self, operation: &Operation) {
        let points = |constraint: &Constraint| matches!(constraint, Constraint::ForeignKey(_));
        match operation {
            Operation::Insert(_) | Operation::Delete(_) => {}
            Operation::CreateTable(make) if !make.table.constraints.iter().any(points) => {
                self.changed.insert(make.table.name.clone());
            }
            Operation::AlterTable(alter) if alter.actions.iter().all(stays_within) => {
                self.changed.insert(alter.table.clone());
            }
            _ => self.pass_over(),
        }
    }
}

/// Says whether an action leaves alone what other tables hold, and what holds them.
fn stays_within(action: &Action) -> bool {
    match action {
        Action::AddColumn(add) => add.constraints.is_empty(),
        Action::AddForeignKey(_) | Action::DropConstraint(_) | Action::DropColumn(_) => false,
        _ => true,
    }
}
