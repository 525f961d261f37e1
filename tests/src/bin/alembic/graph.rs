//! Whether `history`, `heads` and `branches` say of a history what Alembic says.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use limbeck_core::graph::{Heads, Range};
use limbeck_core::history::History;
use serde_json::{Value, json};

use crate::oracle::Oracle;

/// What differs, a line each, and how many revisions were compared.
pub(crate) struct Compared {
    pub(crate) revisions: usize,
    pub(crate) differences: Vec<String>,
}

/// Asks both for every revision with its parents, dependencies, labels and place, and for the order of `history`.
pub(crate) fn compare(
    history: &History,
    oracle: &mut Oracle,
    locations: &Value,
) -> Result<Compared, Box<dyn Error>> {
    let theirs = oracle.graph(locations)?;
    let graph = history.graph();
    let ours = graph
        .history(&Range::default(), &Heads::default())
        .map_err(limbeck_core::diagnostic::Diagnostic::from)?;
    let mut differences = Vec::new();
    let mut known: BTreeMap<&str, Value> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for header in &ours {
        let id = header.revision.as_str();
        // Children first, as `alembic history` has it: whoever comes later is no child of one before.
        if let Some(child) = graph.children(id).into_iter().find(|child| !seen.contains(child.as_str())) {
            differences.push(format!("`history` has {id} before its child {child}"));
        }
        seen.insert(id);
        let mut labels = graph.branch_labels(id);
        labels.sort_unstable();
        let said = json!({
            "down_revision": sorted(header.down_revision.iter().map(|id| id.as_str())),
            "depends_on": sorted(header.depends_on.iter().map(String::as_str)),
            "branch_labels": labels,
            "is_head": graph.is_head(id),
            "is_base": graph.is_base(id),
            "is_branch_point": graph.is_branch_point(id),
            "is_merge_point": graph.is_merge_point(id),
        });
        known.insert(id, said);
    }
    let revisions = theirs["revisions"].as_object().ok_or("Alembic tells no revisions")?;
    for (id, theirs) in revisions {
        match known.get(id.as_str()) {
            Some(ours) if ours == theirs => {}
            Some(ours) => differences.push(format!("{id}: {ours}, and with Alembic {theirs}")),
            None => differences.push(format!("{id} is missing")),
        }
    }
    for id in known.keys().filter(|id| !revisions.contains_key(**id)) {
        differences.push(format!("Alembic has no {id}"));
    }
    let heads = json!(sorted(graph.heads().into_iter().map(|id| id.as_str())));
    if heads != theirs["heads"] {
        differences.push(format!("`heads` are {heads}, and with Alembic {}", theirs["heads"]));
    }
    Ok(Compared { revisions: revisions.len(), differences })
}

fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts
}
