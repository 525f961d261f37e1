//! The project as it would be after merging a branch of version control: git is asked for its files.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::history::History;
use limbeck_core::script;

use super::Project;

impl Project {
    /// Returns the project with the migrations of a git ref beside its own, as after a merge: what either side has added is
    /// there, what either side has deleted is not. Of a file on both sides, the one in the working tree counts.
    ///
    /// # Errors
    /// [`Code::Usage`] when git is not there or does not know the ref; all that is wrong with the headers or the graph.
    pub fn against(&self, git_ref: &str) -> Result<Project, Diagnostics> {
        if git_ref.starts_with('-') || git_ref.is_empty() {
            return Err(Diagnostic::new(Code::Usage, format!("`{git_ref}` is no git ref")).into());
        }
        let directories = self.config.directories();
        let mut scan = script::scan(&directories);
        let mut texts = Vec::new();
        for directory in &directories {
            let theirs = names(directory, git_ref)?;
            let base = match git(directory, &["merge-base", "HEAD", git_ref]) {
                Ok(base) => names(directory, base.trim())?,
                // Histories that have nothing in common.
                Err(_) => BTreeSet::new(),
            };
            let here = |name: &str| directory.join(name).exists();
            let deleted = |name: &String| !theirs.contains(name);
            for name in base.iter().filter(|name| deleted(name)) {
                scan.headers.retain(|header| header.path.as_deref() != Some(&*directory.join(name)));
            }
            for name in theirs.iter().filter(|name| !here(name) && !base.contains(*name)) {
                let text = git(directory, &["show", &format!("{git_ref}:./{name}")])?;
                texts.push((directory.join(name), Arc::from(text)));
            }
        }
        let builder = History::builder().naming(self.config.naming.clone()).scanned(scan);
        let builder = texts.into_iter().fold(builder, |builder, (path, text)| builder.text(path, text));
        Ok(Project { config: self.config.clone(), history: builder.build()? })
    }
}

/// Returns the names of the files in a directory as a commit has it.
fn names(directory: &Path, commit: &str) -> Result<BTreeSet<String>, Diagnostic> {
    let listed = git(directory, &["ls-tree", "-z", "--name-only", commit, "./"])?;
    Ok(listed
        .split('\0')
        .filter(|name| !name.is_empty() && !name.starts_with('.'))
        .map(str::to_owned)
        .collect())
}

fn git(directory: &Path, arguments: &[&str]) -> Result<String, Diagnostic> {
    let place = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let output = Command::new("git").arg("-C").arg(place).args(arguments).output();
    let output = output.map_err(|error| {
        Diagnostic::new(Code::Usage, format!("git cannot be run: {error}"))
            .hint("`--against` asks git for the files")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it failed").trim_start_matches("fatal: ").to_owned();
        return Err(Diagnostic::new(Code::Usage, format!("git {}: {said}", arguments[0])));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Diagnostic::new(Code::FileSyntax, "git gives a migration file that is not UTF-8"))
}
