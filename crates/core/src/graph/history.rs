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
    /// With a lower end, only what follows it along `down_revision`; `LABEL@…` there keeps to that branch. `current` means `heads`; `-N` at the lower end counts
    /// down from the upper one, `+N` at the upper end up from the lower one, and counting stops at the end of the history.
    ///
    /// # Errors
    /// [`RouteError::NotAnAncestor`] when the lower end is not below the upper one; the others as an end is missing or
    /// ambiguous.
    pub fn history(&self, range: &Range, heads: &Heads) -> Result<Vec<&RevisionHeader>, RouteError> {
        let lower = range.from.clone();
        let upper = range.to.clone().unwrap_or_else(|| Target {
            // All that is on the branch, whether or not another branch includes it.
            label: lower.as_ref().and_then(|target| target.label.clone()),
            ..Target::heads()
        });
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
        let to = self.on_branch_of(range.from.as_ref(), to)?;
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

    /// Keeps the upper ends that are on the branch that the lower end names: `shop@base:` is the history of `shop`.
    fn on_branch_of(&self, lower: Option<&Target>, upper: Vec<Node>) -> Result<Vec<Node>, RouteError> {
        let Some(branch) = lower.map(|target| self.branch(target)).transpose()?.flatten() else {
            return Ok(upper);
        };
        let lineage = self.lineage(&[branch.node]);
        let is_label = self.by_label.contains_key(branch.label);
        let on_branch = |node: &Node| match is_label {
            true => self.labels.of(*node).contains(branch.label),
            false => lineage.contains(*node),
        };
        Ok(upper.into_iter().filter(on_branch).collect())
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

#[cfg(test)]
mod tests {
    use super::super::picture::graph;
    use super::super::{Heads, RouteError};
    use crate::revision::RevisionHeader;

    const SHOP: &str = "
        a
        b < a
        c < b @ shop
        d < b
        x @ other
        y < x ~ c
    ";

    fn show(found: Result<Vec<&RevisionHeader>, RouteError>) -> String {
        match found {
            Ok(found) => found.iter().map(|h| h.revision.as_str()).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    fn history(heads: &[&str], range: &str) -> String {
        let heads: Heads = heads.iter().copied().collect();
        show(graph(SHOP).history(&range.parse().unwrap(), &heads))
    }

    #[test]
    fn a_range_has_both_its_ends_and_the_newest_first() {
        insta::assert_snapshot!(history(&[], ":"), @"d y x c b a");
        insta::assert_snapshot!(history(&[], "a:c"), @"c b a");
        insta::assert_snapshot!(history(&[], "b:"), @"d c b");
        insta::assert_snapshot!(history(&[], ":y"), @"y x c b a");
        insta::assert_snapshot!(history(&[], "shop@base:"), @"c b a");
        insta::assert_snapshot!(history(&[], "c:a"), @"revision `c` is not an ancestor of `a`");
        insta::assert_snapshot!(history(&[], "c:base"), @"revision `c` is not an ancestor of `base`");
    }

    #[test]
    fn an_end_may_count_from_the_other_or_be_where_the_database_is() {
        insta::assert_snapshot!(history(&["b"], ":current"), @"b a");
        insta::assert_snapshot!(history(&["b"], "current:shop@head"), @"c b");
        insta::assert_snapshot!(history(&["c"], "-1:current"), @"c b");
        insta::assert_snapshot!(history(&["c"], "-9:current"), @"c b a");
        insta::assert_snapshot!(history(&[], "a:+1"), @"b a");
        insta::assert_snapshot!(history(&[], ":a+1"), @"b a");
    }

    #[test]
    fn current_shows_branches_that_another_row_stands_for() {
        let (graph, heads) = (graph(SHOP), ["y"].into_iter().collect::<Heads>());
        insta::assert_snapshot!(show(graph.current(&heads)), @"c y");
        insta::assert_snapshot!(show(graph.applied(&heads)), @"a b c x y");
        assert_eq!(graph.missing_heads(&heads).unwrap(), ["d".into()]);
        assert_eq!(graph.missing_heads(&["y", "d"].into_iter().collect()).unwrap(), []);
    }
}
