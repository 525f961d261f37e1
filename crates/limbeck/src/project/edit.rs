//! What an editor needs to know of a revision, and what has become of it afterwards.

use std::path::PathBuf;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::graph::Target;
use limbeck_core::script;

use super::Project;

impl Project {
    /// Returns the file of the one revision that a target means.
    ///
    /// # Errors
    /// A target that is missing or ambiguous, or means none or several; [`Code::Usage`] for a revision without a file.
    pub fn file_of(&self, target: &Target) -> Result<PathBuf, Diagnostic> {
        let found = self.history.graph().resolve(target)?;
        match found.as_slice() {
            [one] => one.path.clone().ok_or_else(|| {
                Diagnostic::new(
                    Code::Usage,
                    format!("revision `{}` is written in Rust and has no file", one.revision),
                )
            }),
            [] => Err(Diagnostic::new(Code::Usage, format!("`{target}` is no revision"))),
            several => {
                let ids: Vec<String> =
                    several.iter().map(|header| format!("`{}`", header.revision)).collect();
                let message = format!("`{target}` is {} revisions", several.len());
                Err(Diagnostic::new(Code::Usage, message).hint(format!("choose one: {}", ids.join(", "))))
            }
        }
    }

    /// Reads a file whole, and then the graph with it, to see whether it is still sound.
    ///
    /// # Errors
    /// All faults of the file; when it has none, all faults of the graph.
    pub fn check_file(&self, path: &std::path::Path) -> Result<(), Diagnostics> {
        script::parse(path, script::load(path)?, &self.config.naming)?;
        Self::open(self.config.clone()).map(drop)
    }
}
