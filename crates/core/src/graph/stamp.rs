//! Setting the version table to a target, without running anything.

use super::error::RouteError;
use super::heads::Heads;
use super::node::Node;
use super::revisions::RevisionGraph;
use super::route::{Direction, Route, Step};
use super::rows::Rows;
use super::target::{Anchor, Target};

impl RevisionGraph {
    /// Returns the moves that set the version table to some targets.
    ///
    /// A row on the line of a target (along either kind of edge) moves to it, up or down; several such rows become one. A target
    /// on no row's line is a new row. `base` deletes the rows, `LABEL@base` those on the line of the label. A target
    /// that is a row already, or is given twice, changes nothing. No targets mean `base`.
    ///
    /// # Errors
    /// [`RouteError::UnknownDatabaseRevision`] for the rows (`--purge` starts from no rows); [`RouteError::BadTarget`]
    /// for a relative target; the others as a target is missing or ambiguous.
    pub fn stamp(&self, heads: &Heads, targets: &[Target]) -> Result<Route, RouteError> {
        let rows = self.rows(heads)?;
        let mut wanted: Vec<Node> = Vec::new();
        let mut moved: Vec<Node> = if targets.is_empty() { rows.clone() } else { Vec::new() };
        for target in targets {
            let found = self.absolute(target)?;
            for row in self.rows_on_line(&rows, target, &found)? {
                if !moved.contains(&row) {
                    moved.push(row);
                }
            }
            for node in found {
                if !wanted.contains(&node) {
                    wanted.push(node);
                }
            }
        }
        let mut table = Rows::new(self, &rows);
        let mut steps = Vec::new();
        if wanted.is_empty() {
            steps.extend(moved.iter().map(|&row| Step {
                revision: self.id(row).clone(),
                direction: Direction::Down,
                from: vec![self.id(row).clone()],
                to: Vec::new(),
                rows: table.delete(row).into_iter().collect(),
            }));
        }
        for node in wanted.into_iter().filter(|node| !moved.contains(node)) {
            let touches = |line: super::node::NodeSet| moved.iter().any(|&row| line.contains(row));
            let (direction, from) = if touches(self.above([node])) {
                (Direction::Down, moved.clone())
            } else if touches(self.below([node])) {
                (Direction::Up, moved.clone())
            } else {
                (Direction::Up, Vec::new())
            };
            // What an earlier target has moved is no longer there to be moved.
            let gone: Vec<Node> = from.iter().copied().filter(|&row| table.contains(row)).collect();
            steps.push(Step {
                revision: self.id(node).clone(),
                direction,
                from: self.own_ids(from),
                to: vec![self.id(node).clone()],
                rows: table.replace(&gone, node),
            });
        }
        Ok(Route { start: heads.clone(), steps })
    }

    /// Returns the rows that a target concerns: those on the line of its branch or of its revisions, all for `base`.
    fn rows_on_line(&self, rows: &[Node], target: &Target, found: &[Node]) -> Result<Vec<Node>, RouteError> {
        let mut from: Vec<Node> = self.branch(target)?.map(|b| b.node).into_iter().collect();
        if target.anchor != Anchor::Base {
            from.extend(found);
        }
        if from.is_empty() {
            return Ok(rows.to_vec());
        }
        let mut line = self.below(from.iter().copied());
        line.unite(&self.above(from));
        Ok(rows.iter().copied().filter(|&row| line.contains(row)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::graph;
    use super::super::{Heads, Target};

    fn stamp(heads: &[&str], targets: &[&str]) -> String {
        let graph = graph(
            "
            a
            b1 < a @ one
            b2 < b1
            c1 < a @ two
            c2 < c1
            m < b2 c2
            x
        ",
        );
        let targets: Vec<Target> = targets.iter().map(|t| t.parse().unwrap()).collect();
        match graph.stamp(&heads.iter().copied().collect::<Heads>(), &targets) {
            Ok(route) => route.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn rows_on_the_line_of_the_target_become_one() {
        insta::assert_snapshot!(stamp(&["b2", "c1", "x"], &["m"]), @r"
        at b2, c1, x
        upgrade m: delete b2, update c1 to m => m, x
        ");
        insta::assert_snapshot!(stamp(&["b2", "c1", "x"], &["a"]), @r"
        at b2, c1, x
        downgrade a: delete b2, update c1 to a => a, x
        ");
        insta::assert_snapshot!(stamp(&["b2"], &["c1"]), @r"
        at b2
        upgrade c1: insert c1 => b2, c1
        ");
    }

    #[test]
    fn base_deletes_the_rows_and_a_label_only_those_of_its_branch() {
        insta::assert_snapshot!(stamp(&["b2", "c1", "x"], &["base"]), @r"
        at b2, c1, x
        downgrade b2: delete b2 => c1, x
        downgrade c1: delete c1 => x
        downgrade x: delete x => base
        ");
        insta::assert_snapshot!(stamp(&["b2", "c1", "x"], &["two@base"]), @r"
        at b2, c1, x
        downgrade c1: delete c1 => b2, x
        ");
        insta::assert_snapshot!(stamp(&["b2", "c1", "x"], &[]), @r"
        at b2, c1, x
        downgrade b2: delete b2 => c1, x
        downgrade c1: delete c1 => x
        downgrade x: delete x => base
        ");
    }

    #[test]
    fn several_targets_at_once_leave_a_row_each() {
        insta::assert_snapshot!(stamp(&[], &["b1", "c2", "b1"]), @r"
        at base
        upgrade b1: insert b1 => b1
        upgrade c2: insert c2 => b1, c2
        ");
        insta::assert_snapshot!(stamp(&["b2", "c2"], &["b1", "c1"]), @r"
        at b2, c2
        downgrade b1: delete b2, update c2 to b1 => b1
        downgrade c1: insert c1 => b1, c1
        ");
        insta::assert_snapshot!(stamp(&["gone"], &["b1"]), @"the database is at revision `gone`, which is not in the history");
        insta::assert_snapshot!(stamp(&["b1"], &["+1"]), @"`+1` is not a target: this command takes no relative target");
    }
}
