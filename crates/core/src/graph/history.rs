//! What is applied, and what lies between two places.

use super::error::RouteError;
use super::heads::Heads;
use super::node::Node;
use super::revisions::RevisionGraph;
use super::target::{Anchor, Range, Target};
use super::walk::End;
use crate::revision::{RevisionHeader, RevisionId};

impl RevisionGraph {
    /// Returns the revisions of a range, both ends included, newest first.
    ///
    /// With a lower end, only what follows it along `down_revision`. `current` means `heads`; `-N` at the lower end counts
    /// down from the upper one, `+N` at the upper end up from the lower one, and counting stops at the end of the history.
    ///
    /// # Errors
    /// [`RouteError::NotAnAncestor`] when the lower end is not below the upper one; [`RouteError::Overlapping`] when one
    /// end means revisions that include each other; the others as an end is missing or ambiguous.
    pub fn history(&self, range: &Range, heads: &Heads) -> Result<Vec<&RevisionHeader>, RouteError> {
        let (lower, upper) = (range.from.clone(), range.to.clone().unwrap_or_else(Target::heads));
        let counts = |target: &Target| target.anchor == Anchor::Here;
        let (from, to) = match lower {
            Some(lower) if counts(&lower) => {
                let to = self.end(&upper, heads, &[])?;
                (self.end(&lower, heads, &to)?, to)
            }
            Some(lower) => {
                let from = self.end(&lower, heads, &[])?;
                let to = self.end(&upper, heads, &from)?;
                (from, to)
            }
            None => (Vec::new(), self.end(&upper, heads, &[])?),
        };
        for together in [&from, &to] {
            if let Some((lower, others)) = self.overlap(together) {
                let (revision, others) = (self.id(lower).clone(), self.own_ids(others));
                return Err(RouteError::Overlapping { revision, others });
            }
        }
        let mut within = self.below(to.iter().copied());
        if let Some(&outside) = from.iter().find(|&&node| !within.contains(node)) {
            let upper: Vec<&str> = to.iter().map(|&node| self.id(node).as_str()).collect();
            let upper = if upper.is_empty() { "base".to_owned() } else { upper.join(", ") };
            return Err(RouteError::NotAnAncestor { lower: self.id(outside).to_string(), upper });
        }
        if !from.is_empty() {
            within.subtract(&self.below(from.iter().copied()));
            within.intersect(&self.versions_above(from.iter().copied()));
            from.iter().for_each(|&node| {
                within.insert(node);
            });
        }
        Ok(self.newest_first(within, to).into_iter().map(|node| self.header(node)).collect())
    }

    /// Returns all applied revisions, in the order of [`in_order`](Self::in_order).
    ///
    /// # Errors
    /// [`RouteError::UnknownDatabaseRevision`].
    pub fn applied(&self, heads: &Heads) -> Result<Vec<&RevisionHeader>, RouteError> {
        let applied = self.below(self.rows(heads)?);
        let order = self.sorted().iter().copied();
        Ok(order.filter(|&node| applied.contains(node)).map(|node| self.header(node)).collect())
    }

    /// Returns where each applied branch stands: the applied revisions that no applied revision follows.
    ///
    /// More than the rows of the version table, where one branch depends on another and so stands for it. In the
    /// order given to `build`.
    ///
    /// # Errors
    /// [`RouteError::UnknownDatabaseRevision`].
    pub fn current(&self, heads: &Heads) -> Result<Vec<&RevisionHeader>, RouteError> {
        Ok(self.branch_tips(&self.rows(heads)?).into_iter().map(|node| self.header(node)).collect())
    }

    /// Returns the heads that are not applied, in the order given to `build`; none means up to date.
    ///
    /// # Errors
    /// [`RouteError::UnknownDatabaseRevision`].
    pub fn missing_heads(&self, heads: &Heads) -> Result<Vec<RevisionId>, RouteError> {
        let applied = self.below(self.rows(heads)?);
        Ok(self.own_ids(self.head_nodes().filter(|&head| !applied.contains(head))))
    }

    /// Resolves one end of a range; `other` is what the other end means, for counting.
    fn end(&self, target: &Target, heads: &Heads, other: &[Node]) -> Result<Vec<Node>, RouteError> {
        if target.is_current() && self.node("current").is_none() {
            return self.rows(heads);
        }
        let Some(offset) = target.offset else { return self.absolute(target) };
        let lineage = self.branch(target)?.map(|b| self.lineage(&[b.node]));
        let start = match target.anchor {
            Anchor::Here => {
                let on_branch = |node: &Node| lineage.as_ref().is_none_or(|set| set.contains(*node));
                let starts: Vec<Node> = other.iter().copied().filter(on_branch).collect();
                match *starts.as_slice() {
                    [] => None,
                    [start] => Some(start),
                    _ => {
                        let heads = self.own_ids(starts);
                        return Err(RouteError::AmbiguousStart { target: target.to_string(), heads });
                    }
                }
            }
            _ => self.anchor(target, None)?,
        };
        Ok(self.walk(target, start, offset, lineage.as_ref(), End::Stop)?.into_iter().collect())
    }
}
