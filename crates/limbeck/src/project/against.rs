//! The project as it would be after merging a branch of version control: git is asked for its files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};
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
            let base = match base(&directory, git_ref)? {
                Some(commit) => names(&directory, &commit)?,
                None => BTreeSet::new(),
            };
            for name in base.difference(&theirs) {
                over.insert(directory.join(name), None);
            }
            for name in theirs.difference(&base).filter(|name| !directory.join(name).exists()) {
                let bytes = git(&directory, &["show", &format!("{git_ref}:./{name}")])?;
                over.insert(directory.join(name), Some(Arc::from(bytes)));
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
    // A name that is no text is none of a migration's.
    let names = listed.split(|byte| *byte == 0).filter_map(|name| str::from_utf8(name).ok());
    let names = names.filter(|name| ending(name).is_some_and(|one| ENDINGS.contains(&&*one)));
    Ok(names.map(str::to_owned).collect())
}

/// Returns the commit from which both sides go on; `None` where the histories have nothing in common.
fn base(directory: &Path, git_ref: &str) -> Result<Option<String>, Diagnostic> {
    let arguments = ["merge-base", "HEAD", git_ref];
    let output = call(directory, &arguments)?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    match output.status.code() {
        Some(0) => Ok(Some(text(&output.stdout))),
        // What a shallow clone has nothing of may be there all the same.
        Some(1) if text(&git(directory, &["rev-parse", "--is-shallow-repository"])?) == "true" => {
            let message =
                format!("where `{git_ref}` and what is checked out part is not in this shallow clone");
            let hint = "fetch the history: `git fetch --unshallow`, or a checkout of full depth in CI";
            Err(Diagnostic::new(Code::Usage, message).hint(hint))
        }
        Some(1) => Ok(None),
        _ => Err(failed(&arguments, &output)),
    }
}

fn git(directory: &Path, arguments: &[&str]) -> Result<Vec<u8>, Diagnostic> {
    let output = call(directory, arguments)?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(failed(arguments, &output)),
    }
}

fn failed(arguments: &[&str], output: &Output) -> Diagnostic {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("it failed").trim_start_matches("fatal: ");
    Diagnostic::new(Code::Usage, format!("git {}: {said}", arguments[0]))
}

fn call(directory: &Path, arguments: &[&str]) -> Result<Output, Diagnostic> {
    let place = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let mut command = Command::new("git");
    // A hook is told of the repository that it runs for; which one this is, is asked of the directory.
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(variable);
    }
    command.arg("-C").arg(place).args(arguments).output().map_err(|error| {
        Diagnostic::new(Code::Usage, format!("git cannot be run: {error}"))
            .hint("`--against` asks git for the files")
    })
}
