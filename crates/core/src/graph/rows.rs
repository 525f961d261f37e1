//! What each step changes in the version table, by Alembic's rules.

use rustc_hash::FxHashSet;

use super::heads::RowChange;
use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;

/// The rows of a version table while a route is being walked.
///
/// Alembic asks at each step for all ancestors of all other rows. Here the applied revisions are kept instead, and a
/// revision is below another row exactly when something else that is applied needs it; only where that could be the
/// step's own doing is the graph searched, upwards, until the first row is met.
pub(super) struct Rows<'g> {
    graph: &'g RevisionGraph,
    rows: NodeSet,
    count: usize,
    applied: NodeSet,
}

impl<'g> Rows<'g> {
    /// Starts from some rows; all that is below them is taken to be applied.
    pub(super) fn new(graph: &'g RevisionGraph, rows: &[Node]) -> Self {
        let applied = graph.below(rows.iter().copied());
        let rows = graph.set(rows.iter().copied());
        Self { graph, count: rows.iter().count(), rows, applied }
    }

    /// Applies a revision whose needs are all applied; returns the changes in order.
    ///
    /// None of its needs has a row: a new row. One has: the row moves up. Several have: all but the last are deleted
    /// and the last moves up; a need that another row also stands for keeps its row.
    pub(super) fn raise(&mut self, node: Node) -> Vec<RowChange> {
        let graph = self.graph;
        let needs = graph.needs.of(node);
        let mut gone: Vec<Node> = needs.iter().copied().filter(|&n| self.rows.contains(n)).collect();
        if gone.len() > 1 {
            gone.retain(|&need| !self.is_below_a_row(need, needs));
        }
        self.applied.insert(node);
        self.replace(&gone, node)
    }

    /// Undoes a revision that nothing applied needs; returns the changes in order.
    ///
    /// Its needs get rows of their own, but for those that another row stands for. None is left: the row is deleted.
    pub(super) fn lower(&mut self, node: Node) -> Vec<RowChange> {
        let graph = self.graph;
        let needs = graph.needs.of(node);
        let others = self.count > 1;
        let back: Vec<Node> = needs
            .iter()
            .copied()
            .filter(|&need| {
                // A sole need cannot be below itself, so whatever else needs it is below another row. Without other
                // rows, whatever else needs it is below another need.
                if others && needs.len() > 1 {
                    !self.is_below_a_row(need, &[node])
                } else {
                    !self.rows.contains(need) && !self.is_needed_besides(need, node)
                }
            })
            .collect();
        self.applied.remove(node);
        self.split(node, &back)
    }

    /// Replaces rows by one; inserts it when there are none to replace.
    pub(super) fn replace(&mut self, gone: &[Node], node: Node) -> Vec<RowChange> {
        let Some((&last, others)) = gone.split_last() else {
            self.insert(node);
            return vec![RowChange::Insert(self.graph.id(node).clone())];
        };
        let mut changes: Vec<RowChange> = others.iter().flat_map(|&other| self.delete(other)).collect();
        self.remove(last);
        self.insert(node);
        changes
            .push(RowChange::Update { from: self.graph.id(last).clone(), to: self.graph.id(node).clone() });
        changes
    }

    /// Deletes a row; nothing when it is not there.
    pub(super) fn delete(&mut self, node: Node) -> Option<RowChange> {
        self.remove(node).then(|| RowChange::Delete(self.graph.id(node).clone()))
    }

    /// Is there a row for this revision?
    pub(super) fn contains(&self, node: Node) -> bool {
        self.rows.contains(node)
    }

    fn split(&mut self, node: Node, back: &[Node]) -> Vec<RowChange> {
        let Some((&last, others)) = back.split_last() else {
            return self.delete(node).into_iter().collect();
        };
        let mut changes = Vec::with_capacity(back.len());
        for &other in others {
            self.insert(other);
            changes.push(RowChange::Insert(self.graph.id(other).clone()));
        }
        self.remove(node);
        self.insert(last);
        changes
            .push(RowChange::Update { from: self.graph.id(node).clone(), to: self.graph.id(last).clone() });
        changes
    }

    fn insert(&mut self, node: Node) {
        self.count += usize::from(self.rows.insert(node));
    }

    fn remove(&mut self, node: Node) -> bool {
        let there = self.rows.remove(node);
        self.count -= usize::from(there);
        there
    }

    fn is_needed_besides(&self, need: Node, node: Node) -> bool {
        self.graph.dependents.of(need).iter().any(|&above| above != node && self.applied.contains(above))
    }

    /// Is `node`, or anything applied that needs it, a row? The rows `but` do not count.
    fn is_below_a_row(&self, node: Node, but: &[Node]) -> bool {
        let mut seen = FxHashSet::default();
        let mut todo = vec![node];
        while let Some(at) = todo.pop() {
            if self.rows.contains(at) && !but.contains(&at) {
                return true;
            }
            for &above in self.graph.dependents.of(at) {
                if self.applied.contains(above) && seen.insert(above) {
                    todo.push(above);
                }
            }
        }
        false
    }
}
