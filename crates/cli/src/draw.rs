//! The graph of revisions, drawn.

use std::collections::BTreeSet;

use limbeck::core::graph::RevisionGraph;
use limbeck::core::revision::RevisionHeader;
use renderdag::{Ancestor, GraphRowRenderer, Renderer};

use crate::failure::Failure;
use crate::output::Output;
use crate::revision_text::{Parts, Words};

/// How much is said of each revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// One line.
    Line,
    /// All that is known.
    All,
}

/// Draws revisions, newest first; a parent that is not among them is drawn as cut off.
///
/// A current revision is an `@`, as a working copy is in the tools that draw such graphs; the others are an `o`.
pub(crate) fn draw(
    graph: &RevisionGraph,
    words: &Words<'_>,
    headers: &[&RevisionHeader],
    detail: Detail,
    out: &Output,
) -> Result<(), Failure> {
    let shown: BTreeSet<&str> = headers.iter().map(|header| header.revision.as_str()).collect();
    let mut renderer = GraphRowRenderer::new().output().with_min_row_height(1).build_box_drawing();
    for header in headers {
        let id = header.revision.as_str();
        let parents = graph
            .parents(id)
            .into_iter()
            .map(|parent| match shown.contains(parent.as_str()) {
                true => Ancestor::Parent(parent.as_str()),
                false => Ancestor::Anonymous,
            })
            .collect();
        let glyph = if words.current.contains(id) { "@" } else { "o" };
        let text = match detail {
            Detail::Line => words.short(header, Parts { parents: false, base: true, message: true }),
            Detail::All => words.long(header),
        };
        out.text(&renderer.next_row(id, parents, glyph.to_owned(), text))?;
    }
    Ok(())
}
