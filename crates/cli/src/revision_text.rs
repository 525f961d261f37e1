//! A revision in words, short and long, as Alembic has them.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Style};
use limbeck::core::graph::{RevisionGraph, Step};
use limbeck::core::revision::{RevisionHeader, RevisionId};

const ID: Style = AnsiColor::Yellow.on_default();
const MARK: Style = AnsiColor::Cyan.on_default();
const CURRENT: Style = AnsiColor::Green.on_default().bold();

/// How wide messages are set where there is no terminal to ask.
const WIDTH: usize = 80;

/// Puts revisions into words.
pub(crate) struct Words<'g> {
    graph: &'g RevisionGraph,
    real_heads: BTreeSet<&'g str>,
    /// The revisions that the database is at.
    pub(crate) current: BTreeSet<RevisionId>,
}

/// Which parts the short form has.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Parts {
    /// `parent -> ` before the id.
    pub(crate) parents: bool,
    /// `(base)` behind the id.
    pub(crate) base: bool,
    /// The message at the end.
    pub(crate) message: bool,
}

impl<'g> Words<'g> {
    pub(crate) fn new(graph: &'g RevisionGraph) -> Self {
        let real_heads = graph.real_heads().into_iter().map(RevisionId::as_str).collect();
        Self { graph, real_heads, current: BTreeSet::new() }
    }

    /// Returns the short form: `1975ea83b712 -> 27c6a30d7c24 (shoppingcart) (head), add a table`.
    pub(crate) fn short(&self, header: &RevisionHeader, parts: Parts) -> String {
        let id = header.revision.as_str();
        let mut text = String::new();
        if parts.parents {
            text.push_str(&parents(&header.down_revision));
            if !header.depends_on.is_empty() {
                text.push_str(&format!(" ({})", header.depends_on.join(", ")));
            }
            text.push_str(" -> ");
        }
        text.push_str(&format!("{ID}{id}{ID:#}"));
        let labels = self.graph.branch_labels(id);
        if !labels.is_empty() {
            text.push_str(&format!(" ({})", labels.join(", ")));
        }
        text.push_str(&self.marks(header));
        if parts.base && header.down_revision.is_empty() {
            text.push_str(&format!(" {MARK}(base){MARK:#}"));
        }
        if parts.message && !header.summary().is_empty() {
            text.push_str(&format!(", {}", header.summary()));
        }
        text
    }

    /// Returns what sets a revision apart, in Alembic's words.
    fn marks(&self, header: &RevisionHeader) -> String {
        let id = header.revision.as_str();
        let mut text = String::new();
        let mut mark = |word: &str, style: Style| text.push_str(&format!(" {style}({word}){style:#}"));
        if self.real_heads.contains(id) {
            mark("head", MARK);
        } else if self.graph.is_head(id) {
            mark("effective head", MARK);
        }
        if self.current.contains(id) {
            mark("current", CURRENT);
        }
        if self.graph.is_branch_point(id) {
            mark("branchpoint", MARK);
        }
        if self.graph.is_merge_point(id) {
            mark("mergepoint", MARK);
        }
        text
    }

    /// Returns the long form: a line a fact, then the message, wrapped.
    pub(crate) fn long(&self, header: &RevisionHeader) -> String {
        let id = header.revision.as_str();
        let mut lines = vec![format!("Rev: {ID}{id}{ID:#}{}", self.marks(header))];
        let label = if header.down_revision.len() > 1 { "Merges" } else { "Parent" };
        lines.push(format!("{label}: {}", parents(&header.down_revision)));
        if !header.depends_on.is_empty() {
            lines.push(format!("Also depends on: {}", header.depends_on.join(", ")));
        }
        if self.graph.is_branch_point(id) {
            let children: Vec<&str> = self.graph.children(id).into_iter().map(RevisionId::as_str).collect();
            lines.push(format!("Branches into: {}", children.join(", ")));
        }
        let labels = self.graph.branch_labels(id);
        if !labels.is_empty() {
            lines.push(format!("Branch names: {}", labels.join(", ")));
        }
        if let Some(path) = &header.path {
            lines.push(format!("Path: {}", path.display()));
        }
        if let Some(date) = &header.create_date {
            lines.push(format!("Create Date: {date}"));
        }
        lines.push(String::new());
        let options = textwrap::Options::new(WIDTH).initial_indent("    ").subsequent_indent("    ");
        for line in header.message.lines() {
            lines.extend(textwrap::wrap(line, &options).into_iter().map(|line| line.trim_end().to_owned()));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// Returns a step in words: `1975ea83b712 -> 27c6a30d7c24, add a table`.
pub(crate) fn step(step: &Step, header: Option<&RevisionHeader>) -> String {
    let message = header.map(RevisionHeader::summary).filter(|message| !message.is_empty());
    let message = message.map(|message| format!(", {message}")).unwrap_or_default();
    format!("{} -> {}{message}", list(&step.from), list(&step.to))
}

/// Returns ids in a row; nothing for none.
pub(crate) fn list<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> String {
    ids.into_iter().map(RevisionId::as_str).collect::<Vec<_>>().join(", ")
}

/// Returns ids in a row, each in backticks.
pub(crate) fn in_backticks<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> String {
    ids.into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn parents(ids: &[RevisionId]) -> String {
    if ids.is_empty() { "<base>".to_owned() } else { list(ids) }
}
