//! What a revision does, whether a file or Rust code says so.

use std::fmt;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Connection;
use crate::graph::Direction;
use crate::op::{Origin, Scope, ScopedOperation};
use crate::script::{self, Downgrade, Script};

use super::Guarded;

/// What a revision does.
#[derive(Debug, Clone)]
pub struct Body {
    /// What the upgrade does, in order.
    pub upgrade: Vec<Task>,
    /// What the downgrade does.
    pub undo: Undo,
}

/// One thing that a revision does.
#[derive(Debug, Clone)]
pub enum Task {
    /// A change that is data.
    Operation(ScopedOperation),
    /// Rust code that works on the rows.
    Work(Work),
    /// What a script of another tool does, where it could not be told.
    Untold(Untold),
}

/// What a script of another tool does, where it could not be told: it may have changed anything, and is never run.
#[derive(Debug, Clone)]
pub struct Untold {
    /// Where it would run.
    pub scope: Scope,
    /// Why it could not be told, where it stands, and what to do about it.
    pub fault: Diagnostic,
    /// Tells it after all, once the schema is known that it finds; `None` where that would not help.
    pub guarded: Option<Guarded>,
}

/// How a revision is undone.
#[derive(Debug, Clone)]
pub enum Undo {
    /// By what is derived from the upgrade and the schema before it.
    Derived,
    /// By these tasks, in order.
    Given(Vec<Task>),
    /// Not at all, for the reason given, if one is.
    Irreversible(Option<String>),
}

/// Rust code that works on the rows of a database, in the transaction of its revision.
///
/// It leaves the schema as it is: what it would change there could not be known without a database.
#[derive(Clone)]
pub struct Work {
    name: String,
    code: Arc<WorkFn>,
}

type WorkFn = dyn Fn(&mut dyn Connection) -> Result<(), WorkError> + Send + Sync;

/// Why data work failed.
pub type WorkError = Box<dyn std::error::Error + Send + Sync>;

impl Work {
    /// Names a piece of code. The name is shown in plans and errors.
    pub fn new(
        name: impl Into<String>,
        code: impl Fn(&mut dyn Connection) -> Result<(), WorkError> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), code: Arc::new(code) }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs the code.
    ///
    /// # Errors
    /// Whatever the code returns.
    pub fn run(&self, connection: &mut dyn Connection) -> Result<(), WorkError> {
        (self.code)(connection)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Work({:?})", self.name)
    }
}

impl From<script::Untold> for Untold {
    fn from(script::Untold { direction: _, scope, reason, origin }: script::Untold) -> Self {
        let fault = Diagnostic::new(Code::Untold, reason).at_opt(origin.as_ref().map(Origin::place)).hint(
            "write in its place what it does; or `limbeck stamp` it, where the database has it already",
        );
        Self { scope, fault, guarded: None }
    }
}

impl From<Script> for Body {
    fn from(Script { upgrade, downgrade, untold }: Script) -> Self {
        let (up, down): (Vec<_>, Vec<_>) = untold.into_iter().partition(|one| one.direction == Direction::Up);
        let tasks = |untold: Vec<script::Untold>, operations: Vec<ScopedOperation>| {
            let untold = untold.into_iter().map(|one| Task::Untold(one.into()));
            untold.chain(operations.into_iter().map(Task::Operation)).collect()
        };
        Self {
            upgrade: tasks(up, upgrade),
            undo: match downgrade {
                Downgrade::Derived => Undo::Derived,
                Downgrade::Given(operations) => Undo::Given(tasks(down, operations)),
                Downgrade::Irreversible(reason) => Undo::Irreversible(reason),
            },
        }
    }
}
