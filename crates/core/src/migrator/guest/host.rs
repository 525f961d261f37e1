//! All steps to a target, for whoever has a transaction open that they are to run in.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::{DatabaseError, Enforcement, Statement};
use crate::fold::Fold;
use crate::graph::{Direction, Heads, Route, Target};
use crate::history::Task;
use crate::op::{ScopedOperation, Transaction};
use crate::revision::RevisionId;

use super::super::bookkeeping::{Bookkeeping, Make};
use super::super::offline::{Frame, framed};
use super::super::plan::{Plan, PlannedStep, located};
use super::Guest;

/// One step of a route, for a transaction that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostedStep {
    /// The revision.
    pub revision: RevisionId,
    /// The rows of the version table after it.
    pub after: Heads,
    /// The statements, in order, without semicolons. Each is to be sent by itself, and none behind one that failed: then the
    /// transaction is to be rolled back, to where it was before the first of them at least.
    pub statements: Vec<String>,
}

impl Guest {
    /// Returns what leads from these rows of the version table to a target inside a transaction that is open, a step a revision,
    /// in order of running; empty when there is nothing to do. Nothing is run.
    ///
    /// `enforcement` says whether the connection enforces foreign keys, which some databases cannot change in a transaction
    /// ([`Guest::enforced_query`]).
    ///
    /// # Errors
    /// All that a plan can find without a database, data work in Rust among it, which needs one; and for each step what of it
    /// cannot run inside a transaction.
    pub fn hosted(
        &self,
        heads: &Heads,
        direction: Direction,
        target: &Target,
        enforcement: Enforcement,
    ) -> Result<Vec<HostedStep>, Diagnostics> {
        let graph = self.history.graph();
        let route = match direction {
            Direction::Up => graph.upgrade(heads, target),
            Direction::Down => graph.downgrade(heads, target),
        };
        let plan = self.plan(route.map_err(Diagnostic::from)?)?;
        let refusals = plan.steps.iter().filter_map(|step| refusal(step, enforcement)).collect();
        Diagnostics::check(refusals, ())?;
        let mut steps = Vec::with_capacity(plan.steps.len());
        for step in plan.steps {
            let (revision, after) = (step.step.revision.clone(), step.after.clone());
            let one = Plan {
                route: Route { start: step.before.clone(), steps: vec![step.step.clone()] },
                steps: vec![step],
                fold: Fold::new(self.server.names()),
            };
            let script = framed(&one, self.dialect, &self.server, &self.settings, Frame::Host)?;
            steps.push(HostedStep { revision, after, statements: script.statements });
        }
        Ok(steps)
    }

    /// Says whether the version table and the log can be made inside a transaction: else [`Guest::tables`] commits it.
    ///
    /// # Errors
    /// When the dialect cannot make them.
    pub fn tables_transaction(&self) -> Result<Transaction, Diagnostic> {
        let book = Bookkeeping { dialect: self.dialect, settings: &self.settings };
        let mut made = book.create_version_table(Make::IfMissing, &self.server)?;
        made.extend(book.create_log_table(Make::IfMissing, &self.server)?);
        let leaves = made.iter().any(|statement| statement.transaction == Transaction::Outside);
        Ok(if leaves { Transaction::Outside } else { Transaction::Inside })
    }

    /// Returns a query that finds a row, a text in a column `sql`, where foreign keys are enforced and a transaction that is open
    /// cannot change that; `None` where it can.
    pub fn enforced_query(&self) -> Option<&'static str> {
        self.dialect.script_guard()?.enforced_query()
    }
}

/// Says why a step cannot run inside a transaction; `None` when it can.
fn refusal(step: &PlannedStep, enforcement: Enforcement) -> Option<Diagnostic> {
    let leaves = |statement: &&Statement| statement.transaction == Transaction::Outside;
    let outside = step.tasks.iter().find_map(|task| {
        let statement = task.statements().iter().find(leaves)?;
        let asked = match &task.task {
            Task::Operation(ScopedOperation { scope, .. }) => scope.transaction == Transaction::Outside,
            Task::Work(_) | Task::Untold(_) => false,
        };
        let sql = DatabaseError::shorten(&statement.sql);
        let why = match asked {
            true => format!("`transaction = \"outside\"` keeps `{sql}` out of it"),
            false => format!("the database would commit it at `{sql}`, or refuse that"),
        };
        Some((&task.task, why))
    });
    let suspends = || {
        let wanted = step.enforcement == Enforcement::Suspended && enforcement == Enforcement::Configured;
        let why = "a table that others point at is made anew, which wants foreign keys switched off, and a transaction cannot do that";
        Some((&step.tasks.first().filter(|_| wanted)?.task, why.to_owned()))
    };
    let (task, why) = outside.or_else(suspends)?;
    let id = &step.step.revision;
    let message = format!("revision `{id}` cannot run inside a transaction that is open: {why}");
    let fault = Diagnostic::new(Code::Unsupported, message)
        .hint("`limbeck` runs it on a connection of its own, before the program begins its transaction");
    Some(located(fault, task))
}
