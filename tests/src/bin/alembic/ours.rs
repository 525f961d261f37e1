//! What Limbeck runs for each revision.

use std::error::Error;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::{Dialect, ServerInfo};
use limbeck_core::fold::Fold;
use limbeck_core::history::{History, Task, Undo, Untold};

use crate::history::order;

/// What Limbeck runs for one direction of a revision.
pub(crate) enum Ours {
    /// These statements.
    Sql(Vec<String>),
    /// It cannot be told, for this reason.
    Untold(String),
    /// It is told, and is refused or decided on the database, for this reason.
    NotOffline(String),
}

/// Lowers every revision, each on the schema of those before it as far as that is known.
pub(crate) fn all(history: &History, server: &str) -> Result<Vec<(Ours, Ours)>, Box<dyn Error>> {
    let (dialect, server) = limbeck::server(server)?;
    let mut fold = Fold::new(server.names());
    let mut all = Vec::new();
    for id in order(history)? {
        let body = history.body(&id)?;
        let up = direction(&body.upgrade, &mut fold, dialect, &server);
        let mut after = fold.clone();
        let down = match &body.undo {
            Undo::Given(tasks) => direction(tasks, &mut after, dialect, &server),
            _ => Ours::Untold("there is no downgrade".to_owned()),
        };
        all.push((up, down));
    }
    Ok(all)
}

fn direction(tasks: &[Task], fold: &mut Fold, dialect: &'static dyn Dialect, server: &ServerInfo) -> Ours {
    let (mut sql, mut untold, mut refused) = (Vec::new(), None, None);
    for task in tasks {
        match task {
            Task::Untold(Untold { scope, fault }) if scope.includes(server.names()) => {
                untold.get_or_insert_with(|| reason(fault));
            }
            Task::Operation(scoped) if scoped.scope.includes(server.names()) => {
                match dialect.lower(&scoped.operation, fold.schema(), server) {
                    Ok(lowered) => sql.extend(lowered.statements.into_iter().map(|statement| statement.sql)),
                    Err(fault) => drop(refused.get_or_insert_with(|| fault.message.clone())),
                }
            }
            _ => {}
        }
        if let Err(fault) = fold.apply_task(task) {
            // A history that was run for years fits; what is known of it does not reach far enough here.
            refused.get_or_insert_with(|| fault.message.clone());
            let cause = Diagnostic::new(Code::Untold, fault.message.clone());
            let blind = Untold { scope: Default::default(), fault: cause };
            let _ = fold.apply_task(&Task::Untold(blind));
        }
    }
    match (untold, refused) {
        (Some(reason), _) => Ours::Untold(reason),
        (None, Some(reason)) => Ours::NotOffline(reason),
        (None, None) => Ours::Sql(sql),
    }
}

fn reason(fault: &Diagnostic) -> String {
    fault
        .places
        .first()
        .map(|place| place.label.clone())
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| fault.message.clone())
}
