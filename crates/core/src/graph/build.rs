//! Makes the graph from headers, and reports everything that is wrong with them at once.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::adjacency::Adjacency;
use super::check::Check;
use super::cycle;
use super::dependencies;
use super::fault::{self, Locate};
use super::labels::Labels;
use super::node::Node;
use super::revisions::RevisionGraph;
use crate::diagnostic::Diagnostics;
use crate::revision::RevisionHeader;

impl RevisionGraph {
    /// Makes the graph of some revisions. Their order decides between independent branches; sort them by file name
    /// to go the way that Alembic goes.
    ///
    /// No headers make an empty graph. Linear in revisions and edges.
    ///
    /// # Errors
    /// All faults together: names that no target could name, ids and labels given twice, parents and dependencies
    /// that are missing, and circles of either kind of edge or both. Each points at the file of its header.
    pub fn build(headers: Vec<RevisionHeader>) -> Result<Self, Diagnostics> {
        Self::build_located(headers, &fault::whole_file)
    }

    /// Makes the graph as [`build`](Self::build) does, with `locate` to find the exact place of each fault.
    ///
    /// # Errors
    /// As for [`build`](Self::build).
    pub fn build_located(headers: Vec<RevisionHeader>, locate: Locate<'_>) -> Result<Self, Diagnostics> {
        let mut check = Check::new(&headers, locate);
        check.labels();
        let parents = check.parents();
        let resolved = check.dependencies();
        let requires = Adjacency::collect(
            parents.iter().zip(&resolved).map(|(down, deps)| down.iter().chain(deps).copied()),
        );
        let dependents = requires.inverted();
        let circles = cycle::find(headers.len(), &requires, &dependents);
        for path in &circles.paths {
            check.report_circle(path, &parents);
        }
        let Check { by_id, by_label, faults, .. } = check;
        Diagnostics::check(faults, ())?;

        let parents = Adjacency::collect(parents);
        let children = parents.inverted();
        let users = users(&resolved);
        let normalized = dependencies::normalize(&resolved, &users, &children, &circles.depths);
        let needs = Adjacency::collect(
            normalized
                .iter()
                .enumerate()
                .map(|(i, deps)| parents.of(Node::new(i)).iter().chain(deps).copied()),
        );
        let own: Vec<&[String]> = headers.iter().map(|h| h.branch_labels.as_slice()).collect();
        let labels = Labels::spread(&own, &circles.order, &parents, &children, &dependents);
        Ok(Self {
            dependencies: Adjacency::collect(resolved),
            headers,
            by_id,
            by_label,
            parents,
            children,
            needs,
            requires,
            dependents,
            labels,
            order: OnceLock::new(),
        })
    }
}

/// Returns, for each revision that others depend on, those others; in the order of first mention.
fn users(resolved: &[Vec<Node>]) -> Vec<(Node, Vec<Node>)> {
    let mut places: FxHashMap<Node, usize> = FxHashMap::default();
    let mut users: Vec<(Node, Vec<Node>)> = Vec::new();
    for (i, dependencies) in resolved.iter().enumerate() {
        for &dependency in dependencies {
            let place = *places.entry(dependency).or_insert_with(|| {
                users.push((dependency, Vec::new()));
                users.len() - 1
            });
            users[place].1.push(Node::new(i));
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::super::picture::{faults, graph};

    #[test]
    fn every_fault_is_reported_in_one_pass() {
        insta::assert_snapshot!(faults("
            a @ shop shop2
            a
            b < a c1
            c-1 < b
            d < d
            e ~ e shpo
            f < shop @ a @ shop2
            head < b
            b2 < baa
        "), @r"
        error[L0301]: revision `a` is there twice (a.toml); give one of them another id, and repoint what follows it
        error[L0306]: the revision id `c-1` holds the character `-` (c-1.toml); targets give `@`, `-`, `+` and `:` a meaning of their own
        error[L0306]: `head` cannot be a revision id (head.toml); targets give `head`, `heads` and `base` a meaning of their own
        error[L0305]: branch label `a` of revision `f` is also the id of a revision (f.toml)
        error[L0305]: branch label `shop2` is given by revision `f` and by `a` (f.toml); a label stands for one revision; those that follow it carry it without saying so
        error[L0302]: revision `b` follows `c1`, which is missing (b.toml); add the file of `c1`, or correct `down_revision`
        error[L0303]: revision `d` follows itself (d.toml); name another revision in `down_revision`, or leave the key out
        error[L0302]: revision `f` follows `shop`, which is missing (f.toml); `shop` is a branch label; `down_revision` takes ids: `a`
        error[L0302]: revision `b2` follows `baa`, which is missing (b2.toml); add the file of `baa`, or correct `down_revision`
        error[L0303]: revision `e` depends on itself (e.toml); name another revision in `depends_on`, or leave the key out
        error[L0302]: revision `e` depends on `shpo`, which is missing (e.toml); a revision with a similar name exists: `shop`
        ");
    }

    #[test]
    fn a_cycle_with_entry_and_exit_is_found() {
        insta::assert_snapshot!(faults("
            a
            b < a d
            c < b
            d < c
            e < d
        "), @"error[L0304]: revisions form a cycle: b -> c -> d -> b (b.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them");
    }

    #[test]
    fn a_cycle_of_dependencies_or_of_both_kinds_is_found_and_each_knot_is_shown_once() {
        insta::assert_snapshot!(faults("
            a ~ b
            b ~ a
            m
            n < m ~ q
            o < n ~ p
            p < o
            q < n
            r < q
        "), @r"
        error[L0304]: revisions form a cycle: a -> b -> a (a.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        error[L0304]: revisions form a cycle: n -> q -> n (n.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        error[L0304]: revisions form a cycle: o -> p -> o (o.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        ");
    }

    #[test]
    fn no_headers_make_an_empty_graph() {
        let empty = graph("");
        assert!(empty.is_empty() && empty.heads().is_empty() && empty.bases().is_empty());
        assert_eq!(empty.in_order().len(), 0);
    }

    #[test]
    fn a_deep_history_does_not_overflow_the_stack() {
        let deep: String = (1..50_000).map(|i| format!("r{i} < r{}\n", i - 1)).collect();
        let graph = graph(&format!("r0\n{deep}"));
        assert_eq!(graph.in_order().map(|h| h.revision.as_str()).next_back(), Some("r49999"));
        let knot: String = (0..50_000).map(|i| format!("r{i} < r{}\n", (i + 49_999) % 50_000)).collect();
        assert!(faults(&knot).contains("r49999 -> r0"));
    }
}
