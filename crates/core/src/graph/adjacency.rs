//! Which nodes each node points at, in two flat vectors.

use super::node::Node;

/// Edges of one kind, in the order in which they were given for each node.
#[derive(Debug, Clone, Default)]
pub(super) struct Adjacency {
    /// Where the edges of each node start in `ends`; one longer than there are nodes.
    starts: Vec<u32>,
    ends: Vec<Node>,
}

impl Adjacency {
    /// Takes the edges of each node in turn. An edge given twice for a node is kept once, at its first place.
    pub(super) fn collect<E: IntoIterator<Item = Node>>(nodes: impl IntoIterator<Item = E>) -> Self {
        let mut made = Self { starts: vec![0], ends: Vec::new() };
        for edges in nodes {
            let from = made.ends.len();
            for end in edges {
                if !made.ends[from..].contains(&end) {
                    made.ends.push(end);
                }
            }
            made.starts.push(made.ends.len() as u32);
        }
        made
    }

    /// Returns the nodes that `node` points at.
    pub(super) fn of(&self, node: Node) -> &[Node] {
        &self.ends[self.starts[node.at()] as usize..self.starts[node.at() + 1] as usize]
    }

    /// Returns the number of edges.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the same edges the other way round; for each node in the order of the nodes that pointed at it.
    pub(super) fn inverted(&self) -> Self {
        let size = self.starts.len() - 1;
        let mut starts = vec![0u32; size + 1];
        for end in &self.ends {
            starts[end.at() + 1] += 1;
        }
        for i in 0..size {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut ends = vec![Node::new(0); self.ends.len()];
        for from in (0..size).map(Node::new) {
            for to in self.of(from) {
                ends[next[to.at()] as usize] = from;
                next[to.at()] += 1;
            }
        }
        Self { starts, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::{Adjacency, Node};

    #[test]
    fn inverting_twice_gives_the_same_edges() {
        let edges =
            [vec![], vec![0, 2, 0], vec![0]].map(|e| e.into_iter().map(Node::new).collect::<Vec<_>>());
        let adjacency = Adjacency::collect(edges);
        assert_eq!(adjacency.of(Node::new(1)), [Node::new(0), Node::new(2)]);
        let back = adjacency.inverted();
        assert_eq!(back.of(Node::new(0)), [Node::new(1), Node::new(2)]);
        let again = back.inverted();
        assert!((0..3).map(Node::new).all(|n| again.of(n) == adjacency.of(n)));
    }
}
