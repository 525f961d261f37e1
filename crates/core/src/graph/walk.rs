//! Counting up or down from a revision.

use super::error::RouteError;
use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;
use super::target::Target;

/// What happens when a walk comes to the end of the history before it has counted far enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is an error.
    Refuse,
    /// The walk stops there.
    Stop,
}

impl RevisionGraph {
    /// Walks `offset` revisions up, or down if negative, along `down_revision`; `None` is the base.
    ///
    /// Upwards only revisions in `lineage` are considered. `target` is for errors.
    pub(super) fn walk(
        &self,
        target: &Target,
        start: Option<Node>,
        offset: i32,
        lineage: Option<&NodeSet>,
        end: End,
    ) -> Result<Option<Node>, RouteError> {
        let mut at = start;
        for _ in 0..offset.unsigned_abs() {
            let ways: Vec<Node> = match at {
                Some(node) if offset < 0 => self.parents.of(node).to_vec(),
                None if offset < 0 => return self.too_far(target, at, end),
                Some(node) => self.children.of(node).to_vec(),
                None => self.base_nodes().collect(),
            };
            let allowed = |way: &Node| offset < 0 || lineage.is_none_or(|set| set.contains(*way));
            let ways: Vec<Node> = ways.into_iter().filter(allowed).collect();
            at = match *ways.as_slice() {
                [way] => Some(way),
                [] if offset < 0 => None,
                [] => return self.too_far(target, at, end),
                _ => {
                    let ways = self.own_ids(ways);
                    return Err(RouteError::AmbiguousWalk { target: target.to_string(), ways });
                }
            };
        }
        Ok(at)
    }

    fn too_far(&self, target: &Target, at: Option<Node>, end: End) -> Result<Option<Node>, RouteError> {
        match end {
            End::Refuse => Err(RouteError::TooFar { target: target.to_string() }),
            End::Stop => Ok(at),
        }
    }
}
