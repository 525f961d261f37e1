//! How much of real Alembic histories is told without Python, and is the SQL that of Alembic? The histories come from
//! packages of PyPI; nothing of theirs enters the repository.

use std::path::Path;
use std::process::Command;

use crate::servers::{Servers, Which};
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
    /// Compare only the histories of this package, as PyPI calls it; may be given several times
    #[arg(long = "package", value_parser = PACKAGES)]
    packages: Vec<String>,
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
    let packages = match &args.packages[..] {
        [] => PACKAGES.map(str::to_owned).to_vec(),
        chosen => chosen.to_vec(),
    };
    let directory = run::target_dir().join("alembic");
    for package in &packages {
        fetch(&environment, &directory, package)?;
    }
    let limbeck = run::build_limbeck(true)?.canonicalize()?;
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "alembic", "--"]);
    command.arg(environment.join("bin/python")).arg(limbeck).arg(directory.join("src"));
    match &args.history {
        Some(history) => command.arg("--history").arg(history),
        None => command.args(packages.iter().map(|package| package.replace('-', "_"))),
    };
    let servers = Servers::start(Which::Plain);
    run::check(command.envs(servers.variables()))
}

/// Puts a package into `src/`, in a directory called as its wheel is; not again if it is there.
fn fetch(environment: &Path, directory: &Path, package: &str) -> Result<(), Failure> {
    let name = package.replace('-', "_");
    let source = directory.join("src").join(&name);
    if source.exists() {
        return Ok(());
    }
    println!("downloading {package}");
    let download = tempfile::tempdir()?;
    let python = environment.join("bin/python");
    let pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest"];
    run::check_quiet(Command::new(&python).args(pip).arg(download.path()).arg(package))?;
    let wheel = std::fs::read_dir(download.path())?.next().ok_or("pip has downloaded nothing")??.path();
    // What is half there would be taken for the whole the next time.
    let half = directory.join("half");
    if half.exists() {
        std::fs::remove_dir_all(&half)?;
    }
    std::fs::create_dir_all(directory.join("src"))?;
    run::check_quiet(Command::new(&python).args(["-m", "zipfile", "-e"]).arg(wheel).arg(&half))?;
    std::fs::rename(half, source)?;
    Ok(())
}
