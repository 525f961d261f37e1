//! The way down: what stands above a target, with all that needs it.

use super::error::RouteError;
use super::heads::Heads;
use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;
use super::route::{Direction, Route, Step};
use super::rows::Rows;
use super::target::{Anchor, Target};
use super::walk::End;
use crate::revision::RevisionId;

/// Down to where, and on which branch only.
struct Goal {
    /// `None` is the base.
    to: Option<Node>,
    branch: Option<(String, Node)>,
}

impl RevisionGraph {
    /// Returns the revisions to undo so that only what `target` includes is left, each before what it needs.
    ///
    /// What depends on an undone revision is undone too. With `LABEL@` only what follows the target on the way to
    /// the revision with that label is undone. Revisions that are not applied are left out; no steps means that
    /// nothing stands above the target.
    ///
    /// # Errors
    /// [`RouteError::NotApplied`] when the target is not below `heads`; [`RouteError::UnknownDatabaseRevision`]; the
    /// others as the target is missing, ambiguous, or leads past the end.
    pub fn downgrade(&self, heads: &Heads, target: &Target) -> Result<Route, RouteError> {
        let rows = self.rows(heads)?;
        let goal = self.downgrade_goal(&rows, target)?;
        let roots = self.roots(&goal, target)?;
        let mut todo = self.above(roots);
        todo.intersect(&self.below(rows.iter().copied()));
        if todo.is_empty() && goal.to.is_some_and(|to| !rows.contains(&to)) {
            let heads = self.own_ids(rows);
            return Err(RouteError::NotApplied { target: target.to_string(), heads });
        }
        let order = self.newest_first(todo, rows.clone());
        let mut table = Rows::new(self, &rows);
        let steps = order.into_iter().map(|node| Step {
            revision: self.id(node).clone(),
            direction: Direction::Down,
            from: vec![self.id(node).clone()],
            to: self.own_ids(self.parents.of(node).iter().copied()),
            rows: table.lower(node),
        });
        Ok(Route { steps: steps.collect(), start: heads.clone() })
    }

    /// Returns the one step that undoes a revision which nothing applied needs.
    ///
    /// # Errors
    /// [`RouteError::NotApplied`] when it is not applied, or something that is needs it;
    /// [`RouteError::UnknownDatabaseRevision`] and [`RouteError::NoSuchRevision`].
    pub fn undo(&self, heads: &Heads, revision: &RevisionId) -> Result<Route, RouteError> {
        let rows = self.rows(heads)?;
        let header = self.find(revision.as_str())?;
        let applied = self.below(rows.iter().copied());
        let node = applied.iter().find(|node| *self.id(*node) == header.revision);
        let is_needed = |node: Node| applied.iter().any(|other| self.needs.of(other).contains(&node));
        let Some(node) = node.filter(|node| !is_needed(*node)) else {
            return Err(RouteError::NotApplied { target: revision.to_string(), heads: self.own_ids(rows) });
        };
        let step = Step {
            revision: revision.clone(),
            direction: Direction::Down,
            from: vec![revision.clone()],
            to: self.own_ids(self.parents.of(node).iter().copied()),
            rows: Rows::new(self, &rows).lower(node),
        };
        Ok(Route { start: heads.clone(), steps: vec![step] })
    }

    /// Returns the lowest revisions to undo: those that directly follow the goal, on its branch if it has one.
    fn roots(&self, goal: &Goal, target: &Target) -> Result<Vec<Node>, RouteError> {
        let roots: Vec<Node> = match goal.to {
            None => self.base_nodes().collect(),
            Some(to) => self.children.of(to).to_vec(),
        };
        let Some((label, tip)) = goal.branch.as_ref().filter(|_| roots.len() > 1) else { return Ok(roots) };
        let line: NodeSet = self.versions_below([*tip]);
        let roots: Vec<Node> = roots.into_iter().filter(|&root| line.contains(root)).collect();
        if roots.is_empty() {
            return Err(RouteError::NothingOnBranch { target: target.to_string(), label: label.clone() });
        }
        Ok(roots)
    }

    fn downgrade_goal(&self, rows: &[Node], target: &Target) -> Result<Goal, RouteError> {
        let too_far = || RouteError::TooFar { target: target.to_string() };
        let branch = self.branch(target)?;
        let named = branch.as_ref().map(|b| (b.label.to_owned(), b.node));
        let Some(offset) = target.offset else {
            // The branch chooses what to undo, not where to go: `LABEL@REV` may name a revision below the branch.
            return Ok(Goal { to: self.anchor(target, None)?, branch: named });
        };
        if target.anchor != Anchor::Here {
            let counted_on = if offset < 0 { target.label.as_deref() } else { None };
            let start = self.anchor(target, counted_on)?;
            let lineage = branch.filter(|_| offset > 0).map(|b| self.lineage(&[b.node]));
            let to = self.walk(target, start, offset, lineage.as_ref(), End::Refuse)?;
            return match to {
                None if offset >= 0 => Err(too_far()),
                to => Ok(Goal { to, branch: named }),
            };
        }
        if offset >= 0 {
            return Err(too_far());
        }
        let start = self.row_on_branch(rows, target)?;
        let to = self.walk(target, Some(start), offset, None, End::Refuse)?;
        Ok(Goal { to, branch: Some(named.unwrap_or_else(|| (self.id(start).to_string(), start))) })
    }

    /// Returns the revision that `-N` or `LABEL@-N` counts from.
    ///
    /// With a branch that is the only row on it, or else, where another branch includes it, its latest applied revision.
    fn row_on_branch(&self, rows: &[Node], target: &Target) -> Result<Node, RouteError> {
        let starts: Vec<Node> = match self.branch(target)? {
            None => rows.to_vec(),
            Some(branch) => {
                let lineage = self.lineage(&[branch.node]);
                let on_branch: Vec<Node> =
                    rows.iter().copied().filter(|&row| lineage.contains(row)).collect();
                if on_branch.is_empty() {
                    self.branch_tips(rows).into_iter().filter(|&tip| lineage.contains(tip)).collect()
                } else {
                    on_branch
                }
            }
        };
        match *starts.as_slice() {
            [start] => Ok(start),
            [] => Err(RouteError::TooFar { target: target.to_string() }),
            _ => Err(RouteError::AmbiguousStart { target: target.to_string(), heads: self.own_ids(starts) }),
        }
    }

    /// Returns the applied revisions that no applied revision follows, in the order of the graph's revisions.
    pub(super) fn branch_tips(&self, rows: &[Node]) -> Vec<Node> {
        let applied = self.below(rows.iter().copied());
        let followed = self.set(applied.iter().flat_map(|node| self.parents.of(node)).copied());
        applied.iter().filter(|&node| !followed.contains(node)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::graph;
    use super::super::{Heads, RevisionGraph};

    fn down(graph: &RevisionGraph, heads: &[&str], target: &str) -> String {
        match graph.downgrade(&heads.iter().copied().collect::<Heads>(), &target.parse().unwrap()) {
            Ok(route) => route.to_string(),
            Err(error) => error.to_string(),
        }
    }

    const TWO: &str = "
        a
        b1 < a @ one
        b2 < b1
        c1 < a @ two
        c2 < c1
    ";

    #[test]
    fn one_revision_is_undone_when_nothing_needs_it() {
        let graph = graph(TWO);
        let heads = ["b2", "c1"].iter().copied().collect::<Heads>();
        let undone = graph.undo(&heads, &"b2".into()).unwrap();
        assert_eq!(undone.end(), ["b1", "c1"].iter().copied().collect::<Heads>());
        assert!(graph.undo(&heads, &"a".into()).is_err());
        assert!(graph.undo(&undone.end(), &"b2".into()).is_err());
    }

    #[test]
    fn one_branch_goes_down_and_the_other_stays() {
        let graph = graph(TWO);
        insta::assert_snapshot!(down(&graph, &["b2", "c2"], "two@-1"), @r"
        at b2, c2
        downgrade c2: update c2 to c1 => b2, c1
        ");
        insta::assert_snapshot!(down(&graph, &["b2", "c2"], "two@a"), @r"
        at b2, c2
        downgrade c2: update c2 to c1 => b2, c1
        downgrade c1: delete c1 => b2
        ");
        insta::assert_snapshot!(down(&graph, &["b2", "c2"], "-1"), @"`-1` could count from any of `b2`, `c2`");
        insta::assert_snapshot!(down(&graph, &["b2", "c2"], "a"), @r"
        at b2, c2
        downgrade b2: update b2 to b1 => b1, c2
        downgrade b1: delete b1 => c2
        downgrade c2: update c2 to c1 => c1
        downgrade c1: update c1 to a => a
        ");
        insta::assert_snapshot!(down(&graph, &["b2"], "c1"), @"`c1` is not applied, so nothing can be downgraded to it");
    }

    #[test]
    fn undoing_a_merge_gives_every_branch_its_row_again() {
        let graph = graph(&format!("{TWO}\nm < b2 c2"));
        insta::assert_snapshot!(down(&graph, &["m"], "-1"), @"`-1` could go to any of `b2`, `c2`");
        insta::assert_snapshot!(down(&graph, &["m"], "c1"), @r"
        at m
        downgrade m: insert b2, update m to c2 => b2, c2
        downgrade c2: update c2 to c1 => b2, c1
        ");
        insta::assert_snapshot!(down(&graph, &["m"], "base"), @r"
        at m
        downgrade m: insert b2, update m to c2 => b2, c2
        downgrade b2: update b2 to b1 => b1, c2
        downgrade b1: delete b1 => c2
        downgrade c2: update c2 to c1 => c1
        downgrade c1: update c1 to a => a
        downgrade a: delete a => base
        ");
    }

    #[test]
    fn what_depends_on_an_undone_revision_is_undone_too() {
        let graph = graph(
            "
            a @ left
            b < a
            c < b
            x @ right
            y < x ~ b
        ",
        );
        insta::assert_snapshot!(down(&graph, &["c", "y"], "left@a"), @r"
        at c, y
        downgrade c: delete c => y
        downgrade y: insert x, update y to b => b, x
        downgrade b: update b to a => a, x
        ");
        insta::assert_snapshot!(down(&graph, &["c", "y"], "right@base"), @r"
        at c, y
        downgrade y: update y to x => c, x
        downgrade x: delete x => c
        ");
        insta::assert_snapshot!(down(&graph, &["y"], "right@-1"), @r"
        at y
        downgrade y: insert x, update y to b => b, x
        ");
        insta::assert_snapshot!(down(&graph, &["y"], "left@-1"), @r"
        at y
        downgrade y: insert x, update y to b => b, x
        downgrade b: update b to a => a, x
        ");
    }
}
