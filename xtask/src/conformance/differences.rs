//! The deliberate differences from Alembic, each as narrow a rule as it can be told.
//!
//! `docs/alembic-differences.md` gives the reasons under the same names; a test keeps the two lists the same.

use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::graph::{Anchor, Heads, Range, RevisionGraph, RouteError, Target};

use super::case::{Command, Kind};
use super::compare::Scene;
use super::oracle::Answer;

const CYCLE: &str = "a cycle that Alembic misses";
const NO_CURRENT: &str = "`history` up to `current` of an empty database";
const HISTORY: &str = "`history` along dependencies";

/// Names a listed difference, when all that Limbeck finds wrong with a history that Alembic takes is of that kind.
pub(super) fn of_history(faults: &Diagnostics) -> Option<&'static str> {
    faults.iter().all(|fault| fault.code == Code::Cycle).then_some(CYCLE)
}

/// Names the listed difference that a command met, if it is one.
pub(super) fn of_command(scene: &Scene<'_>) -> Option<&'static str> {
    RULES.iter().find(|(_, rule)| rule(scene)).map(|(name, _)| *name)
}

/// Names the listed difference in what `history` shows, if it is one.
///
/// Alembic refuses ends that include each other, and asserts that the upper end follows the lower one along
/// `down_revision`, where it may also depend on it.
pub(super) fn of_history_shown(
    graph: &RevisionGraph,
    command: &Command,
    rows: &Heads,
    theirs: &Answer,
) -> Option<&'static str> {
    if rows.is_empty() && command.targets[0].ends_with(":current") {
        return Some(NO_CURRENT);
    }
    let failure = theirs.error.as_ref()?;
    let range = command.targets[0].parse::<Range>().ok()?;
    graph.history(&range, rows).ok()?;
    let overlap = failure.message.contains("overlaps with other requested revisions")
        && rows.iter().any(|a| rows.iter().any(|b| graph.is_ancestor(a.as_str(), b.as_str())));
    let depends = failure.kind == "AssertionError" && graph.headers().any(|h| !h.depends_on.is_empty());
    (overlap || depends).then_some(HISTORY)
}

type Rule = fn(&Scene<'_>) -> bool;

const RULES: &[(&str, Rule)] = &[
    ("`-N` from several heads", counts_down_from_several_heads),
    ("a branch that does not exist", names_no_branch),
    ("counting down from `base`", counts_down_from_base),
    ("targets with something after the count", is_cut_short),
    ("targets with two `@`", holds_two_ats),
    ("targets that start with `@`", has_an_empty_branch),
    ("counting from an id with a dot or a hyphen", counts_from_an_unusual_name),
    ("relative targets for `stamp`", stamps_a_relative_target),
    ("a merge of a revision and its own ancestor", merges_an_ancestor),
    ("several targets for `stamp`", stamps_several),
    ("the start of an id on a branch for `stamp`", stamps_a_start_on_a_branch),
    ("`stamp` between rows that include each other", stamps_between_rows),
];

/// Alembic takes whichever row comes first, and warns.
fn counts_down_from_several_heads(scene: &Scene<'_>) -> bool {
    matches!(scene.ours, Err(RouteError::AmbiguousStart { .. }))
        && scene.theirs.error.is_none()
        && scene.command.kind == Kind::Downgrade
        && scene.rows.len() > 1
        && target(scene).is_some_and(|t| t.label.is_none() && t.anchor == Anchor::Here)
}

/// Alembic does not look at the label of `LABEL@base`, nor at that of a downgrade where there is nothing to choose.
fn names_no_branch(scene: &Scene<'_>) -> bool {
    let no_branch = |target: &Target| target.label.as_ref().is_some_and(|l| scene.graph.find(l).is_err());
    let base = |target: &Target| target.anchor == Anchor::Base;
    matches!(scene.ours, Err(RouteError::NoSuchBranch { .. } | RouteError::Ambiguous { .. }))
        && scene.theirs.error.is_none()
        && targets(scene).iter().any(|t| no_branch(t) && (base(t) || scene.command.kind == Kind::Downgrade))
}

/// Alembic goes down from the only head.
fn counts_down_from_base(scene: &Scene<'_>) -> bool {
    matches!(scene.ours, Err(RouteError::TooFar { .. }))
        && scene.theirs.error.is_none()
        && target(scene)
            .is_some_and(|t| t.anchor == Anchor::Base && t.offset.is_some_and(|offset| offset < 0))
}

/// Alembic matches the start of a target and forgets the rest.
fn is_cut_short(scene: &Scene<'_>) -> bool {
    let digit_then_more = |text: &str| {
        let rest = text.trim_start_matches(|c| c != '+' && c != '-').get(1..).unwrap_or_default();
        let more = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        more.len() < rest.len() && !more.is_empty()
    };
    matches!(scene.ours, Err(RouteError::NoSuchRevision { .. }))
        && scene.theirs.error.is_none()
        && scene.command.targets.iter().any(|text| digit_then_more(text))
}

/// Alembic takes all before the last `@` of a relative target for the branch, and looks at the first part of it.
fn holds_two_ats(scene: &Scene<'_>) -> bool {
    matches!(scene.ours, Err(RouteError::BadTarget { .. }))
        && scene.theirs.error.is_none()
        && scene.command.targets.iter().any(|text| text.matches('@').count() > 1)
}

/// Alembic takes an empty branch for none.
fn has_an_empty_branch(scene: &Scene<'_>) -> bool {
    matches!(scene.ours, Err(RouteError::BadTarget { .. }))
        && scene.theirs.error.is_none()
        && scene.command.targets.iter().any(|text| text.starts_with('@'))
}

/// Alembic counts from words of letters, digits and `_` only.
fn counts_from_an_unusual_name(scene: &Scene<'_>) -> bool {
    let unusual = |name: &str| name.chars().any(|c| !c.is_alphanumeric() && c != '_');
    scene.ours.is_ok()
        && scene.theirs.error.as_ref().is_some_and(|failure| failure.stage == "resolve")
        && target(scene)
            .is_some_and(|t| t.offset.is_some() && matches!(&t.anchor, Anchor::Name(name) if unusual(name)))
}

/// Alembic counts down from the heads of the history, if the version table is empty, and fails if not.
fn stamps_a_relative_target(scene: &Scene<'_>) -> bool {
    matches!(scene.ours, Err(RouteError::BadTarget { .. }))
        && scene.theirs.error.is_none()
        && scene.command.kind == Kind::Stamp
        && targets(scene).iter().any(|t| t.anchor == Anchor::Here)
}

/// Alembic looks for a row of a revision that another parent stands for, and fails with a KeyError.
fn merges_an_ancestor(scene: &Scene<'_>) -> bool {
    let (Ok(route), Some(failure), Some(at)) = (scene.ours, &scene.theirs.error, &scene.theirs.at) else {
        return false;
    };
    let needs = needs(scene.graph, at);
    let key = failure.message.get(1..failure.message.len() - 1).unwrap_or_default();
    scene.command.kind == Kind::Upgrade
        && failure.stage == "rows"
        && failure.kind == "KeyError"
        && needs.iter().any(|need| need == key)
        && needs.iter().any(|upper| scene.graph.is_ancestor(key, upper))
        && route.walk().any(|passage| passage.step.revision.as_str() == at && !passage.before.contains(key))
}

/// Alembic moves the same rows for each target, and fails at the second with a KeyError or AssertionError.
fn stamps_several(scene: &Scene<'_>) -> bool {
    let wanted: usize =
        targets(scene).iter().filter_map(|t| scene.graph.resolve(t).ok()).map(|found| found.len()).sum();
    scene.ours.is_ok()
        && scene.command.kind == Kind::Stamp
        && wanted > 1
        && scene
            .theirs
            .error
            .as_ref()
            .is_some_and(|f| f.stage == "rows" && ["KeyError", "AssertionError"].contains(&f.kind.as_str()))
}

/// Alembic asserts that rows are not both above and below the target.
fn stamps_between_rows(scene: &Scene<'_>) -> bool {
    let rows: Vec<&str> = scene.rows.iter().map(|id| id.as_str()).collect();
    scene.ours.is_ok()
        && scene.command.kind == Kind::Stamp
        && scene.theirs.error.as_ref().is_some_and(|f| f.stage == "resolve" && f.kind == "AssertionError")
        && rows.iter().any(|a| rows.iter().any(|b| scene.graph.is_ancestor(a, b)))
}

/// Alembic looks the start of an id up once on the branch, and once everywhere when there are rows.
fn stamps_a_start_on_a_branch(scene: &Scene<'_>) -> bool {
    let unclear = |target: &Target| match &target.anchor {
        Anchor::Name(name) => {
            target.label.is_some() && matches!(scene.graph.find(name), Err(RouteError::Ambiguous { .. }))
        }
        _ => false,
    };
    scene.ours.is_ok()
        && scene.command.kind == Kind::Stamp
        && scene.theirs.error.as_ref().is_some_and(|f| f.stage == "resolve" && f.kind == "CommandError")
        && targets(scene).iter().any(unclear)
}

fn needs(graph: &RevisionGraph, id: &str) -> Vec<String> {
    graph.parents(id).into_iter().chain(graph.dependencies(id)).map(ToString::to_string).collect()
}

fn targets(scene: &Scene<'_>) -> Vec<Target> {
    scene.command.targets.iter().filter_map(|text| text.parse().ok()).collect()
}

fn target(scene: &Scene<'_>) -> Option<Target> {
    targets(scene).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::{CYCLE, HISTORY, NO_CURRENT, RULES};

    #[test]
    fn every_difference_is_explained_in_the_docs() {
        let docs = include_str!("../../../docs/alembic-differences.md");
        for name in RULES.iter().map(|(name, _)| *name).chain([CYCLE, HISTORY, NO_CURRENT]) {
            assert!(docs.contains(&format!("\n## {}\n", capital(name))), "{name} is not explained");
        }
    }

    fn capital(name: &str) -> String {
        let mut chars = name.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
    }
}
