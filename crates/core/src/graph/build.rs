//! Makes the graph from headers, and reports everything that is wrong with them at once.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::adjacency::Adjacency;
use super::cycle;
use super::dependencies;
use super::fault::{self, HeaderKey, Locate};
use super::labels::Labels;
use super::node::Node;
use super::revisions::RevisionGraph;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::revision::{RevisionHeader, RevisionId};

impl RevisionGraph {
    /// Makes the graph of some revisions. Their order decides between independent branches; sort them by file name
    /// to go the way that Alembic goes.
    ///
    /// No headers make an empty graph. Linear in revisions and edges.
    ///
    /// # Errors
    /// All faults together: names that no target could name, ids and labels given twice, parents and dependencies
    /// that are missing, and circles of either kind of edge or both. Each points at the file of its header.
    pub fn build(headers: Vec<RevisionHeader>) -> Result<Self, Diagnostics> {
        Self::build_located(headers, &fault::whole_file)
    }

    /// Makes the graph as [`build`](Self::build) does, with `locate` to find the exact place of each fault.
    ///
    /// # Errors
    /// As for [`build`](Self::build).
    pub fn build_located(headers: Vec<RevisionHeader>, locate: Locate<'_>) -> Result<Self, Diagnostics> {
        let mut builder = Builder::new(&headers, locate);
        builder.check_labels();
        let parents = builder.parents();
        let resolved = builder.dependencies();
        let requires = Adjacency::collect(
            parents.iter().zip(&resolved).map(|(down, deps)| down.iter().chain(deps).copied()),
        );
        let dependents = requires.inverted();
        let circles = cycle::find(headers.len(), &requires, &dependents);
        for path in &circles.paths {
            builder.report_circle(path, &parents);
        }
        let Builder { by_id, by_label, faults, .. } = builder;
        Diagnostics::check(faults, ())?;

        let parents = Adjacency::collect(parents);
        let children = parents.inverted();
        let users = users(&resolved);
        let normalized = dependencies::normalize(&resolved, &users, &children, &circles.depths);
        let needs = Adjacency::collect(
            normalized
                .iter()
                .enumerate()
                .map(|(i, deps)| parents.of(Node::new(i)).iter().chain(deps).copied()),
        );
        let own: Vec<&[String]> = headers.iter().map(|h| h.branch_labels.as_slice()).collect();
        let labels = Labels::spread(&own, &circles.order, &parents, &children, &dependents);
        Ok(Self {
            dependencies: Adjacency::collect(resolved),
            headers,
            by_id,
            by_label,
            parents,
            children,
            needs,
            requires,
            dependents,
            labels,
            order: OnceLock::new(),
        })
    }
}

/// Returns, for each revision that others depend on, those others; in the order of first mention.
fn users(resolved: &[Vec<Node>]) -> Vec<(Node, Vec<Node>)> {
    let mut places: FxHashMap<Node, usize> = FxHashMap::default();
    let mut users: Vec<(Node, Vec<Node>)> = Vec::new();
    for (i, dependencies) in resolved.iter().enumerate() {
        for &dependency in dependencies {
            let place = *places.entry(dependency).or_insert_with(|| {
                users.push((dependency, Vec::new()));
                users.len() - 1
            });
            users[place].1.push(Node::new(i));
        }
    }
    users
}

struct Builder<'a> {
    headers: &'a [RevisionHeader],
    locate: Locate<'a>,
    by_id: FxHashMap<RevisionId, Node>,
    by_label: FxHashMap<String, Node>,
    faults: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    /// Checks and maps the ids. Of two revisions with one id, the first is taken to be meant by others.
    fn new(headers: &'a [RevisionHeader], locate: Locate<'a>) -> Self {
        let mut builder = Self {
            headers,
            locate,
            by_id: FxHashMap::with_capacity_and_hasher(headers.len(), Default::default()),
            by_label: FxHashMap::default(),
            faults: Vec::new(),
        };
        for (i, header) in headers.iter().enumerate() {
            let id = header.revision.as_str();
            if let Some(fault) = fault::id_fault(id) {
                builder.report(fault, i, HeaderKey::Revision, id);
            }
            if let Some(&first) = builder.by_id.get(id) {
                let fault =
                    Diagnostic::new(Code::DuplicateRevision, format!("revision `{id}` is there twice"))
                        .hint("give one of them another id, and repoint what follows it");
                let first = builder.place(first.at(), HeaderKey::Revision, id);
                let place = builder.place(i, HeaderKey::Revision, id);
                builder.faults.push(fault.at_opt(place).at_opt(first));
            } else {
                builder.by_id.insert(header.revision.clone(), Node::new(i));
            }
        }
        builder
    }

    fn check_labels(&mut self) {
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
    fn parents(&mut self) -> Vec<Vec<Node>> {
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
    fn dependencies(&mut self) -> Vec<Vec<Node>> {
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
        let fault = Diagnostic::new(Code::SelfLoop, format!("revision `{revision}` {verb} itself"));
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
                fault.similar(value, "a revision", ids.chain(labels))
            }
        };
        self.report(fault, i, key, value);
    }

    fn report_circle(&mut self, path: &[Node], parents: &[Vec<Node>]) {
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

#[cfg(test)]
mod tests {
    use super::super::picture::{faults, graph};

    #[test]
    fn every_fault_is_reported_in_one_pass() {
        insta::assert_snapshot!(faults("
            a @ shop shop2
            a
            b < a c1
            c-1 < b
            d < d
            e ~ e shpo
            f < shop @ a @ shop2
            head < b
            b2 < baa
        "), @r"
        error[L0301]: revision `a` is there twice (a.toml); give one of them another id, and repoint what follows it
        error[L0306]: the revision id `c-1` holds the character `-` (c-1.toml); targets give `@`, `-`, `+` and `:` a meaning of their own
        error[L0306]: `head` cannot be a revision id (head.toml); targets give `head`, `heads` and `base` a meaning of their own
        error[L0305]: branch label `a` of revision `f` is also the id of a revision (f.toml)
        error[L0305]: branch label `shop2` is given by revision `f` and by `a` (f.toml); a label stands for one revision; those that follow it carry it without saying so
        error[L0302]: revision `b` follows `c1`, which is missing (b.toml)
        error[L0303]: revision `d` follows itself (d.toml)
        error[L0302]: revision `f` follows `shop`, which is missing (f.toml); `shop` is a branch label; `down_revision` takes ids: `a`
        error[L0302]: revision `b2` follows `baa`, which is missing (b2.toml)
        error[L0303]: revision `e` depends on itself (e.toml)
        error[L0302]: revision `e` depends on `shpo`, which is missing (e.toml); a revision with a similar name exists: `shop`
        ");
    }

    #[test]
    fn a_cycle_with_entry_and_exit_is_found() {
        insta::assert_snapshot!(faults("
            a
            b < a d
            c < b
            d < c
            e < d
        "), @"error[L0304]: revisions form a cycle: b -> c -> d -> b (b.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them");
    }

    #[test]
    fn a_cycle_of_dependencies_or_of_both_kinds_is_found_and_each_knot_is_shown_once() {
        insta::assert_snapshot!(faults("
            a ~ b
            b ~ a
            m
            n < m ~ q
            o < n ~ p
            p < o
            q < n
            r < q
        "), @r"
        error[L0304]: revisions form a cycle: a -> b -> a (a.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        error[L0304]: revisions form a cycle: n -> q -> n (n.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        error[L0304]: revisions form a cycle: o -> p -> o (o.toml); each must be applied before the next; change one `down_revision` or `depends_on` of them
        ");
    }

    #[test]
    fn no_headers_make_an_empty_graph() {
        let empty = graph("");
        assert!(empty.is_empty() && empty.heads().is_empty() && empty.bases().is_empty());
        assert_eq!(empty.in_order().len(), 0);
    }

    #[test]
    fn a_deep_history_does_not_overflow_the_stack() {
        let deep: String = (1..50_000).map(|i| format!("r{i} < r{}\n", i - 1)).collect();
        let graph = graph(&format!("r0\n{deep}"));
        assert_eq!(graph.in_order().map(|h| h.revision.as_str()).next_back(), Some("r49999"));
        let knot: String = (0..50_000).map(|i| format!("r{i} < r{}\n", (i + 49_999) % 50_000)).collect();
        assert!(faults(&knot).contains("r49999 -> r0"));
    }
}
