//! Makes one change, holds it to the rule, and undoes it.

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Lowered, Way};
use limbeck_core::op::{Change as _, Recreate};
use limbeck_tests::Scratch;
use limbeck_tests::fidelity::{Allowed, Change, Depth, Loss, Measure, Setting, Stage};

/// What became of a change.
pub(crate) struct Attempt {
    /// In a few words: the way that was taken, or why it was refused.
    pub(crate) verdict: String,
    /// Why it cannot be undone, if it cannot.
    pub(crate) stays: Option<String>,
    pub(crate) losses: Vec<Loss>,
}

/// What a connection is set to.
const SESSION: [&str; 4] = [
    "PRAGMA legacy_alter_table",
    "PRAGMA foreign_keys",
    "PRAGMA writable_schema",
    "PRAGMA defer_foreign_keys",
];

pub(crate) fn attempt(stage: &Stage, change: &Change, recreate: Recreate, setting: Setting) -> Attempt {
    let mut scratch = stage.fresh(setting);
    let known = scratch.folded.clone();
    let session = SESSION.map(|sql| scratch.rows(sql));
    let operation = change.on(&stage.table, recreate);
    let outcome = scratch.run(std::slice::from_ref(&operation));
    let mut losses = Vec::new();
    let now = SESSION.map(|sql| scratch.rows(sql));
    if now != session {
        losses.push(Loss { measure: Measure::Session, what: format!("{now:?}, was {session:?}") });
    }
    let lowered = match outcome {
        Ok(lowered) => lowered,
        Err(fault) => {
            drop(scratch);
            let differ = stage.measure(&Allowed::default(), Depth::Seen);
            losses.extend(
                differ.into_iter().map(|loss| Loss { measure: Measure::Half, what: loss.to_string() }),
            );
            return Attempt { verdict: refusal(&fault), stays: None, losses };
        }
    };
    let allowed = Allowed::of(&operation, &known);
    // The same texts and rows do the same, whatever the change was made under.
    let depth = if setting == Setting::Enforced { Depth::Tried } else { Depth::Seen };
    losses.extend(stage.measure(&allowed, depth));
    let stays = (setting == Setting::Enforced)
        .then(|| undo(stage, &mut scratch, &operation.invert(&known), &allowed, &mut losses));
    Attempt { verdict: way(&lowered), stays: stays.flatten(), losses }
}

/// Undoes a change, and compares with what was before. Returns why it cannot be undone.
fn undo(
    stage: &Stage,
    scratch: &mut Scratch,
    operations: &Result<Vec<limbeck_core::op::Operation>, limbeck_core::schema::SchemaError>,
    allowed: &Allowed,
    losses: &mut Vec<Loss>,
) -> Option<String> {
    let Ok(operations) = operations else { return Some("cannot be undone".to_owned()) };
    match scratch.run(operations) {
        Ok(_) => {
            let differ = stage.measure(&allowed.undone(), Depth::Seen);
            let undone = |loss: Loss| Loss { what: format!("undone: {}", loss.what), ..loss };
            losses.extend(differ.into_iter().map(undone));
            None
        }
        Err(fault) => Some(format!("undo {}", refusal(&fault))),
    }
}

fn refusal(fault: &Diagnostic) -> String {
    format!("refused: {}", fault.message)
}

fn way(lowered: &[Lowered]) -> String {
    let ways = lowered.iter().flat_map(|one| &one.statements).map(|statement| statement.way);
    match ways.max() {
        None | Some(Way::Native) => "in place".to_owned(),
        Some(Way::SchemaEdit) => "schema edit".to_owned(),
        Some(Way::MoveAndCopy) => "move and copy".to_owned(),
    }
}
