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
        Self { graph, todo, waiting, sorted: Vec::new(), effort }
    }

    /// Follows lines until none is left or the effort is spent; returns the lines that are left.
    fn follow(&mut self, mut lines: Vec<Node>) -> Vec<Node> {
        let mut is_line = NodeSet::of(self.graph.len(), lines.iter().copied());
        let mut current = 0;
        while let Some(&node) = lines.get(current) {
            if self.waiting[node.at()] > 0 {
                let blocking = self.lines_above(node, &is_line);
                match lines.iter().position(|&line| line != node && blocking.contains(&line)) {
                    Some(first) if self.effort > 0 => current = first,
                    _ => return lines,
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

    /// Returns the lines from which `node` can be reached.
    fn lines_above(&mut self, node: Node, is_line: &NodeSet) -> Vec<Node> {
        let mut found = Vec::new();
        let mut seen = rustc_hash::FxHashSet::from_iter([node]);
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            self.effort = self.effort.saturating_sub(1);
            if self.effort == 0 {
                break;
            }
            for &above in self.graph.dependents.of(at) {
                if self.todo.contains(above) && seen.insert(above) {
                    if is_line.contains(above) {
                        found.push(above);
                    }
                    open.push(above);
                }
            }
        }
        found
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
