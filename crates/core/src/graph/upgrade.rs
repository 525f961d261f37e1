//! The way up: what a target asks for, without what is applied.

use super::error::RouteError;
use super::heads::Heads;
use super::node::Node;
use super::revisions::RevisionGraph;
use super::route::{Direction, Route, Step};
use super::rows::Rows;
use super::target::{Anchor, Target};
use super::walk::End;

impl RevisionGraph {
    /// Returns the revisions to apply to come to `target`, parents and dependencies before what needs them.
    ///
    /// Revisions below `heads` are left out; no steps means up to date. `base` asks for nothing. Between
    /// independent branches the order is that of [`in_order`](Self::in_order).
    ///
    /// # Errors
    /// [`RouteError::UnknownDatabaseRevision`] and [`RouteError::Overlapping`] for the rows; the others as the target
    /// is missing, ambiguous, or leads past the end.
    pub fn upgrade(&self, heads: &Heads, target: &Target) -> Result<Route, RouteError> {
        let rows = self.rows(heads)?;
        let wanted = self.upgrade_target(&rows, target)?;
        for together in [&wanted, &rows] {
            if let Some((lower, others)) = self.overlap(together) {
                let (revision, others) = (self.id(lower).clone(), self.own_ids(others));
                return Err(RouteError::Overlapping { revision, others });
            }
        }
        let mut todo = self.below(wanted.iter().copied());
        todo.subtract(&self.below(rows.iter().copied()));
        let mut order = self.newest_first(todo, wanted);
        order.reverse();
        let mut table = Rows::new(self, &rows);
        let steps = order.into_iter().map(|node| Step {
            revision: self.id(node).clone(),
            direction: Direction::Up,
            from: self.own_ids(self.parents.of(node).iter().copied()),
            to: vec![self.id(node).clone()],
            rows: table.raise(node),
        });
        Ok(Route { steps: steps.collect(), start: heads.clone() })
    }

    fn upgrade_target(&self, rows: &[Node], target: &Target) -> Result<Vec<Node>, RouteError> {
        let Some(offset) = target.offset else { return self.absolute(target) };
        let too_far = || RouteError::TooFar { target: target.to_string() };
        let branch = self.branch(target)?;
        let found = if offset > 0 {
            let start = match target.anchor {
                Anchor::Here => self.start_on_branch(rows, target)?,
                _ => self.anchor(target, None)?,
            };
            let lineage = branch.map(|b| self.lineage(&[b.node]));
            self.walk(target, start, offset, lineage.as_ref(), End::Refuse)?
        } else if target.anchor == Anchor::Here {
            None
        } else {
            let start = self.anchor(target, target.label.as_deref())?;
            self.walk(target, start, offset, None, End::Refuse)?
        };
        Ok(vec![found.ok_or_else(too_far)?])
    }

    /// Returns the applied revision that `+N` or `LABEL@+N` counts from; `None` is the base.
    ///
    /// With a branch that is a row on it, or else, where another branch includes it, the tip of what is applied of it.
    fn start_on_branch(&self, rows: &[Node], target: &Target) -> Result<Option<Node>, RouteError> {
        let starts: Vec<Node> = match self.branch(target)? {
            None => rows.to_vec(),
            Some(branch) => {
                let lineage = self.lineage(&[branch.node]);
                let on_branch: Vec<Node> =
                    rows.iter().copied().filter(|&row| lineage.contains(row)).collect();
                if on_branch.is_empty() {
                    let mut active = self.below(rows.iter().copied());
                    active.intersect(&lineage);
                    let needed = self.set(active.iter().flat_map(|node| self.needs.of(node)).copied());
                    active.subtract(&needed);
                    active.iter().collect()
                } else {
                    on_branch
                }
            }
        };
        match *starts.as_slice() {
            [] => Ok(None),
            [start] => Ok(Some(start)),
            _ => Err(RouteError::AmbiguousStart { target: target.to_string(), heads: self.own_ids(starts) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::graph;
    use super::super::{Heads, RevisionGraph};

    fn up(graph: &RevisionGraph, heads: &[&str], target: &str) -> String {
        match graph.upgrade(&heads.iter().copied().collect::<Heads>(), &target.parse().unwrap()) {
            Ok(route) => route.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_merge_deletes_all_rows_but_one_and_updates_that_one() {
        let graph = graph(
            "
            a
            b < a
            c < a
            d < a
            m < b c d
        ",
        );
        insta::assert_snapshot!(up(&graph, &[], "head"), @r"
        at base
        upgrade a: insert a => a
        upgrade d: update a to d => d
        upgrade c: insert c => c, d
        upgrade b: insert b => b, c, d
        upgrade m: delete b, delete c, update d to m => m
        ");
    }

    #[test]
    fn what_a_row_stands_for_by_dependency_gets_no_row() {
        let graph = graph(
            "
            a @ left
            b < a
            c < b
            x @ right
            y < x ~ b
            z < y
        ",
        );
        insta::assert_snapshot!(up(&graph, &[], "right@head"), @r"
        at base
        upgrade a: insert a => a
        upgrade b: update a to b => b
        upgrade x: insert x => b, x
        upgrade y: delete x, update b to y => y
        upgrade z: update y to z => z
        ");
        insta::assert_snapshot!(up(&graph, &["z"], "heads"), @r"
        at z
        upgrade c: insert c => c, z
        ");
        insta::assert_snapshot!(up(&graph, &["z"], "left@+1"), @r"
        at z
        upgrade c: insert c => c, z
        ");
    }

    #[test]
    fn only_the_first_of_a_branch_that_depends_on_a_row_merges_it() {
        let graph = graph(
            "
            a
            b < a
            x
            y < x ~ b
            z < y ~ b
        ",
        );
        insta::assert_snapshot!(up(&graph, &["b", "x"], "heads"), @r"
        at b, x
        upgrade y: delete x, update b to y => y
        upgrade z: update y to z => z
        ");
    }

    #[test]
    fn counting_up_from_several_rows_needs_a_branch() {
        let graph = graph(
            "
            a
            b1 < a @ one
            b2 < b1
            c1 < a @ two
            c2 < c1
        ",
        );
        insta::assert_snapshot!(up(&graph, &["b1", "c1"], "+1"), @"`+1` could count from any of `b1`, `c1`");
        insta::assert_snapshot!(up(&graph, &["b1", "c1"], "two@+1"), @r"
        at b1, c1
        upgrade c2: update c1 to c2 => b1, c2
        ");
        insta::assert_snapshot!(up(&graph, &[], "two@+2"), @r"
        at base
        upgrade a: insert a => a
        upgrade c1: update a to c1 => c1
        ");
        insta::assert_snapshot!(up(&graph, &["a"], "+1"), @"`+1` could go to any of `b1`, `c1`");
        insta::assert_snapshot!(up(&graph, &["a"], "two@+3"), @"`two@+3` leads past the end of the history");
        insta::assert_snapshot!(up(&graph, &["b2"], "head"), @"`head` means several heads: `b2`, `c2`");
        insta::assert_snapshot!(up(&graph, &["b2"], "b1@head"), @"at b2");
    }
}
