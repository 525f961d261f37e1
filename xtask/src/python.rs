//! A virtual environment with real Alembic, our oracle.

use std::path::PathBuf;
use std::process::Command;

use crate::Failure;
use crate::run;

/// What is installed. The meaning of targets follows Alembic 1.20.
const REQUIREMENTS: [&str; 5] = [
    "alembic==1.20.1",
    "sqlalchemy==2.1.9",
    "sqlite-utils==4.2.1",
    // The drivers that benches on servers need.
    "psycopg2-binary==2.9.13",
    "pymysql==1.2.4",
];

/// The environment variable that names a Python with Alembic, for tests that play scripts.
const VARIABLE: &str = "LIMBECK_TEST_PYTHON";

/// Returns the variable for tests, unless it is set already. Where Python is not to be had, the tests that need it say what
/// they skip.
pub(crate) fn variable() -> Option<(&'static str, PathBuf)> {
    if std::env::var_os(VARIABLE).is_some() {
        return None;
    }
    match environment() {
        Ok(directory) => Some((VARIABLE, directory.join("bin/python"))),
        Err(failure) => {
            eprintln!("no Python with Alembic to test with: {failure}");
            None
        }
    }
}

/// Returns the directory of the environment, made first if it is not there.
///
/// # Errors
/// When Python or the packages cannot be had; nothing half made stays behind.
pub(crate) fn environment() -> Result<PathBuf, Failure> {
    let directory = run::target_dir().join("oracle");
    let done = directory.join("requirements.txt");
    let wanted = REQUIREMENTS.join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
        return Ok(directory.canonicalize()?);
    }
    if directory.exists() {
        std::fs::remove_dir_all(&directory)?;
    }
    let venv = || {
        let mut command = Command::new("python3");
        command.args(["-m", "venv"]).arg(&directory);
        command
    };
    if run::check_quiet(&mut venv()).is_err() {
        println!("python3 with venv is missing; installing it with apt-get");
        run::check_quiet(Command::new("apt-get").arg("update"))?;
        run::check_quiet(Command::new("apt-get").args(["install", "-y", "python3", "python3-venv"]))?;
        run::check_quiet(&mut venv())?;
    }
    run::check_quiet(
        Command::new(directory.join("bin/pip")).args(["install", "--quiet"]).args(REQUIREMENTS),
    )?;
    std::fs::write(done, wanted)?;
    Ok(directory.canonicalize()?)
}
