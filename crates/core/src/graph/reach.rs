//! What can be reached from some revisions: one search for each question, never one for each revision.

use super::adjacency::Adjacency;
use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;

impl RevisionGraph {
    /// Returns the revisions and all that must be applied before them.
    pub(super) fn below(&self, from: impl IntoIterator<Item = Node>) -> NodeSet {
        self.reach(&self.needs, from)
    }

    /// Returns the revisions and all that can only be applied after them.
    pub(super) fn above(&self, from: impl IntoIterator<Item = Node>) -> NodeSet {
        self.reach(&self.dependents, from)
    }

    /// Returns the revisions and their ancestors along `down_revision`.
    pub(super) fn versions_below(&self, from: impl IntoIterator<Item = Node>) -> NodeSet {
        self.reach(&self.parents, from)
    }

    /// Returns the revisions and their descendants along `down_revision`.
    pub(super) fn versions_above(&self, from: impl IntoIterator<Item = Node>) -> NodeSet {
        self.reach(&self.children, from)
    }

    /// Returns the revisions, their ancestors and their descendants along `down_revision`: what `LABEL@…` may name.
    pub(super) fn lineage(&self, from: &[Node]) -> NodeSet {
        let mut related = self.versions_below(from.iter().copied());
        related.unite(&self.versions_above(from.iter().copied()));
        related
    }

    /// Returns the first revision that is also below another of them, with those others.
    pub(super) fn overlap(&self, nodes: &[Node]) -> Option<(Node, Vec<Node>)> {
        let under = self.below(nodes.iter().flat_map(|&node| self.needs.of(node)).copied());
        let lower = nodes.iter().copied().find(|&node| under.contains(node))?;
        let above = self.above([lower]);
        Some((lower, nodes.iter().copied().filter(|&node| node != lower && above.contains(node)).collect()))
    }

    fn reach(&self, edges: &Adjacency, from: impl IntoIterator<Item = Node>) -> NodeSet {
        let mut reached = NodeSet::empty(self.len());
        let mut todo: Vec<Node> = from.into_iter().filter(|&node| reached.insert(node)).collect();
        while let Some(node) = todo.pop() {
            for &next in edges.of(node) {
                if reached.insert(next) {
                    todo.push(next);
                }
            }
        }
        reached
    }
}
