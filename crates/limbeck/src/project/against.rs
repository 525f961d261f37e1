//! The project as it would be after merging a branch of version control: git is asked for its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics};
use limbeck_core::history::History;
use limbeck_core::script::Files;

use super::Project;

/// What the files end in that a migration may be made of, of Limbeck's own and of other tools.
const ENDINGS: [&str; 7] = ["toml", "sql", "py", "conf", "rs", "java", "go"];

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
        let mut over = BTreeMap::new();
        for directory in self.config.directories() {
            let theirs = names(&directory, git_ref)?;
            let base = match git(&directory, &["merge-base", "HEAD", git_ref]) {
                Ok(base) => names(&directory, base.trim())?,
                // Histories that have nothing in common.
                Err(_) => BTreeSet::new(),
            };
            for name in base.difference(&theirs) {
                over.insert(directory.join(name), None);
            }
            for name in theirs.difference(&base).filter(|name| !directory.join(name).exists()) {
                let text = git(&directory, &["show", &format!("{git_ref}:./{name}")])?;
                over.insert(directory.join(name), Some(Arc::from(text)));
            }
        }
        Self::open_on(self.config.clone(), History::builder(), &Files::laid_over(over))
    }
}

/// Returns the names of the files in a directory and below it, as a commit has them: of those that may be migrations, or say how
/// one is run.
fn names(directory: &Path, commit: &str) -> Result<BTreeSet<String>, Diagnostic> {
    let listed = git(directory, &["ls-tree", "-r", "-z", "--name-only", commit, "./"])?;
    let ending =
        |name: &str| Path::new(name).extension().and_then(|ending| ending.to_str()).map(str::to_owned);
    let names = listed.split('\0').filter(|name| ending(name).is_some_and(|one| ENDINGS.contains(&&*one)));
    Ok(names.map(str::to_owned).collect())
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
