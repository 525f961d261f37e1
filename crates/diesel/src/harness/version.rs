//! The versions under which Diesel knows revisions: it runs them in the order of these texts.

use std::collections::HashMap;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::migrator::Guest;
use limbeck_core::revision::RevisionId;

/// How long a version may be in Diesel's table.
const MOST: usize = 50;

/// What is known of a revision.
struct Known {
    /// How far those behind it are from a base.
    depth: usize,
    /// The version of the last migration of Diesel's up to it; empty when there is none.
    last: String,
    version: String,
}

/// Returns the versions of all revisions, in their order.
///
/// Those of a `migrations` folder of Diesel's have their own. Another one has how far it is from a base, and its id, behind the
/// version of the last migration of Diesel's before it: so parents come before children, and a version never changes, as it
/// hangs on nothing but what is before the revision.
///
/// # Errors
/// Versions that are too long for Diesel's table, and those that sort before the version of a parent: that happens where
/// Diesel's own versions are of different lengths.
pub(super) fn versions(guest: &Guest) -> Result<Vec<String>, Diagnostics> {
    let graph = guest.history().graph();
    let mut known: HashMap<&str, Known> = HashMap::new();
    let (mut versions, mut faults) = (Vec::new(), Vec::new());
    for revision in guest.revisions() {
        let id = revision.as_str();
        let before = graph.parents(id).into_iter().chain(graph.dependencies(id));
        let before: Vec<(&RevisionId, &Known)> =
            before.filter_map(|parent| Some((parent, known.get(parent.as_str())?))).collect();
        let (mut depth, mut last) = (0, "");
        for (_, above) in &before {
            depth = depth.max(above.depth);
            last = last.max(&above.last);
        }
        let path = graph.get(id).and_then(|header| header.path.as_deref());
        let is_diesel = path.is_some_and(|path| path.ends_with("up.sql"));
        let (version, last) = match (is_diesel, last) {
            (true, _) => (id.to_owned(), id.to_owned()),
            (false, "") => (format!("{depth:06}_{id}"), String::new()),
            (false, last) => (format!("{last}_{depth:06}_{id}"), last.to_owned()),
        };
        if version.chars().count() > MOST {
            let message =
                format!("the id `{id}` is too long for Diesel's table, which would hold `{version}`");
            faults.push(Diagnostic::new(Code::Unsupported, message));
        }
        for (parent, above) in before.iter().filter(|(_, above)| above.version >= version) {
            let message = format!(
                "Diesel would run `{id}` before `{parent}`, which it needs: `{version}` sorts before `{}`",
                above.version
            );
            let hint = "give the later migration of Diesel's a version that sorts behind, or let the revision follow another";
            faults.push(Diagnostic::new(Code::Unsupported, message).hint(hint));
        }
        known.insert(id, Known { depth: depth + 1, last, version: version.clone() });
        versions.push(version);
    }
    Diagnostics::check(faults, versions)
}
