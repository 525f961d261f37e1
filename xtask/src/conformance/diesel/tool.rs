//! Both tools: diesel_cli, built where it is missing, and Limbeck.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Failure, diesel, run};

/// Returns diesel_cli of a version, built into the build directory where it is not there.
///
/// # Errors
/// When it cannot be built: it links libpq and MariaDB's client.
pub(super) fn diesel(version: &str) -> Result<PathBuf, Failure> {
    let root = run::target_dir().join(format!("diesel_cli-{version}"));
    let program = root.join("bin").join("diesel");
    if !program.is_file() {
        if let Some(package) = diesel::provide_libraries() {
            return Err(
                format!("the package `{package}` is missing, and cannot be installed from here").into()
            );
        }
        println!("building diesel_cli {version}");
        let mut command = run::cargo();
        command.args([
            "install",
            "diesel_cli",
            "--locked",
            "--debug",
            "--version",
            version,
            "--no-default-features",
        ]);
        command.args(["--features", "postgres,mysql,sqlite-bundled", "--root"]).arg(&root);
        run::check_quiet(&mut command)?;
    }
    Ok(program.canonicalize()?)
}

/// Starts to describe a call in a project, with an environment in which nothing tells of another one.
pub(super) fn command(program: &Path, root: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root).stdin(Stdio::null()).env_remove("DATABASE_URL").env_remove("LIMBECK_URL");
    command
}

/// Runs a command, which must end with one of these statuses, and returns what it printed.
///
/// # Errors
/// With what it said when it fails.
pub(super) fn output(fine: &[i32], command: &mut Command) -> Result<String, Failure> {
    let output = command.output().map_err(|error| format!("{}: {error}", run::shown(command)))?;
    if !output.status.code().is_some_and(|code| fine.contains(&code)) {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} ended with {}:\n{said}", run::shown(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
