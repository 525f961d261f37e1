//! What Limbeck runs for each revision.

use std::error::Error;

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Dialect, Expect, ServerInfo, Statement};
use limbeck_core::fold::Fold;
use limbeck_core::history::{History, Task, Undo, Untold};
use limbeck_core::literal::RawSql;
use limbeck_core::op::{Execute, ScopedOperation};

use crate::history::order;
use crate::oracle::Answer;

/// What Limbeck runs for one direction of a revision.
pub(crate) enum Ours {
    /// These statements.
    Sql(Vec<String>),
    /// It cannot be told, for this reason.
    Untold(String),
    /// It is told, and is refused or decided on the database, for this reason.
    NotOffline(String),
}

/// Lowers every revision, each on the schema of those before it.
///
/// Where a revision is untold, the schema goes on with what Alembic runs for it, if that is known; a user would give the
/// revision by hand there. Nothing that Limbeck makes of a revision depends on what Alembic makes of the same one.
pub(crate) fn all(
    history: &History,
    server: &str,
    theirs: &[(Answer, Answer)],
) -> Result<Vec<(Ours, Ours)>, Box<dyn Error>> {
    let (dialect, server) = limbeck::server(server)?;
    let mut fold = Fold::new(server.names());
    let mut all = Vec::new();
    for (id, (their_up, their_down)) in order(history)?.iter().zip(theirs) {
        let body = history.body(id)?;
        let up = direction(&body.upgrade, &mut fold, dialect, &server, their_up);
        let mut after = fold.clone();
        let down = match &body.undo {
            Undo::Given(tasks) => direction(tasks, &mut after, dialect, &server, their_down),
            _ => Ours::Untold("there is no downgrade".to_owned()),
        };
        all.push((up, down));
    }
    Ok(all)
}

/// Says of every upgrade whether it is told with no database at hand: where a script asks what the database holds, by what
/// Limbeck knows of the history before it.
pub(crate) fn told_offline(history: &History, server: &str) -> Result<Vec<bool>, Box<dyn Error>> {
    let (_, server) = limbeck::server(server)?;
    let mut fold = Fold::new(server.names());
    let mut all = Vec::new();
    for id in order(history)? {
        let body = history.body(&id)?;
        let is_untold =
            |task: &Task| matches!(task, Task::Untold(untold) if untold.scope.includes(server.names()));
        all.push(!decided(&body.upgrade, &fold, &server).iter().any(is_untold));
        let before = fold.clone();
        if fold.apply_revision(&id, &body.upgrade).is_err() {
            fold = before;
        }
    }
    Ok(all)
}

/// Returns tasks with what follows, on a schema, from those that ask it.
fn decided(tasks: &[Task], fold: &Fold, server: &ServerInfo) -> Vec<Task> {
    let decide = |task: &Task| match task {
        Task::Untold(Untold { scope, guarded: Some(guarded), .. }) if scope.includes(server.names()) => {
            guarded.tell(fold)
        }
        task => vec![task.clone()],
    };
    tasks.iter().flat_map(decide).collect()
}

fn direction(
    tasks: &[Task],
    fold: &mut Fold,
    dialect: &'static dyn Dialect,
    server: &ServerInfo,
    theirs: &Answer,
) -> Ours {
    let (mut sql, mut untold, mut refused) = (Vec::new(), None, None);
    for task in &decided(tasks, fold, server) {
        match task {
            Task::Untold(Untold { scope, fault, .. }) if scope.includes(server.names()) => {
                untold.get_or_insert_with(|| reason(fault));
            }
            Task::Operation(scoped) if scoped.scope.includes(server.names()) => {
                match dialect.lower(&scoped.operation, fold.schema(), server) {
                    Ok(lowered) => sql.extend(
                        lowered.statements.into_iter().filter(changes).map(|statement| statement.sql),
                    ),
                    Err(fault) => drop(refused.get_or_insert_with(|| fault.message.clone())),
                }
                // A history that was run for years fits; what is known of it does not reach far enough here.
                if let Err(fault) = follow(fold, scoped) {
                    refused.get_or_insert_with(|| fault.message.clone());
                }
            }
            _ => {}
        }
    }
    if let (Some(_), Answer::Sql(theirs)) = (&untold, theirs) {
        for text in theirs {
            let _ = follow(fold, &Execute { sql: RawSql::new(text.as_str()), state: None }.into());
        }
    }
    match (untold, refused) {
        (Some(reason), _) => Ours::Untold(reason),
        (None, Some(reason)) => Ours::NotOffline(reason),
        (None, None) => Ours::Sql(sql),
    }
}

/// Applies an operation; one of which it is not known what it does is left out, rather than that all be unknown behind it.
fn follow(fold: &mut Fold, scoped: &ScopedOperation) -> Result<(), Diagnostic> {
    let before = fold.clone();
    let done = fold.apply(scoped);
    if done.is_err() || !fold.schema().opaque.is_empty() {
        *fold = before;
    }
    done
}

/// Says whether a statement does something, rather than look whether the next one may.
fn changes(statement: &Statement) -> bool {
    !matches!(
        statement.expect,
        Expect::NoRows { .. } | Expect::NoneMissed { .. } | Expect::Remember(_) | Expect::AsRemembered { .. }
    )
}

fn reason(fault: &Diagnostic) -> String {
    fault
        .places
        .first()
        .map(|place| place.label.clone())
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| fault.message.clone())
}
