//! Finds the program of a server on the machine, and installs Debian's package of it where that may be done.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::geteuid;

use crate::Failure;
use crate::run;

/// What a kind of server needs on the machine.
pub(super) struct Needs {
    /// The program that is looked for.
    pub(super) program: &'static str,
    /// Where packages put programs that are not on the PATH, the newest last: each directory here, or `bin` in each
    /// directory of it.
    pub(super) directories: &'static [&'static str],
    /// Debian's package.
    pub(super) package: &'static str,
}

impl Needs {
    /// Returns the path of the program, after installing it if it has to be.
    ///
    /// # Errors
    /// It is not there and cannot be installed from here.
    pub(super) fn provide(&self) -> Result<PathBuf, Failure> {
        if let Some(found) = self.find() {
            return Ok(found);
        }
        let Self { program, package, .. } = self;
        if !install(package) {
            return Err(format!(
                "`{program}` is missing, and the package `{package}` cannot be installed from here"
            )
            .into());
        }
        self.find().ok_or_else(|| format!("the package `{package}` brought no `{program}`").into())
    }

    fn find(&self) -> Option<PathBuf> {
        let versions = self.directories.iter().flat_map(|directory| {
            let inside = std::fs::read_dir(directory).into_iter().flatten().flatten();
            let mut inside: Vec<PathBuf> = inside.map(|entry| entry.path().join("bin")).collect();
            inside.push(PathBuf::from(directory));
            inside.sort();
            inside
        });
        let mut newest = versions.map(|directory| directory.join(self.program)).filter(|file| file.is_file());
        newest.next_back().or_else(|| run::find(self.program))
    }
}

/// Installs a package of Debian's; says whether that worked. Only root may.
pub(crate) fn install(package: &str) -> bool {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        // The package would start a server of its own, for all of the machine.
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let install = ["install", "--yes", "--no-install-recommends", package];
    geteuid().is_root()
        && run::find("apt-get").is_some()
        && (apt(&install) || (apt(&["update"]) && apt(&install)))
}

/// Returns the directory that a program stands in.
pub(super) fn beside<'a>(program: &'a Path, other: &str) -> PathBuf {
    program.parent().map_or_else(|| PathBuf::from(other), |directory: &'a Path| directory.join(other))
}
