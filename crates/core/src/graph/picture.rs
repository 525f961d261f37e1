//! Graphs as tests draw them: `m < b c` says that m's parents are b and c.

use super::revisions::RevisionGraph;
use crate::diagnostic::Diagnostics;
use crate::revision::{RevisionHeader, RevisionId};

/// Reads a drawn graph: a revision a line, `ID [< PARENT…] [~ DEPENDENCY…] [@ LABEL…]`. Empty lines do not count.
pub(super) fn read(picture: &str) -> Vec<RevisionHeader> {
    picture.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

/// Builds a drawn graph that has no faults.
pub(super) fn graph(picture: &str) -> RevisionGraph {
    RevisionGraph::build(read(picture)).expect("the picture has no faults")
}

/// Builds a drawn graph that has faults, each with its file `ID.toml`.
pub(super) fn faults(picture: &str) -> String {
    let mut headers = read(picture);
    headers.iter_mut().for_each(|h| h.path = Some(format!("{}.toml", h.revision).into()));
    let faults: Diagnostics = RevisionGraph::build(headers).expect_err("the picture has faults");
    faults.to_string()
}

fn line(line: &str) -> RevisionHeader {
    let mut words = line.split_whitespace();
    let id = words.next().expect("a line is not empty");
    let mut header = RevisionHeader::new(id, Vec::<RevisionId>::new());
    let mut kind = "";
    for word in words {
        match (kind, word) {
            (_, "<" | "~" | "@") => kind = word,
            ("<", parent) => header.down_revision.push(parent.into()),
            ("~", dependency) => header.depends_on.push(dependency.to_owned()),
            ("@", label) => header.branch_labels.push(label.to_owned()),
            _ => panic!("`{word}` stands after no sign in `{line}`"),
        }
    }
    header
}
