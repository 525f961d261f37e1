//! What the names in headers mean, and everything that is wrong with them.

use rustc_hash::FxHashMap;

use super::fault::{self, HeaderKey, Locate};
use super::node::Node;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::revision::{RevisionHeader, RevisionId};

/// The names of some headers, and what is wrong with them so far.
pub(super) struct Check<'a> {
    headers: &'a [RevisionHeader],
    locate: Locate<'a>,
    pub(super) by_id: FxHashMap<RevisionId, Node>,
    pub(super) by_label: FxHashMap<String, Node>,
    pub(super) faults: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// Checks and maps the ids. Of two revisions with one id, the first is taken to be meant by others.
    pub(super) fn new(headers: &'a [RevisionHeader], locate: Locate<'a>) -> Self {
        let mut check = Self {
            headers,
            locate,
            by_id: FxHashMap::with_capacity_and_hasher(headers.len(), Default::default()),
            by_label: FxHashMap::default(),
            faults: Vec::new(),
        };
        for (i, header) in headers.iter().enumerate() {
            let id = header.revision.as_str();
            if let Some(fault) = fault::id_fault(id) {
                check.report(fault, i, HeaderKey::Revision, id);
            }
            if let Some(&first) = check.by_id.get(id) {
                let fault =
                    Diagnostic::new(Code::DuplicateRevision, format!("revision `{id}` is there twice"))
                        .hint("give one of them another id, and repoint what follows it");
                let first = check.place(first.at(), HeaderKey::Revision, id);
                let place = check.place(i, HeaderKey::Revision, id);
                check.faults.push(fault.at_opt(place).at_opt(first));
            } else {
                check.by_id.insert(header.revision.clone(), Node::new(i));
            }
        }
        check
    }

    /// Checks and maps the labels.
    pub(super) fn labels(&mut self) {
        for (i, header) in self.headers.iter().enumerate() {
            for label in &header.branch_labels {
                if let Some(fault) = fault::label_fault(label) {
                    self.report(fault, i, HeaderKey::BranchLabels, label);
                }
                let revision = &header.revision;
                if let Some(&taken) = self.by_id.get(label.as_str()) {
                    let fault = Diagnostic::new(
                        Code::DuplicateLabel,
                        format!(
                            "branch label `{label}` of revision `{revision}` is also the id of a revision"
                        ),
                    );
                    let place = self.place(i, HeaderKey::BranchLabels, label);
                    let other = self.place(taken.at(), HeaderKey::Revision, label);
                    self.faults.push(fault.at_opt(place).at_opt(other));
                } else if let Some(&taken) = self.by_label.get(label) {
                    let by = &self.headers[taken.at()].revision;
                    let fault = Diagnostic::new(
                        Code::DuplicateLabel,
                        format!("branch label `{label}` is given by revision `{revision}` and by `{by}`"),
                    )
                    .hint("a label stands for one revision; those that follow it carry it without saying so");
                    let place = self.place(i, HeaderKey::BranchLabels, label);
                    let other = self.place(taken.at(), HeaderKey::BranchLabels, label);
                    self.faults.push(fault.at_opt(place).at_opt(other));
                } else {
                    self.by_label.insert(label.clone(), Node::new(i));
                }
            }
        }
    }

    /// Resolves `down_revision`, leaving out what is missing or leads back to the same revision.
    pub(super) fn parents(&mut self) -> Vec<Vec<Node>> {
        let headers = self.headers;
        let resolve = |(i, header): (usize, &'a RevisionHeader)| {
            let mut found = Vec::with_capacity(header.down_revision.len());
            for down in &header.down_revision {
                match self.by_id.get(down).copied() {
                    _ if *down == header.revision => {
                        self.report_loop(i, HeaderKey::DownRevision, down.as_str())
                    }
                    Some(node) if !found.contains(&node) => found.push(node),
                    Some(_) => {}
                    None => self.report_missing(i, HeaderKey::DownRevision, down.as_str()),
                }
            }
            found
        };
        headers.iter().enumerate().map(resolve).collect()
    }

    /// Resolves `depends_on`, leaving out what is missing or leads back to the same revision.
    pub(super) fn dependencies(&mut self) -> Vec<Vec<Node>> {
        let headers = self.headers;
        let resolve = |(i, header): (usize, &'a RevisionHeader)| {
            let mut found = Vec::new();
            for name in &header.depends_on {
                let node = self.by_id.get(name.as_str()).or_else(|| self.by_label.get(name)).copied();
                match node {
                    Some(node) if headers[node.at()].revision == header.revision => {
                        self.report_loop(i, HeaderKey::DependsOn, name);
                    }
                    Some(node) if !found.contains(&node) => found.push(node),
                    Some(_) => {}
                    None => self.report_missing(i, HeaderKey::DependsOn, name),
                }
            }
            found
        };
        headers.iter().enumerate().map(resolve).collect()
    }

    fn report_loop(&mut self, i: usize, key: HeaderKey, value: &str) {
        let verb = if key == HeaderKey::DependsOn { "depends on" } else { "follows" };
        let revision = &self.headers[i].revision;
        let fault = Diagnostic::new(Code::SelfLoop, format!("revision `{revision}` {verb} itself"))
            .hint(format!("name another revision in `{}`, or leave the key out", key.as_str()));
        self.report(fault, i, key, value);
    }

    fn report_missing(&mut self, i: usize, key: HeaderKey, value: &str) {
        let verb = if key == HeaderKey::DependsOn { "depends on" } else { "follows" };
        let revision = &self.headers[i].revision;
        let fault = Diagnostic::new(
            Code::MissingRevision,
            format!("revision `{revision}` {verb} `{value}`, which is missing"),
        );
        let fault = match self.by_label.get(value) {
            Some(&labelled) => {
                let id = &self.headers[labelled.at()].revision;
                fault.hint(format!(
                    "`{value}` is a branch label; `{key}` takes ids: `{id}`",
                    key = key.as_str()
                ))
            }
            None => {
                let labels = self.by_label.keys().map(String::as_str).filter(|_| key == HeaderKey::DependsOn);
                let ids = self.headers.iter().map(|h| h.revision.as_str());
                let fault = fault.similar(value, "a revision", ids.chain(labels));
                let other = format!("add the file of `{value}`, or correct `{}`", key.as_str());
                Diagnostic { hint: fault.hint.or(Some(other)), ..fault }
            }
        };
        self.report(fault, i, key, value);
    }

    /// Reports a circle, with a place for each edge of it.
    pub(super) fn report_circle(&mut self, path: &[Node], parents: &[Vec<Node>]) {
        let ids: Vec<&str> =
            path.iter().chain(path.first()).map(|n| self.headers[n.at()].revision.as_str()).collect();
        let mut fault = Diagnostic::new(Code::Cycle, format!("revisions form a cycle: {}", ids.join(" -> ")))
            .hint("each must be applied before the next; change one `down_revision` or `depends_on` of them");
        for (i, &node) in path.iter().enumerate() {
            let below = path[(i + path.len() - 1) % path.len()];
            let key = if parents[node.at()].contains(&below) {
                HeaderKey::DownRevision
            } else {
                HeaderKey::DependsOn
            };
            fault = fault.at_opt(self.place(node.at(), key, self.headers[below.at()].revision.as_str()));
        }
        self.faults.push(fault);
    }

    fn report(&mut self, fault: Diagnostic, i: usize, key: HeaderKey, value: &str) {
        let place = self.place(i, key, value);
        self.faults.push(fault.at_opt(place));
    }

    fn place(&self, i: usize, key: HeaderKey, value: &str) -> Option<Place> {
        (self.locate)(&self.headers[i], key, value)
    }
}
