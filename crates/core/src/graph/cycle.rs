//! Finds revisions that follow or depend on each other in a circle, and shows each circle as its path.

use std::collections::VecDeque;

use super::adjacency::Adjacency;
use super::node::{Node, NodeSet};

/// The result of following all edges once.
pub(super) struct Circles {
    /// One circle for each knot of revisions, as the path along which an upgrade would go; starts with its first revision in
    /// the order given, which is not repeated at the end. Empty when there is none.
    pub(super) paths: Vec<Vec<Node>>,
    /// For each revision the length of the longest way down from it. Meaningless where there is a circle.
    pub(super) depths: Vec<u32>,
    /// The revisions, each after all that it requires. Without those on a circle or above one.
    pub(super) order: Vec<Node>,
}

/// Looks for circles among `size` revisions; `requires` are the edges down, `dependents` the same edges up.
///
/// Takes away, again and again, what requires nothing that is left. What remains lies on a circle or above one.
/// Linear in revisions and edges, and without recursion, so that a deep history does not overflow the stack.
pub(super) fn find(size: usize, requires: &Adjacency, dependents: &Adjacency) -> Circles {
    let mut missing: Vec<usize> = (0..size).map(|i| requires.of(Node::new(i)).len()).collect();
    let mut depths = vec![0u32; size];
    let mut free: Vec<Node> = (0..size).map(Node::new).filter(|n| missing[n.at()] == 0).collect();
    let mut order = Vec::with_capacity(size);
    let mut left = NodeSet::of(size, (0..size).map(Node::new));
    while let Some(node) = free.pop() {
        left.remove(node);
        order.push(node);
        for &above in dependents.of(node) {
            depths[above.at()] = depths[above.at()].max(depths[node.at()] + 1);
            missing[above.at()] -= 1;
            if missing[above.at()] == 0 {
                free.push(above);
            }
        }
    }
    let paths = if left.is_empty() {
        Vec::new()
    } else {
        let knots = knots(size, &left, dependents);
        left.iter()
            .filter(|&node| knots.first[knots.of[node.at()] as usize] == Some(node))
            .filter_map(|node| shortest(size, node, &knots.of, dependents))
            .collect()
    };
    Circles { paths, depths, order }
}

/// Which knot (strongly connected component) each node is in.
struct Knots {
    of: Vec<u32>,
    /// The first node of each knot.
    first: Vec<Option<Node>>,
}

/// Tarjan's algorithm with its own stack, on the nodes that are left.
fn knots(size: usize, left: &NodeSet, edges: &Adjacency) -> Knots {
    const NONE: u32 = u32::MAX;
    let mut number = vec![NONE; size];
    let mut low = vec![NONE; size];
    let mut knots = Knots { of: vec![NONE; size], first: Vec::new() };
    let (mut open, mut count) = (Vec::new(), 0);
    for start in left.iter() {
        if number[start.at()] != NONE {
            continue;
        }
        let mut path = vec![(start, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                (number[node.at()], low[node.at()]) = (count, count);
                count += 1;
                open.push(node);
            }
            match edges.of(node).get(edge) {
                Some(&to) => {
                    path.push((node, edge + 1));
                    if number[to.at()] == NONE && left.contains(to) {
                        path.push((to, 0));
                    } else if left.contains(to) && knots.of[to.at()] == NONE {
                        low[node.at()] = low[node.at()].min(number[to.at()]);
                    }
                }
                None => {
                    if let Some(&(before, _)) = path.last() {
                        low[before.at()] = low[before.at()].min(low[node.at()]);
                    }
                    if low[node.at()] == number[node.at()] {
                        close(&mut knots, &mut open, node);
                    }
                }
            }
        }
    }
    knots
}

fn close(knots: &mut Knots, open: &mut Vec<Node>, root: Node) {
    let name = knots.first.len() as u32;
    let mut first = root;
    while let Some(member) = open.pop() {
        knots.of[member.at()] = name;
        first = first.min(member);
        if member == root {
            break;
        }
    }
    knots.first.push(Some(first));
}

/// Returns the shortest way from `start` back to itself within its knot, breadth first; `None` for a knot of one.
fn shortest(size: usize, start: Node, knot: &[u32], edges: &Adjacency) -> Option<Vec<Node>> {
    let mut from: Vec<Option<Node>> = vec![None; size];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for &to in edges.of(node) {
            if to == start {
                let mut path: Vec<Node> = std::iter::successors(Some(node), |n| from[n.at()]).collect();
                path.reverse();
                return Some(path);
            }
            if knot[to.at()] == knot[start.at()] && from[to.at()].is_none() {
                from[to.at()] = Some(node);
                queue.push_back(to);
            }
        }
    }
    None
}
