//! Decides what a script does that asks what the database holds: by the schema that the history adds up to where there is no
//! database, and by the database itself where there is one.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::dialect::Connection;
use crate::fold::Fold;
use crate::history::{History, Task, Untold};
use crate::op::ScopedOperation;
use crate::schema::OpaqueCause;

use super::bookkeeping::Bookkeeping;
use super::plan::PlannedStep;
use super::prepare::PreparedStep;
use super::rehearse::broken_off;
use super::resume::BrokenOff;
use super::walk::Walk;

/// Whether a task of a plan is run, and whether the schema of the history is told of it.
///
/// The two part ways where a database is not what its history says, and a script finds that out and acts on it. What it does
/// then leads back to what the history says, which is what the revisions behind it build on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// Both.
    AsRun,
    /// It is run on a database that is not what its history says.
    RunOnly,
    /// It is what the history says in its place.
    FoldOnly,
}

/// What decides.
pub(super) struct Deciding<'h> {
    /// The database as the plan will have left it so far; `None` where there is none, or where a revision was broken off
    /// within, so that what the script was told at its start is not there to be asked.
    live: Option<Walk<'h>>,
    broken: Option<BrokenOff>,
    /// Whether a script of the step at hand was told something else than the history says.
    parted: bool,
    /// Whether a script of the step at hand has asked.
    asked: bool,
    /// Whether steps of the plan lie between the database as it is and the one that a script will find.
    ahead: bool,
}

impl<'h> Deciding<'h> {
    /// Decides by the history.
    pub(super) fn by_history() -> Self {
        Self { live: None, broken: None, parted: false, asked: false, ahead: false }
    }

    /// Decides by what a database holds, which is read if some step asks for it.
    ///
    /// # Errors
    /// What the database says.
    pub(super) fn by_database(
        connection: &mut dyn Connection,
        history: &'h History,
        steps: &[PreparedStep],
        book: &Bookkeeping<'_>,
    ) -> Result<Self, Diagnostic> {
        let names = connection.server().names();
        let asks = |task: &Task| matches!(task, Task::Untold(untold) if untold.guarded.is_some() && untold.scope.includes(names));
        if !steps.iter().flat_map(|step| &step.tasks).any(asks) {
            return Ok(Self::by_history());
        }
        if let Some(broken) = broken_off(connection, book)?.filter(|broken| !broken.is_nothing()) {
            return Ok(Self { broken: Some(broken), ..Self::by_history() });
        }
        let mut schema = connection.reflect(None)?;
        let known: FxHashSet<String> =
            schema.tables.keys().chain(schema.views.keys()).map(|name| name.name.to_string()).collect();
        // What is there and not in the model is no less there.
        for name in connection.relations()?.into_iter().filter(|name| !known.contains(name)) {
            let quoted = format!("\"{}\"", name.replace('"', "\"\""));
            schema
                .opaque
                .add(OpaqueCause::new(&quoted, format!("`{name}`, of which the model knows nothing")));
        }
        // Alembic has none, so no script reckons with it.
        if let Some(log) = &book.settings.log_table {
            schema.tables.remove(log);
        }
        let live = Walk::new(history, names, Fold::of(schema, names));
        Ok(Self { live: Some(live), ..Self::by_history() })
    }

    /// Returns what a task comes to, in order of running.
    ///
    /// # Errors
    /// As [`Walk::fold`].
    pub(super) fn decide(
        &mut self,
        task: Task,
        walk: &mut Walk<'_>,
    ) -> Result<Vec<(Task, Folding)>, Diagnostics> {
        let guarded = match &task {
            Task::Untold(Untold { guarded: Some(guarded), scope, .. }) if scope.includes(walk.names()) => {
                guarded
            }
            _ => return Ok(vec![(task, Folding::AsRun)]),
        };
        self.asked = true;
        let said = guarded.tell(walk.fold()?);
        let Some(live) = &mut self.live else { return Ok(as_run(said)) };
        let mut found = guarded.tell(live.fold()?);
        if same(&said, &found) {
            return Ok(as_run(said));
        }
        for task in found.iter_mut().filter(|_| self.ahead) {
            if let Task::Untold(Untold { guarded: Some(_), fault, .. }) = task {
                fault.hint = Some(
                    "bring the database up to the revision before it first, with `limbeck upgrade`: what the script asks can \
                     be told then"
                        .to_owned(),
                );
            }
        }
        self.parted |= !said.is_empty() && !found.is_empty() && operations(&said).is_some();
        let run = found.into_iter().map(|task| (task, Folding::RunOnly));
        Ok(run.chain(said.into_iter().map(|task| (task, Folding::FoldOnly))).collect())
    }

    /// Returns the walk along the database itself, for what is run on that alone.
    pub(super) fn live(&mut self) -> Option<&mut Walk<'h>> {
        self.live.as_mut()
    }

    /// Takes note of what the plan runs.
    pub(super) fn follow(&mut self, task: &Task) {
        if let (Some(live), Task::Operation(scoped)) = (&mut self.live, task)
            && let Err(fault) = live.apply(scoped)
        {
            // What is behind it is not known; a run will say more.
            live.lose(OpaqueCause::anything(&fault.message, fault.places.first().cloned()));
        }
    }

    /// Ends a step, if a run of it that is broken off could be finished.
    ///
    /// # Errors
    /// When another run could not tell what the script was told.
    pub(super) fn end_step(&mut self, step: &PlannedStep) -> Result<(), Diagnostic> {
        self.ahead = true;
        let (parted, asked) = (std::mem::take(&mut self.parted), std::mem::take(&mut self.asked));
        let revision = &step.step.revision;
        if let Some(broken) = self.broken.take().filter(|_| asked) {
            return broken.same_size(step);
        }
        if parted && step.leaves_transaction() {
            let message = format!(
                "revision `{revision}` asks what the database holds, which is not what the history says, and each of its \
                 statements commits by itself: if it were broken off, it could not be told how to finish it"
            );
            return Err(Diagnostic::new(Code::Unsupported, message).hint(
                "bring the database to what the history says (`limbeck check` tells what differs); or run what is needed by \
                 hand and `limbeck stamp` the revision",
            ));
        }
        Ok(())
    }
}

fn as_run(tasks: Vec<Task>) -> Vec<(Task, Folding)> {
    tasks.into_iter().map(|task| (task, Folding::AsRun)).collect()
}

fn operations(tasks: &[Task]) -> Option<Vec<&ScopedOperation>> {
    let mut operations = Vec::with_capacity(tasks.len());
    for task in tasks {
        match task {
            Task::Operation(scoped) => operations.push(scoped),
            Task::Work(_) | Task::Untold(_) => return None,
        }
    }
    Some(operations)
}

/// Says whether both are told, and the same.
fn same(one: &[Task], other: &[Task]) -> bool {
    matches!((operations(one), operations(other)), (Some(one), Some(other)) if one == other)
}
