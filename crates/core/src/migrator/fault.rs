//! What is said when a step fails: what was rolled back, and where the database is.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::graph::{Direction, Heads};

use super::plan::PlannedStep;
use super::resume::Certainty;
use super::step::{Halt, Progress, Session};

/// Rolls back, and says what was rolled back and where the database is.
pub(super) fn broken(
    session: &mut Session<'_>,
    halt: Halt,
    step: &PlannedStep,
    progress: &mut Progress,
    stays: &Heads,
) -> Diagnostics {
    // What the rollback says would only hide why there was one; a transaction left open dies with the connection.
    let _ = session.connection.rollback();
    // As below.
    let _ = session.record_failed(step, progress);
    // As long as it is not known whether a statement ran, the log must not say that it did not.
    let known = progress.next == Certainty::NotDone;
    if let Some(fail) = session.book.fail().filter(|_| progress.committed && known) {
        // If it cannot be noted, the next run looks for itself.
        let _ = session.connection.execute(&fail.sql);
    }
    let Halt::Failed(faults) = halt else {
        let message = "foreign keys are enforced in a step that must suspend them";
        return Diagnostic::new(Code::StatementFailed, message).into();
    };
    let verb = match step.step.direction {
        Direction::Up => "upgrade to",
        Direction::Down => "downgrade from",
    };
    let revision = &step.step.revision;
    let what = format!("the {verb} `{revision}`");
    let outcome = match progress.committed {
        true => format!("{what} was broken off after {} of {} statements", progress.recorded, step.size()),
        false => format!("{what} was rolled back, and the database is at {}", in_words(stays)),
    };
    let told = faults.into_iter().map(|mut fault| {
        match (fault.code, fault.places.first_mut()) {
            (Code::Interrupted, _) => {
                fault.message = format!("interrupted: {outcome}");
                fault.hint = Some("run the same command again to go on from there".to_owned());
            }
            (Code::Locked, _) => {}
            (_, Some(place)) if place.label.is_empty() => place.label = outcome.clone(),
            (_, Some(_)) => {}
            (_, None) => fault.message = format!("{}; {outcome}", fault.message),
        }
        fault
    });
    Diagnostics::check(told.collect(), ()).expect_err("there is a fault for each that was given")
}

fn in_words(heads: &Heads) -> String {
    match heads.is_empty() {
        true => "`base`".to_owned(),
        false => heads.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
    }
}
