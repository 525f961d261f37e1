//! Which dependencies of a revision say something that its ancestors do not already say.

use super::adjacency::Adjacency;
use super::node::{Node, NodeSet};

/// Returns, for each revision, its dependencies without those that an ancestor of it (along `down_revision`) also has.
///
/// The version table is kept by these, as in Alembic: when a branch goes on depending on the same revision, only
/// the first step merges the row of that revision.
///
/// Asking each revision for its ancestors would be quadratic. The question is turned round: only a revision that
/// several depend on can be redundant anywhere, so there is one search upwards for each such revision, from those
/// that depend on it, and no higher than the deepest of them.
pub(super) fn normalize(
    resolved: &[Vec<Node>],
    dependents: &[(Node, Vec<Node>)],
    children: &Adjacency,
    depths: &[u32],
) -> Vec<Vec<Node>> {
    let mut kept = resolved.to_vec();
    for (dependency, users) in dependents.iter().filter(|(_, users)| users.len() > 1) {
        let Some(top) = users.iter().map(|user| depths[user.at()]).max() else { continue };
        let among = NodeSet::of(resolved.len(), users.iter().copied());
        let mut seen = NodeSet::empty(resolved.len());
        let mut todo: Vec<Node> = users.clone();
        while let Some(node) = todo.pop() {
            for &above in children.of(node) {
                if depths[above.at()] <= top && seen.insert(above) {
                    if among.contains(above) {
                        kept[above.at()].retain(|d| d != dependency);
                    }
                    todo.push(above);
                }
            }
        }
    }
    kept
}
