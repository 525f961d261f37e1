//! Starts programs: cargo, the built binary, Python.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;

/// Returns the root of the workspace.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map_or_else(|| own.to_path_buf(), Path::to_path_buf)
}

/// Returns the directory that cargo builds into.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => root().join("target"),
    }
}

/// Starts to describe a call of cargo in the workspace.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Builds the command line tool and returns its path. As it is released, it has every back end.
pub(crate) fn build_limbeck(release: bool) -> Result<PathBuf, Failure> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--package", "limbeck-cli"]);
    if release {
        command.args(["--release", "--all-features"]);
    }
    check(&mut command)?;
    let profile = if release { "release" } else { "debug" };
    Ok(target_dir().join(profile).join("limbeck"))
}

/// Builds the command line tool with every back end, as it is tested, and returns its path.
pub(crate) fn build_limbeck_whole() -> Result<PathBuf, Failure> {
    let mut command = cargo();
    check(command.args(["build", "--quiet", "--package", "limbeck-cli", "--all-features"]))?;
    Ok(target_dir().join("debug").join("limbeck"))
}

/// Writes a command without what may hold a password: its variables, and the credentials in a URL.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| without_credentials(&word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

fn without_credentials(word: &str) -> String {
    let parts = word.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1)));
    parts.map_or_else(|| word.to_owned(), |(scheme, host)| format!("{scheme}://***@{host}"))
}

/// Runs a command, and fails if it fails.
pub(crate) fn check(command: &mut Command) -> Result<(), Failure> {
    let status =
        command.stdin(Stdio::null()).status().map_err(|error| format!("{}: {error}", shown(command)))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{} ended with {status}", shown(command)).into()),
    }
}

/// Runs a command quietly, and fails with what it said if it fails.
pub(crate) fn check_quiet(command: &mut Command) -> Result<(), Failure> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{}: {error}", shown(command)))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{} ended with {}:\n{}{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}

/// Finds a program on the PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_is_told_without_its_variables() {
        let mut command = Command::new("false");
        command
            .args(["--url", "mysql://limbeck:s3cret@127.0.0.1/limbeck"])
            .env("LIMBECK_TEST_POSTGRES_URL", "postgres://limbeck:s3cret@127.0.0.1/limbeck");
        for error in [check(&mut command), check_quiet(&mut command)] {
            let error = error.map_err(|error| error.to_string()).err().unwrap_or_default();
            assert!(
                error.starts_with("false --url mysql://***@127.0.0.1/limbeck ended with exit status: 1"),
                "{error}"
            );
        }
    }
}
