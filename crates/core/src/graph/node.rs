//! A revision as a small number, and sets of them.

/// A revision of one graph, as its position in the order given to `build`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Node(u32);

impl Node {
    /// Takes a position.
    pub(super) fn new(position: usize) -> Self {
        Self(u32::try_from(position).expect("a history has fewer than four thousand million revisions"))
    }

    /// Returns the position.
    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

/// A set of the nodes of one graph: a bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NodeSet {
    words: Vec<u64>,
}

impl NodeSet {
    /// Makes an empty set for a graph of `size` revisions.
    pub(super) fn empty(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)] }
    }

    /// Makes a set of some nodes.
    pub(super) fn of(size: usize, nodes: impl IntoIterator<Item = Node>) -> Self {
        let mut set = Self::empty(size);
        for node in nodes {
            set.insert(node);
        }
        set
    }

    /// Adds a node; returns whether it is new.
    pub(super) fn insert(&mut self, node: Node) -> bool {
        let (word, bit) = place(node);
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    /// Removes a node; returns whether it was there.
    pub(super) fn remove(&mut self, node: Node) -> bool {
        let (word, bit) = place(node);
        let there = self.words[word] & bit != 0;
        self.words[word] &= !bit;
        there
    }

    /// Is the node in the set?
    pub(super) fn contains(&self, node: Node) -> bool {
        let (word, bit) = place(node);
        self.words[word] & bit != 0
    }

    /// Is nothing in the set?
    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Keeps what is in both.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Removes what is in the other.
    pub(super) fn subtract(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// Adds what is in the other.
    pub(super) fn unite(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// Returns the nodes, in the order of the graph's revisions.
    pub(super) fn iter(&self) -> impl Iterator<Item = Node> + '_ {
        self.words.iter().enumerate().flat_map(|(i, &word)| {
            std::iter::successors((word != 0).then_some(word), |rest| {
                let rest = rest & (rest - 1);
                (rest != 0).then_some(rest)
            })
            .map(move |rest| Node::new(i * 64 + rest.trailing_zeros() as usize))
        })
    }
}

fn place(node: Node) -> (usize, u64) {
    (node.at() / 64, 1 << (node.at() % 64))
}

#[cfg(test)]
mod tests {
    use super::{Node, NodeSet};

    #[test]
    fn a_set_gives_its_nodes_in_order_across_words() {
        let set = NodeSet::of(200, [130, 3, 64, 63, 3].map(Node::new));
        assert_eq!(set.iter().map(Node::at).collect::<Vec<_>>(), [3, 63, 64, 130]);
    }
}
