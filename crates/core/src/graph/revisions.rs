//! The graph of revisions, and the questions that it answers.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::adjacency::Adjacency;
use super::labels::Labels;
use super::node::{Node, NodeSet};
use crate::revision::{RevisionHeader, RevisionId};

/// All revisions of a history and both kinds of edge between them, checked.
///
/// Two kinds of edge: `down_revision` makes branches, heads and bases; `depends_on` only says what must be applied
/// before. Made by [`build`](Self::build); it does not change. A question about an id that is not in the graph
/// is answered with `None`, `false` or nothing.
#[derive(Debug, Clone)]
pub struct RevisionGraph {
    pub(super) headers: Vec<RevisionHeader>,
    pub(super) by_id: FxHashMap<RevisionId, Node>,
    pub(super) by_label: FxHashMap<String, Node>,
    /// `down_revision`.
    pub(super) parents: Adjacency,
    /// `down_revision`, the other way.
    pub(super) children: Adjacency,
    /// `depends_on`, resolved.
    pub(super) dependencies: Adjacency,
    /// Parents, then the dependencies that no ancestor also has.
    pub(super) needs: Adjacency,
    /// Parents, then all dependencies.
    pub(super) requires: Adjacency,
    /// `requires`, the other way.
    pub(super) dependents: Adjacency,
    pub(super) labels: Labels,
    /// Parents before children; worked out when first asked for.
    pub(super) order: OnceLock<Vec<Node>>,
}

impl RevisionGraph {
    /// Returns the number of revisions.
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Are there no revisions?
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Returns the revision with exactly this id.
    pub fn get(&self, id: &str) -> Option<&RevisionHeader> {
        Some(self.header(self.node(id)?))
    }

    /// Returns all revisions, parents and dependencies before what follows them: the order of an upgrade from
    /// nothing to `heads`. Between independent branches the order given to `build` decides, as in Alembic.
    pub fn in_order(&self) -> impl DoubleEndedIterator<Item = &RevisionHeader> + ExactSizeIterator {
        self.sorted().iter().map(|&node| self.header(node))
    }

    /// Returns all revisions in the order given to `build`.
    pub fn headers(&self) -> impl DoubleEndedIterator<Item = &RevisionHeader> + ExactSizeIterator {
        self.headers.iter()
    }

    /// Returns the revisions that none follows, in the order given to `build`. Others may depend on them.
    pub fn heads(&self) -> Vec<&RevisionId> {
        self.ids(self.head_nodes())
    }

    /// Returns the revisions that none follows and none depends on: the rows of the version table after an upgrade
    /// to `heads`. In the order given to `build`.
    pub fn real_heads(&self) -> Vec<&RevisionId> {
        self.ids(self.real_head_nodes())
    }

    /// Returns the revisions that follow none, in the order given to `build`. They may depend on others.
    pub fn bases(&self) -> Vec<&RevisionId> {
        self.ids(self.base_nodes())
    }

    /// Returns the revisions that `id` follows, in the order written.
    pub fn parents(&self, id: &str) -> Vec<&RevisionId> {
        self.along(&self.parents, id)
    }

    /// Returns the revisions that follow `id`, in the order given to `build`.
    pub fn children(&self, id: &str) -> Vec<&RevisionId> {
        self.along(&self.children, id)
    }

    /// Returns the revisions that `id` depends on, labels resolved, in the order written.
    pub fn dependencies(&self, id: &str) -> Vec<&RevisionId> {
        self.along(&self.dependencies, id)
    }

    /// Returns the labels that apply to `id`, sorted: its own, those of its ancestors, and those given later on the
    /// same unbranched line.
    pub fn branch_labels(&self, id: &str) -> Vec<&str> {
        match self.node(id) {
            Some(node) => self.labels.of(node).iter().map(String::as_str).collect(),
            None => Vec::new(),
        }
    }

    /// Does no revision follow this one?
    pub fn is_head(&self, id: &str) -> bool {
        self.node(id).is_some_and(|node| self.children.of(node).is_empty())
    }

    /// Does this revision follow none?
    pub fn is_base(&self, id: &str) -> bool {
        self.node(id).is_some_and(|node| self.parents.of(node).is_empty())
    }

    /// Do several revisions follow this one?
    pub fn is_branch_point(&self, id: &str) -> bool {
        self.node(id).is_some_and(|node| self.children.of(node).len() > 1)
    }

    /// Does this revision follow several?
    pub fn is_merge_point(&self, id: &str) -> bool {
        self.node(id).is_some_and(|node| self.parents.of(node).len() > 1)
    }

    /// Must `a` be applied before `b`, along either kind of edge? A revision is no ancestor of itself.
    pub fn is_ancestor(&self, a: &str, b: &str) -> bool {
        match (self.node(a), self.node(b)) {
            (Some(a), Some(b)) => a != b && self.below([b]).contains(a),
            _ => false,
        }
    }

    pub(super) fn sorted(&self) -> &[Node] {
        self.order.get_or_init(|| {
            let mut order = self.newest_first(self.set(self.nodes()), self.real_head_nodes().collect());
            order.reverse();
            order
        })
    }

    pub(super) fn node(&self, id: &str) -> Option<Node> {
        self.by_id.get(id).copied()
    }

    pub(super) fn header(&self, node: Node) -> &RevisionHeader {
        &self.headers[node.at()]
    }

    pub(super) fn id(&self, node: Node) -> &RevisionId {
        &self.headers[node.at()].revision
    }

    pub(super) fn own_ids(&self, nodes: impl IntoIterator<Item = Node>) -> Vec<RevisionId> {
        nodes.into_iter().map(|node| self.id(node).clone()).collect()
    }

    pub(super) fn head_nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.nodes().filter(|&node| self.children.of(node).is_empty())
    }

    pub(super) fn real_head_nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.nodes().filter(|&node| self.dependents.of(node).is_empty())
    }

    pub(super) fn base_nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.nodes().filter(|&node| self.parents.of(node).is_empty())
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = Node> + use<> {
        (0..self.headers.len()).map(Node::new)
    }

    pub(super) fn set(&self, nodes: impl IntoIterator<Item = Node>) -> NodeSet {
        NodeSet::of(self.len(), nodes)
    }

    fn along(&self, edges: &Adjacency, id: &str) -> Vec<&RevisionId> {
        match self.node(id) {
            Some(node) => self.ids(edges.of(node).iter().copied()),
            None => Vec::new(),
        }
    }

    fn ids(&self, nodes: impl Iterator<Item = Node>) -> Vec<&RevisionId> {
        nodes.map(|node| self.id(node)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::graph;

    const SHOP: &str = "
        a
        b < a
        c < a @ shop
        d < c
        m < b d
        x ~ shop @ other
        y < x
    ";

    #[test]
    fn a_dependency_makes_no_branch_but_takes_a_real_head() {
        let graph = graph(&format!("{SHOP}\nz < y ~ m"));
        assert_eq!(graph.heads().iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["m", "z"]);
        assert_eq!(graph.real_heads().iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["z"]);
        assert_eq!(graph.bases().iter().map(|id| id.as_str()).collect::<Vec<_>>(), ["a", "x"]);
        assert!(graph.is_branch_point("a") && graph.is_merge_point("m") && !graph.is_merge_point("z"));
        assert!(graph.is_head("m") && graph.is_base("x") && !graph.is_head("nowhere"));
    }

    #[test]
    fn an_ancestor_is_one_along_either_kind_of_edge() {
        let graph = graph(SHOP);
        assert!(graph.is_ancestor("a", "m") && graph.is_ancestor("a", "y"));
        assert!(!graph.is_ancestor("d", "y") && !graph.is_ancestor("m", "m") && !graph.is_ancestor("m", "a"));
    }

    #[test]
    fn a_label_goes_up_to_all_that_follows_and_down_to_the_branch_point() {
        let graph = graph(
            "
            a
            b < a
            c < b
            d < a
            e < d
            f < e @ late
            g < f
            x @ one
            y < x @ two
            m < c x
        ",
        );
        let labels: String = graph
            .headers()
            .map(|h| format!("{} {:?}\n", h.revision, graph.branch_labels(h.revision.as_str())))
            .collect();
        insta::assert_snapshot!(labels, @r#"
        a []
        b []
        c []
        d ["late"]
        e ["late"]
        f ["late"]
        g ["late"]
        x ["one"]
        y ["one", "two"]
        m ["one"]
        "#);
    }

    #[test]
    fn parents_come_first_and_lines_are_kept_together() {
        let ids =
            |picture| graph(picture).in_order().map(|h| h.revision.to_string()).collect::<Vec<_>>().join(" ");
        insta::assert_snapshot!(ids(SHOP), @"a c d x y b m");
    }
}
