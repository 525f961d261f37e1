//! Do the files that `import alembic --with-python` writes make what the application's own Alembic makes? The applications
//! come from PyPI, each into an environment of its own in the build directory.

use std::process::Command;

use crate::servers::{Servers, Which};
use crate::{Failure, run};

/// The applications, as PyPI calls them.
const APPLICATIONS: [&str; 4] = ["keystone", "openstack-placement", "optuna", "masakari"];

/// Which applications to import.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Import only this application, as PyPI calls it; may be given several times
    #[arg(long = "package", value_parser = APPLICATIONS)]
    packages: Vec<String>,
}

/// Runs the comparison, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When the two differ on SQLite or PostgreSQL, or when an application cannot be had.
pub(super) fn import(args: &Arguments) -> Result<(), Failure> {
    let packages = match &args.packages[..] {
        [] => APPLICATIONS.map(str::to_owned).to_vec(),
        chosen => chosen.to_vec(),
    };
    let directory = run::target_dir().join("applications");
    std::fs::create_dir_all(&directory)?;
    for package in &packages {
        let environment = directory.join(package);
        if environment.join("done").exists() {
            continue;
        }
        println!("installing {package}");
        run::check_quiet(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let pip = ["install", "--quiet", "--prefer-binary", package, "psycopg2-binary"];
        run::check_quiet(Command::new(environment.join("bin/pip")).args(pip))?;
        std::fs::write(environment.join("done"), "")?;
    }
    let mut command = run::cargo();
    command.args(["run", "--quiet", "--package", "limbeck-tests", "--bin", "imported", "--"]);
    command.arg(directory.canonicalize()?).args(&packages);
    let servers = Servers::start(Which::Plain);
    run::check(command.envs(servers.variables()))
}
