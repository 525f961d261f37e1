//! Lets a revision follow another one than it does.

use std::path::PathBuf;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::graph::Target;
use limbeck_core::revision::RevisionId;
use limbeck_core::script;

use super::Project;
use super::write::{Existing, write};

impl Project {
    /// Finds the revision that is to be moved and the one that it is to follow.
    ///
    /// # Errors
    /// Targets that are missing or ambiguous; [`Code::Usage`] for a merge, and where a circle would come of it.
    pub fn plan_rebase(
        &self,
        revision: &Target,
        onto: &Target,
    ) -> Result<(RevisionId, RevisionId), Diagnostics> {
        let graph = self.history.graph();
        let one = |target: &Target| -> Result<RevisionId, Diagnostics> {
            match &graph.resolve(target).map_err(Diagnostic::from)?[..] {
                [one] => Ok(one.revision.clone()),
                found => {
                    let message = format!("`{target}` is {} revisions, and one is wanted", found.len());
                    Err(Diagnostic::new(Code::Usage, message).into())
                }
            }
        };
        let (revision, onto) = (one(revision)?, one(onto)?);
        let usage = |message: String| Err(Diagnostic::new(Code::Usage, message).into());
        if graph.parents(revision.as_str()).len() > 1 {
            return usage(format!("`{revision}` is a merge, and joins what it joins"));
        }
        if revision == onto || graph.is_ancestor(revision.as_str(), onto.as_str()) {
            return usage(format!("`{onto}` comes after `{revision}`, which cannot follow it"));
        }
        Ok((revision, onto))
    }

    /// Writes the header of a revision so that it follows another one, and the heads file, if one is kept. Returns the path.
    ///
    /// Whether a database has the revision is for the caller to know: one that has must not be moved.
    ///
    /// # Errors
    /// [`Code::Usage`] for a revision without a file; [`Code::CannotWrite`]; all that would be wrong with the graph, and the
    /// file is then as it was.
    pub fn rebase(&self, revision: &RevisionId, onto: &RevisionId) -> Result<PathBuf, Diagnostics> {
        let header = self.history.graph().get(revision.as_str());
        let path = header.and_then(|header| header.path.clone()).ok_or_else(|| {
            Diagnostic::new(Code::Usage, format!("revision `{revision}` is written in Rust and has no file"))
        })?;
        let old = script::load(&path)?;
        let place = |key| script::header_place(&path, old.clone(), key, None);
        let quoted = format!("\"{}\"", onto.as_str().replace('\\', "\\\\").replace('"', "\\\""));
        let new = match (place("down_revision"), place("revision")) {
            (Some(Place { span, .. }), _) => format!("{}{quoted}{}", &old[..span.start], &old[span.end..]),
            // A base says nothing of what it follows.
            (None, Some(Place { span, .. })) => {
                let start = old[..span.start].rfind('\n').map_or(0, |at| at + 1);
                let lead =
                    if old[start..].trim_start_matches('\u{feff}').starts_with("--") { "-- " } else { "" };
                let end = old[span.end..].find('\n').map_or(old.len(), |at| span.end + at);
                format!("{}\n{lead}down_revision = {quoted}{}", &old[..end], &old[end..])
            }
            (None, None) => {
                let message = format!("the header of `{}` cannot be read", path.display());
                return Err(Diagnostic::new(Code::FileSyntax, message).into());
            }
        };
        write(&path, &new, Existing::Replace)?;
        match Self::open(self.config.clone()) {
            Ok(project) => {
                project.write_heads()?;
                Ok(path)
            }
            Err(faults) => {
                write(&path, &old, Existing::Replace)?;
                Err(faults)
            }
        }
    }
}
