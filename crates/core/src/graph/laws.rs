//! What holds for every history, tried on random ones.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::rows::Rows;
use super::{Direction, Heads, RevisionGraph, Target};
use crate::revision::{RevisionHeader, RevisionId};

/// Random histories of up to 24 revisions: branches, merges, several bases, dependencies; in shuffled order.
fn histories() -> impl Strategy<Value = RevisionGraph> {
    let revision = (
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        prop::option::of(any::<prop::sample::Index>()),
    );
    let headers = prop::collection::vec(revision, 1..24).prop_map(|drawn| {
        let mut headers: Vec<RevisionHeader> = Vec::new();
        for (i, (down, depends)) in drawn.iter().enumerate() {
            let earlier = |index: &prop::sample::Index| RevisionId::new(format!("r{}", index.index(i)));
            let down: BTreeSet<RevisionId> = down.iter().filter(|_| i > 0).map(earlier).collect();
            let mut header = RevisionHeader::new(format!("r{i}").as_str(), down);
            header
                .depends_on
                .extend(depends.iter().filter(|_| i > 0).map(|index| earlier(index).to_string()));
            headers.push(header);
        }
        headers
    });
    headers
        .prop_shuffle()
        .prop_map(|headers| RevisionGraph::build(headers).expect("each needs earlier ones only"))
}

/// Returns the rows without those that another row stands for.
fn reduced(graph: &RevisionGraph, heads: &Heads) -> Heads {
    let stands = |id: &RevisionId| heads.iter().any(|other| graph.is_ancestor(id.as_str(), other.as_str()));
    heads.iter().filter(|id| !stands(id)).cloned().collect()
}

/// Returns one target of each revision.
fn targets(graph: &RevisionGraph) -> Vec<Target> {
    graph.headers().map(|h| Target::revision(h.revision.as_str())).collect()
}

proptest! {
    #[test]
    fn a_step_comes_after_all_that_it_needs_and_no_step_comes_twice(graph in histories()) {
        let mut applied = BTreeSet::new();
        for step in graph.upgrade(&Heads::default(), &Target::heads())?.steps {
            let id = step.revision.as_str();
            prop_assert!(graph.parents(id).into_iter().chain(graph.dependencies(id)).all(|need| applied.contains(need)));
            prop_assert!(applied.insert(step.revision));
        }
        prop_assert_eq!(applied.len(), graph.len());
        let order: Vec<_> = graph.in_order().map(|h| h.revision.clone()).collect();
        let route: Vec<_> = graph.upgrade(&Heads::default(), &Target::heads())?.steps.into_iter().map(|s| s.revision).collect();
        prop_assert_eq!(order, route);
    }

    #[test]
    fn the_rows_are_what_is_applied_and_nothing_applied_needs(graph in histories()) {
        let mut applied: Vec<RevisionId> = Vec::new();
        for passage in graph.upgrade(&Heads::default(), &Target::heads())?.walk() {
            applied.push(passage.step.revision.clone());
            let all: Heads = applied.iter().cloned().collect();
            prop_assert_eq!(&passage.after, &reduced(&graph, &all));
            prop_assert!(!passage.step.rows.is_empty());
        }
        prop_assert_eq!(applied.len(), graph.len());
    }

    #[test]
    fn undoing_a_step_gives_the_rows_before_it(graph in histories()) {
        for passage in graph.upgrade(&Heads::default(), &Target::heads())?.walk() {
            let rows = graph.rows(&passage.after)?;
            let node = graph.node(passage.step.revision.as_str()).expect("a step is a revision");
            let mut heads = passage.after.clone();
            Rows::new(&graph, &rows).lower(node).iter().for_each(|change| heads.apply(change));
            prop_assert_eq!(reduced(&graph, &heads), passage.before);
        }
    }

    #[test]
    fn down_from_anywhere_to_base_leaves_no_row(graph in histories()) {
        for target in targets(&graph) {
            let up = graph.upgrade(&Heads::default(), &target)?;
            let down = graph.downgrade(&up.end(), &Target::base())?;
            prop_assert!(down.end().is_empty());
            prop_assert_eq!(down.steps.len(), up.steps.len());
            prop_assert!(down.steps.iter().all(|step| step.direction == Direction::Down));
        }
    }

    #[test]
    fn up_in_two_stages_ends_where_one_stage_ends(graph in histories()) {
        let whole = graph.upgrade(&Heads::default(), &Target::heads())?;
        for target in targets(&graph) {
            let half = graph.upgrade(&Heads::default(), &target)?;
            let rest = graph.upgrade(&half.end(), &Target::heads())?;
            prop_assert_eq!(rest.end(), whole.end());
            prop_assert_eq!(half.steps.len() + rest.steps.len(), whole.steps.len());
        }
    }

    #[test]
    fn a_dependency_is_left_out_of_the_needs_when_an_ancestor_has_it_too(graph in histories()) {
        for node in graph.nodes() {
            let ancestors = graph.versions_below(graph.parents.of(node).iter().copied());
            let inherited = |dependency| ancestors.iter().any(|a| graph.dependencies.of(a).contains(dependency));
            let kept = graph.dependencies.of(node).iter().filter(|d| !inherited(d));
            let mut needs = graph.parents.of(node).to_vec();
            for &dependency in kept {
                if !needs.contains(&dependency) {
                    needs.push(dependency);
                }
            }
            prop_assert_eq!(graph.needs.of(node), needs);
        }
    }

    #[test]
    fn a_stamp_and_an_upgrade_to_one_target_leave_the_same_rows(graph in histories()) {
        for target in targets(&graph) {
            let stamped = graph.stamp(&Heads::default(), std::slice::from_ref(&target))?.end();
            prop_assert_eq!(stamped, graph.upgrade(&Heads::default(), &target)?.end());
        }
    }
}
