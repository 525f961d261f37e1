//! Says what clashes between two branches, where, and how it can be settled.

use crate::diagnostic::{Code, Diagnostic};

use super::{Clash, MergeClass, PairOfBranches, reconcile};

pub(super) fn report(pair: &PairOfBranches) -> Vec<Diagnostic> {
    let PairOfBranches { heads: [one, other], revisions: _, judgement } = pair;
    if judgement.class.is_clean() {
        return Vec::new();
    }
    let mut reports: Vec<Diagnostic> = judgement.clashes.iter().map(|clash| of_clash(clash, pair)).collect();
    if reports.is_empty() {
        let message = format!("`{one}` and `{other}` cannot be joined as they are: {}", judgement.class);
        reports.push(Diagnostic::new(Code::BranchesClash, message).hint(hint(judgement.class, pair)));
    }
    reports
}

fn of_clash(clash: &Clash, pair: &PairOfBranches) -> Diagnostic {
    let Clash { class, object, why, sides: [one, other] } = clash;
    let at = if object.is_empty() { String::new() } else { format!(" at {object}") };
    let what = match class {
        MergeClass::Conflict => "are in conflict",
        MergeClass::OrderDependent => "lead to another schema in another order",
        MergeClass::Unknown => "may not get along",
        MergeClass::Independent | MergeClass::Commuting => "get along",
    };
    let because = if why.is_empty() { String::new() } else { format!(": {why}") };
    let message = format!("`{}` and `{}` {what}{at}{because}", one.revision, other.revision);
    let mut diagnostic = Diagnostic::new(Code::BranchesClash, message);
    for side in [one, other] {
        let label = format!("{}: {}", side.revision, side.does);
        diagnostic = diagnostic.at_opt(side.place.clone().map(|place| place.label(label)));
    }
    diagnostic.hint(hint(*class, pair))
}

fn hint(class: MergeClass, pair: &PairOfBranches) -> String {
    let [one, other] = &pair.heads;
    let rebase =
        format!("let one follow the other: `limbeck rebase {other} --onto {one}`, then change what clashes");
    match class {
        MergeClass::OrderDependent if reconcile(&pair.judgement).is_some() => {
            format!("`limbeck merge {one} {other} --reconcile` writes a merge that settles it; or {rebase}")
        }
        MergeClass::Unknown => format!(
            "if you know that both orders lead to the same, `limbeck merge {one} {other} --anyway -m WHY`; or {rebase}"
        ),
        _ => rebase,
    }
}
