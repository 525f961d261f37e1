//! Which branch labels apply to each revision.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::adjacency::Adjacency;
use super::node::Node;

/// The branch labels of every revision. Revisions with equal labels share one set, so that a label on a long branch
/// costs nothing per revision.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    sets: Vec<BTreeSet<String>>,
    of: Vec<u32>,
}

impl Labels {
    /// Spreads labels as Alembic does: to all that follow, and back to the last branch or merge point.
    ///
    /// Back means: from a head down, as long as each revision has one parent and nothing else follows or depends on
    /// it, all carry the labels of the head. So a label given late on an unbranched line names the whole line.
    /// `order` has parents before children.
    pub(super) fn spread(
        own: &[&[String]],
        order: &[Node],
        parents: &Adjacency,
        children: &Adjacency,
        dependents: &Adjacency,
    ) -> Self {
        let mut pool =
            Pool { sets: vec![BTreeSet::new()], known: FxHashMap::from_iter([(BTreeSet::new(), 0)]) };
        let mut of = vec![0u32; own.len()];
        let mut unions: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for &node in order {
            let mut set = 0;
            for parent in parents.of(node) {
                let pair = (set, of[parent.at()]);
                set = match pair {
                    (a, b) if a == b || b == 0 => a,
                    (0, b) => b,
                    (a, b) => {
                        *unions.entry(pair).or_insert_with(|| pool.with(a, &pool.sets[b as usize].clone()))
                    }
                };
            }
            let labels = own[node.at()];
            if !labels.is_empty() {
                set = pool.with(set, labels);
            }
            of[node.at()] = set;
        }
        let ends_a_line = |node: Node| dependents.of(node).len() > 1 || parents.of(node).len() > 1;
        for &head in order.iter().filter(|&&node| children.of(node).is_empty()) {
            let mut next = Some(head);
            while let Some(node) = next.filter(|&node| !ends_a_line(node)) {
                of[node.at()] = of[head.at()];
                next = parents.of(node).first().copied();
            }
        }
        Self { sets: pool.sets, of }
    }

    /// Returns the labels of a revision, sorted.
    pub(super) fn of(&self, node: Node) -> &BTreeSet<String> {
        &self.sets[self.of[node.at()] as usize]
    }
}

/// Every distinct set once.
struct Pool {
    sets: Vec<BTreeSet<String>>,
    known: FxHashMap<BTreeSet<String>, u32>,
}

impl Pool {
    fn with<'a>(&mut self, base: u32, more: impl IntoIterator<Item = &'a String>) -> u32 {
        let mut set = self.sets[base as usize].clone();
        set.extend(more.into_iter().cloned());
        if let Some(&known) = self.known.get(&set) {
            return known;
        }
        let name = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.known.insert(set, name);
        name
    }
}
