//! The order of the steps of a route.

use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;

/// How many visits each revision and edge may cost when the way ahead is blocked, before the plain order is taken.
const EFFORT: usize = 32;

impl RevisionGraph {
    /// Sorts revisions so that each comes before what it needs, from `tops` down, as Alembic does.
    ///
    /// Follows one line down as far as it can. Where a line meets a revision that another waiting line also leads
    /// to, the first such line is followed next. Lines wait in the order of the graph's revisions, later ones in
    /// the order in which merge points open them.
    ///
    /// Alembic keeps the set of ancestors of every waiting line; here each revision counts what is left above it,
    /// and only a blocked one is asked who blocks it. On tangled histories that could still be quadratic, so the effort is
    /// bounded; beyond it the rest follows in a plain order that is just as valid.
    pub(super) fn newest_first(&self, todo: NodeSet, mut tops: Vec<Node>) -> Vec<Node> {
        tops.sort_unstable();
        tops.dedup();
        tops.retain(|&top| todo.contains(top));
        let mut walk = Walk::new(self, todo);
        let rest = walk.follow(tops);
        walk.plain(rest);
        walk.sorted
    }
}

struct Walk<'g> {
    graph: &'g RevisionGraph,
    todo: NodeSet,
    /// For each revision, how many of `todo` need it.
    waiting: Vec<u32>,
    sorted: Vec<Node>,
    effort: usize,
    /// In which search each revision was last seen, so that a search need not clear anything.
    seen: Vec<u32>,
    searches: u32,
}

impl<'g> Walk<'g> {
    fn new(graph: &'g RevisionGraph, todo: NodeSet) -> Self {
        let mut waiting = vec![0; graph.len()];
        for node in todo.iter() {
            for below in graph.requires.of(node) {
                waiting[below.at()] += 1;
            }
        }
        let effort = EFFORT * (graph.len() + graph.requires.len() + 1);
        Self { graph, todo, waiting, sorted: Vec::new(), effort, seen: vec![0; graph.len()], searches: 0 }
    }

    /// Follows lines until none is left or the effort is spent; returns the lines that are left.
    fn follow(&mut self, mut lines: Vec<Node>) -> Vec<Node> {
        let mut is_line = NodeSet::of(self.graph.len(), lines.iter().copied());
        let mut current = 0;
        while let Some(&node) = lines.get(current) {
            if self.waiting[node.at()] > 0 {
                match self.first_above(node, &lines) {
                    Some(first) => current = first,
                    None => return lines,
                }
                continue;
            }
            self.emit(node);
            is_line.remove(node);
            let next: Vec<Node> = (self.graph.needs.of(node).iter().copied())
                .filter(|&below| self.todo.contains(below) && is_line.insert(below))
                .collect();
            match next.split_first() {
                Some((&first, others)) => {
                    lines[current] = first;
                    lines.extend(others);
                }
                None => {
                    lines.remove(current);
                    current = current.saturating_sub(1);
                }
            }
        }
        lines
    }

    /// Returns the position of the first line from which `node` can be reached; `None` when the effort is spent.
    fn first_above(&mut self, node: Node, lines: &[Node]) -> Option<usize> {
        self.searches += 1;
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            let above = self.graph.dependents.of(at);
            self.effort = self.effort.checked_sub(1 + above.len())?;
            for &above in above {
                if self.todo.contains(above) && self.seen[above.at()] != self.searches {
                    self.seen[above.at()] = self.searches;
                    open.push(above);
                }
            }
        }
        let first = lines.iter().position(|line| self.seen[line.at()] == self.searches)?;
        self.effort = self.effort.saturating_sub(first);
        Some(first)
    }

    /// Sorts what is left: whatever nothing waits for, the latest found first.
    fn plain(&mut self, lines: Vec<Node>) {
        let mut free: Vec<Node> = self.todo.iter().filter(|n| self.waiting[n.at()] == 0).collect();
        free.reverse();
        free.extend(lines.into_iter().rev().filter(|n| self.waiting[n.at()] == 0));
        while let Some(node) = free.pop() {
            if !self.todo.contains(node) {
                continue;
            }
            self.emit(node);
            let ready = |&&below: &&Node| self.todo.contains(below) && self.waiting[below.at()] == 0;
            free.extend(self.graph.requires.of(node).iter().filter(ready));
        }
    }

    fn emit(&mut self, node: Node) {
        self.todo.remove(node);
        self.sorted.push(node);
        for below in self.graph.requires.of(node) {
            self.waiting[below.at()] -= 1;
        }
    }
}
