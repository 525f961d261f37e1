//! `cargo xtask conformance import` runs this: do the files that `import alembic --with-python` writes of an application make
//! what the application's own Alembic makes?
//!
//! Usage: `imported DIRECTORY PACKAGE…`, where the directory holds a virtual environment for each package.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that talks on its streams")]

mod application;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use limbeck::config::Config;
use limbeck::project::{Imported, Project, WithPython};
use limbeck_core::dialect::DatabaseUrl;
use limbeck_core::graph::Target;
use limbeck_core::migrator::Migrator;
use limbeck_tests::pair::{Had, Kind, Pair};

use application::{APPLICATIONS, Application};

/// What `env.py` of many projects reads of `alembic.ini`.
const LOGGING: &str = "
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARN
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(levelname)s %(message)s
";

/// How many of the things left are told.
const TOLD: usize = 5;

/// Runs all scripts of a project by its own `env.py`, on a database of our choice.
const RUNNER: &str = include_str!("runner.py");

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [directory, packages @ ..] = &arguments[..] else {
        eprintln!("usage: imported DIRECTORY PACKAGE…");
        return ExitCode::from(2);
    };
    let (mut passed, mut failed) = (0, 0);
    for application in APPLICATIONS.iter().filter(|one| packages.iter().any(|name| name == one.package)) {
        match one(application, &Path::new(directory).join(application.package)) {
            Ok(true) => passed += 1,
            Ok(false) => failed += 1,
            Err(error) => {
                println!("{}: {error}", application.package);
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Imports the history of one application, and compares on each kind of database.
fn one(application: &Application, environment: &Path) -> Result<bool, Box<dyn Error>> {
    let python = environment.join("bin/python");
    let directory = tempfile::tempdir()?;
    let ini = project(application, &packages(&python)?.join(application.scripts), directory.path())?;
    let mut alike = true;
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let (Some(scratch), name) = (Pair::make(kind)?, kind.name()) else {
            println!("{}: skipped: no {} to run on", application.package, kind.name());
            return Ok(false);
        };
        let files = directory.path().join(name);
        let imported = import(&ini, &files, &python, &scratch, kind)?;
        drop(scratch);
        let Some(pair) = Pair::make(kind)? else { return Ok(false) };
        let recorded = imported.revisions.iter().filter(|one| !one.recorded.is_empty()).count();
        let reading =
            imported.revisions.iter().filter(|one| one.reads.iter().any(|read| !read.catalog)).count();
        let left: Vec<String> = imported
            .revisions
            .iter()
            .flat_map(|one| {
                one.left.iter().map(|left| format!("{} {:?}: {}", one.revision, left.direction, left.reason))
            })
            .collect();
        println!(
            "{} on {name}: {} revisions, {recorded} of them recorded, {reading} read rows, {} things left",
            application.package,
            imported.revisions.len(),
            left.len()
        );
        left.iter().take(TOLD).for_each(|left| println!("    left: {left}"));
        upgrade(&files.join("limbeck.toml"), pair.ours.url())?;
        alembic(&python, &ini, pair.theirs.sqlalchemy())?;
        let found = pair.differences(application.version_table, &Had::default())?;
        found.differences.iter().for_each(|difference| println!("    differs: {difference}"));
        alike &= found.differences.is_empty();
    }
    Ok(alike)
}

/// Makes a project of the application's scripts, with its own `env.py`; returns its `alembic.ini`.
fn project(application: &Application, scripts: &Path, directory: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let environment = directory.join("environment");
    fs::create_dir(&environment)?;
    let own = scripts.join("env.py");
    let before = application.before;
    let text = format!("{before}\nexec(compile(open({own:?}).read(), {own:?}, \"exec\"))\n");
    fs::write(environment.join("env.py"), text)?;
    let ini = directory.join("alembic.ini");
    let head = format!(
        "[alembic]\nscript_location = {}\nversion_locations = {}\npath_separator = newline\n\
         recursive_version_locations = true\nsqlalchemy.url = sqlite:///never-made.db\n",
        environment.display(),
        scripts.join("versions").display()
    );
    fs::write(&ini, head + LOGGING)?;
    Ok(ini)
}

/// Returns where the packages of an environment are.
fn packages(python: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let print = "import sysconfig; print(sysconfig.get_paths()['purelib'])";
    let output = Command::new(python).args(["-c", print]).output()?;
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim()))
}

fn import(
    ini: &Path,
    files: &Path,
    python: &Path,
    scratch: &Pair,
    kind: Kind,
) -> Result<Imported, Box<dyn Error>> {
    let project = Project::open(Config::load(ini, &|_| None)?)?;
    let (dialect, url) = match kind {
        Kind::Sqlite => ("sqlite", "sqlite::memory:"),
        Kind::Postgres => ("postgres", scratch.ours.url()),
    };
    let with = WithPython {
        python: python.to_owned(),
        dialects: vec![dialect.to_owned()],
        scratch: vec![DatabaseUrl::parse(url).ok_or("no URL")?],
        patience: Duration::from_secs(300),
    };
    fs::create_dir_all(files)?;
    Ok(project.import(&files.join("migrations"), &files.join("limbeck.toml"), Some(&with))?)
}

/// Runs the imported files.
fn upgrade(config: &Path, url: &str) -> Result<(), Box<dyn Error>> {
    let variable = |name: &str| (name == "DATABASE_URL").then(|| url.to_owned());
    let project = Project::open(Config::load(config, &variable)?)?;
    let mut connection = limbeck::connect(url)?;
    let settings = project.config().settings(Arc::new(limbeck::SystemClock::new()));
    Migrator::new(project.history(), &mut *connection, settings).upgrade(&Target::heads())?;
    Ok(())
}

/// Runs the scripts.
fn alembic(python: &Path, ini: &Path, url: &str) -> Result<(), Box<dyn Error>> {
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", RUNNER])
        .arg(ini)
        .env("LIMBECK_RUN_URL", url)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<&str> = said.lines().collect();
    Err(format!("Alembic fails: {}", last[last.len().saturating_sub(6)..].join("\n")).into())
}
