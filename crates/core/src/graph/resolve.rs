//! Which revision a name means.

use super::error::RouteError;
use super::heads::Heads;
use super::node::{Node, NodeSet};
use super::revisions::RevisionGraph;
use super::target::{Anchor, Target};
use crate::diagnostic::nearest;
use crate::revision::RevisionHeader;

/// Ids and labels shorter than this are found by their full name only, never by their start.
const SHORTEST_COMPLETED: usize = 4;

/// A branch before `@`: the label as written, and the revision that it means.
pub(super) struct Branch<'t> {
    pub(super) label: &'t str,
    pub(super) node: Node,
}

impl RevisionGraph {
    /// Finds a revision by its id, a branch label, or the start of either, as long as only one starts so.
    ///
    /// Only names of four letters or more are found by their start.
    ///
    /// # Errors
    /// [`RouteError::NoSuchRevision`] and [`RouteError::Ambiguous`].
    pub fn find(&self, name: &str) -> Result<&RevisionHeader, RouteError> {
        Ok(self.header(self.named(name, None)?))
    }

    /// Returns the revisions that an absolute target means, for `show`, `edit` and the like: none for `base`, several
    /// for `heads`.
    ///
    /// # Errors
    /// [`RouteError::BadTarget`] for a relative target; otherwise as the names in it are missing, ambiguous or not
    /// on the branch.
    pub fn resolve(&self, target: &Target) -> Result<Vec<&RevisionHeader>, RouteError> {
        Ok(self.absolute(target)?.into_iter().map(|node| self.header(node)).collect())
    }

    /// Returns the heads of a database that is at an absolute target, for the lower end of an offline script.
    ///
    /// # Errors
    /// As for [`resolve`](Self::resolve).
    pub fn heads_at(&self, target: &Target) -> Result<Heads, RouteError> {
        Ok(self.absolute(target)?.into_iter().map(|node| self.id(node).clone()).collect())
    }

    /// Resolves the rows of a version table, in their order.
    pub(super) fn rows(&self, heads: &Heads) -> Result<Vec<Node>, RouteError> {
        let find = |row: &crate::revision::RevisionId| {
            self.node(row.as_str()).ok_or_else(|| {
                match self.headers.iter().find(|header| header.replaces.contains(row)) {
                    Some(header) => {
                        RouteError::Squashed { revision: row.clone(), into: header.revision.clone() }
                    }
                    None => RouteError::UnknownDatabaseRevision {
                        revision: row.clone(),
                        similar: nearest(row.as_str(), self.headers.iter().map(|h| h.revision.as_str()))
                            .map(Into::into),
                    },
                }
            })
        };
        heads.iter().map(find).collect()
    }

    /// Resolves a target that does not count.
    pub(super) fn absolute(&self, target: &Target) -> Result<Vec<Node>, RouteError> {
        if target.offset.is_some() {
            let reason = "this command takes no relative target";
            return Err(RouteError::BadTarget { target: target.to_string(), reason });
        }
        let branch = self.branch(target)?;
        let lineage = branch.as_ref().map(|b| self.lineage(&[b.node]));
        let on_branch = |node: &Node| lineage.as_ref().is_none_or(|set| set.contains(*node));
        match &target.anchor {
            Anchor::Base | Anchor::Here => Ok(Vec::new()),
            Anchor::Heads if branch.is_none() => Ok(self.real_head_nodes().collect()),
            Anchor::Heads => Ok(self.head_nodes().filter(on_branch).collect()),
            Anchor::Head => {
                let heads: Vec<Node> = self.head_nodes().filter(on_branch).collect();
                if heads.len() > 1 {
                    return Err(self.multiple(target, &heads));
                }
                Ok(heads)
            }
            Anchor::Name(name) => {
                let node = self.named(name, lineage.as_ref())?;
                match branch {
                    Some(branch) if !on_branch(&node) => Err(RouteError::NotOnBranch {
                        revision: self.id(node).clone(),
                        label: branch.label.to_owned(),
                    }),
                    _ => Ok(vec![node]),
                }
            }
        }
    }

    /// Resolves the anchor of a target alone, which must mean one revision; `None` is the base.
    pub(super) fn anchor(&self, target: &Target, label: Option<&str>) -> Result<Option<Node>, RouteError> {
        let alone = Target { label: label.map(str::to_owned), anchor: target.anchor.clone(), offset: None };
        let found = self.absolute(&alone)?;
        match *found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => Err(self.multiple(&alone, &found)),
        }
    }

    /// Resolves the branch of a target, if it names one.
    pub(super) fn branch<'t>(&self, target: &'t Target) -> Result<Option<Branch<'t>>, RouteError> {
        let Some(label) = target.label.as_deref() else { return Ok(None) };
        match self.named(label, None) {
            Ok(node) => Ok(Some(Branch { label, node })),
            Err(RouteError::NoSuchRevision { name, similar }) => {
                Err(RouteError::NoSuchBranch { label: name, similar })
            }
            Err(other) => Err(other),
        }
    }

    /// Finds a revision by name; what is found by its start is only looked for in `within`.
    fn named(&self, name: &str, within: Option<&NodeSet>) -> Result<Node, RouteError> {
        if let Some(node) = self.node(name).or_else(|| self.by_label.get(name).copied()) {
            return Ok(node);
        }
        let ids = self.nodes().map(|node| (self.id(node).as_str(), node));
        let labels = self.own_labels();
        let starts_so = |(known, node): &(&str, Node)| {
            known.chars().count() >= SHORTEST_COMPLETED
                && known.starts_with(name)
                && within.is_none_or(|set| set.contains(*node))
        };
        let matches: Vec<(&str, Node)> = match name {
            "" => Vec::new(),
            _ => ids.chain(labels).filter(starts_so).collect(),
        };
        match *matches.as_slice() {
            [(_, node)] => Ok(node),
            [] => {
                let known = self.headers.iter().map(|h| h.revision.as_str());
                let similar = nearest(name, self.own_labels().map(|(label, _)| label).chain(known));
                Err(RouteError::NoSuchRevision { name: name.to_owned(), similar: similar.map(str::to_owned) })
            }
            _ => Err(RouteError::Ambiguous {
                prefix: name.to_owned(),
                matches: matches.into_iter().map(|(known, _)| known.to_owned()).collect(),
            }),
        }
    }

    /// Returns the labels as given, with their revisions.
    fn own_labels(&self) -> impl Iterator<Item = (&str, Node)> {
        let labels = |node: Node| self.header(node).branch_labels.iter().map(move |l| (l.as_str(), node));
        self.nodes().flat_map(labels)
    }

    pub(super) fn multiple(&self, target: &Target, heads: &[Node]) -> RouteError {
        RouteError::MultipleHeads { target: target.to_string(), heads: self.own_ids(heads.iter().copied()) }
    }
}
