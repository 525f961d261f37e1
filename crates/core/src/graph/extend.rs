//! What a new revision may follow, and whether it may be added.

use super::error::RouteError;
use super::fault;
use super::node::Node;
use super::revisions::RevisionGraph;
use super::target::{Anchor, Target};
use crate::revision::{RevisionHeader, RevisionId};

/// May a new revision follow one that something already follows?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Splice {
    /// Only heads may be followed.
    #[default]
    Refused,
    /// Any revision may be followed, which makes a branch.
    Allowed,
}

/// What is known of a revision before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRevision {
    /// Its id.
    pub revision: RevisionId,
    /// What it is to follow: `head`, ids, `LABEL@head`, `base` for a new base. Empty means `head`.
    pub follow: Vec<Target>,
    /// May it follow what is no head?
    pub splice: Splice,
    /// The labels that it gives to its branch.
    pub branch_labels: Vec<String>,
    /// Ids, the start of ids, or branch labels.
    pub depends_on: Vec<String>,
    /// Its message.
    pub message: String,
}

impl RevisionGraph {
    /// Returns the header of a new revision: names completed, and all checked as [`build`](Self::build) would.
    ///
    /// Dependencies given by label stay labels; those given by the start of an id become the id.
    ///
    /// # Errors
    /// [`RouteError::MultipleHeads`] when it is to follow `head` and there are several; [`RouteError::NotAHead`] without
    /// [`Splice::Allowed`]; [`RouteError::GivenTwice`]; [`RouteError::RevisionExists`], [`RouteError::LabelTaken`] and
    /// [`RouteError::BadName`] for its names; the others as a target or dependency is missing or ambiguous.
    pub fn extend(&self, new: &NewRevision) -> Result<RevisionHeader, RouteError> {
        let parents = self.follow(&new.follow, new.splice)?;
        self.check_id(&new.revision)?;
        for (i, label) in new.branch_labels.iter().enumerate() {
            self.check_label(label, &new.revision, &new.branch_labels[..i])?;
        }
        let mut header = RevisionHeader::new(new.revision.clone(), self.own_ids(parents));
        header.depends_on =
            new.depends_on.iter().map(|name| self.dependency(name)).collect::<Result<_, _>>()?;
        header.branch_labels.clone_from(&new.branch_labels);
        header.message.clone_from(&new.message);
        Ok(header)
    }

    /// Returns what a merge of some targets follows: at least two revisions, none given twice.
    ///
    /// # Errors
    /// [`RouteError::NothingToMerge`]; [`RouteError::NotAHead`] without [`Splice::Allowed`]; otherwise as a target is
    /// missing or ambiguous.
    pub fn merge_parents(&self, targets: &[Target], splice: Splice) -> Result<Vec<RevisionId>, RouteError> {
        let parents = self.own_ids(self.follow(targets, splice)?);
        match parents.len() {
            0 | 1 => Err(RouteError::NothingToMerge { heads: parents }),
            _ => Ok(parents),
        }
    }

    fn follow(&self, targets: &[Target], splice: Splice) -> Result<Vec<Node>, RouteError> {
        let head = [Target { label: None, anchor: Anchor::Head, offset: None }];
        let mut parents: Vec<Node> = Vec::new();
        for target in if targets.is_empty() { &head } else { targets } {
            for parent in self.absolute(target)? {
                if parents.contains(&parent) {
                    return Err(RouteError::GivenTwice { revision: self.id(parent).clone() });
                }
                if splice == Splice::Refused && !self.children.of(parent).is_empty() {
                    return Err(RouteError::NotAHead { revision: self.id(parent).clone() });
                }
                parents.push(parent);
            }
        }
        Ok(parents)
    }

    fn check_id(&self, id: &RevisionId) -> Result<(), RouteError> {
        if let Some(fault) = fault::id_fault(id.as_str()) {
            return Err(RouteError::BadName { fault: Box::new(fault) });
        }
        if self.node(id.as_str()).is_some() {
            return Err(RouteError::RevisionExists { revision: id.clone() });
        }
        match self.by_label.get(id.as_str()) {
            Some(&by) => Err(RouteError::LabelTaken { label: id.to_string(), by: self.id(by).clone() }),
            None => Ok(()),
        }
    }

    fn check_label(&self, label: &str, id: &RevisionId, before: &[String]) -> Result<(), RouteError> {
        if let Some(fault) = fault::label_fault(label) {
            return Err(RouteError::BadName { fault: Box::new(fault) });
        }
        let taken = self.node(label).or_else(|| self.by_label.get(label).copied()).map(|node| self.id(node));
        let own = (label == id.as_str() || before.iter().any(|b| b == label)).then_some(id);
        match taken.or(own) {
            Some(by) => Err(RouteError::LabelTaken { label: label.to_owned(), by: by.clone() }),
            None => Ok(()),
        }
    }

    fn dependency(&self, name: &str) -> Result<String, RouteError> {
        let found = self.find(name)?;
        if self.branch_labels(found.revision.as_str()).contains(&name) {
            return Ok(name.to_owned());
        }
        Ok(found.revision.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::graph;
    use super::*;

    fn new(follow: &[&str], splice: Splice) -> NewRevision {
        let follow = follow.iter().map(|t| t.parse().unwrap()).collect();
        let names = Vec::new;
        NewRevision {
            revision: "new".into(),
            follow,
            splice,
            branch_labels: names(),
            depends_on: names(),
            message: String::new(),
        }
    }

    fn list(names: &[impl ToString]) -> String {
        format!("[{}]", names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
    }

    fn extended(picture: &str, new: &NewRevision) -> String {
        match graph(picture).extend(new) {
            Ok(h) => format!("{} < {} ~ {}", h.revision, list(&h.down_revision), list(&h.depends_on)),
            Err(error) => error.to_string(),
        }
    }

    const SHOP: &str = "
        1975ea83b712
        b < 1975ea83b712 @ shop
        c < 1975ea83b712
    ";

    #[test]
    fn a_new_revision_follows_the_only_head() {
        insta::assert_snapshot!(extended("", &new(&[], Splice::Refused)), @"new < [] ~ []");
        insta::assert_snapshot!(extended("a\nb < a", &new(&[], Splice::Refused)), @"new < [b] ~ []");
        insta::assert_snapshot!(extended(SHOP, &new(&[], Splice::Refused)), @"`head` means several heads: `b`, `c`");
        insta::assert_snapshot!(extended(SHOP, &new(&["shop@head"], Splice::Refused)), @"new < [b] ~ []");
        insta::assert_snapshot!(extended(SHOP, &new(&["base"], Splice::Refused)), @"new < [] ~ []");
    }

    #[test]
    fn a_revision_that_is_followed_already_needs_splice() {
        insta::assert_snapshot!(extended(SHOP, &new(&["1975"], Splice::Refused)), @"revision `1975ea83b712` is not a head");
        insta::assert_snapshot!(extended(SHOP, &new(&["1975"], Splice::Allowed)), @"new < [1975ea83b712] ~ []");
        insta::assert_snapshot!(extended(SHOP, &new(&["b", "shop"], Splice::Refused)), @"revision `b` is given twice");
    }

    #[test]
    fn names_of_a_new_revision_are_free_and_legal() {
        let with = |change: fn(&mut NewRevision)| {
            let mut new = new(&["b"], Splice::Refused);
            change(&mut new);
            extended(SHOP, &new)
        };
        insta::assert_snapshot!(with(|n| n.revision = "c".into()), @"revision `c` already exists");
        insta::assert_snapshot!(with(|n| n.revision = "shop".into()), @"branch label `shop` is already used by revision `b`");
        insta::assert_snapshot!(with(|n| n.revision = "a-b".into()), @"error[L0306]: the revision id `a-b` holds the character `-`; targets give `@`, `-`, `+` and `:` a meaning of their own");
        insta::assert_snapshot!(with(|n| n.branch_labels = vec!["shop".into()]), @"branch label `shop` is already used by revision `b`");
        insta::assert_snapshot!(with(|n| n.branch_labels = vec!["x".into(), "x".into()]), @"branch label `x` is already used by revision `new`");
        insta::assert_snapshot!(with(|n| n.depends_on = vec!["197".into(), "shop".into()]), @"new < [b] ~ [1975ea83b712, shop]");
        insta::assert_snapshot!(with(|n| n.depends_on = vec!["shpo".into()]), @"no revision or branch `shpo`");
    }

    #[test]
    fn a_merge_takes_at_least_two_heads() {
        let merge = |picture: &str, targets: &[&str]| {
            let targets: Vec<Target> = targets.iter().map(|t| t.parse().unwrap()).collect();
            match graph(picture).merge_parents(&targets, Splice::Refused) {
                Ok(ids) => list(&ids),
                Err(error) => error.to_string(),
            }
        };
        insta::assert_snapshot!(merge(SHOP, &["heads"]), @"[b, c]");
        insta::assert_snapshot!(merge(SHOP, &["b", "c"]), @"[b, c]");
        insta::assert_snapshot!(merge(SHOP, &["b"]), @"a merge needs at least two revisions, and there is only `b`");
        insta::assert_snapshot!(merge("", &["heads"]), @"a merge needs at least two revisions, and there is none");
    }
}
