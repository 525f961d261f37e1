//! The databases' own clients, which run scripts.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::Backend;
use crate::backend::skip;

/// Says whether the client of a database is there; without it, tells that the test is skipped.
///
/// # Panics
/// In CI, when it is missing.
pub fn has_client(backend: &Backend) -> bool {
    let program = program(backend);
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        skip(&format!("there is no client `{program}`"));
    }
    found
}

/// Runs a script in a folder by the client, as its users are told to.
///
/// # Panics
/// When the client cannot be started.
pub fn run_client(backend: &Backend, url: &str, script: &str, folder: &Path) -> Output {
    let file = folder.join("script.sql");
    fs::write(&file, script).unwrap_or_else(|error| panic!("{error}"));
    let mut command = Command::new(program(backend));
    command.current_dir(folder);
    let input = File::open(&file).unwrap_or_else(|error| panic!("{error}"));
    match backend.name {
        "postgres" => {
            command.args(["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f"]).arg(&file).arg(url);
        }
        "mysql" => mysql(command.stdin(Stdio::from(input)), url),
        _ => {
            let path = url.trim_start_matches("sqlite:");
            command.args(["-bail", "-batch"]).arg(path).stdin(Stdio::from(input));
        }
    }
    command.output().unwrap_or_else(|error| panic!("{error}"))
}

fn program(backend: &Backend) -> &'static str {
    match backend.name {
        "postgres" => "psql",
        "mysql" => "mariadb",
        _ => "sqlite3",
    }
}

/// Returns the schema of a database as MariaDB's own client dumps it.
///
/// # Panics
/// When the client cannot be started, or says that something is wrong.
pub fn dump_of_mariadb(url: &str) -> String {
    let mut command = Command::new("mariadb-dump");
    at_mariadb(command.arg("--no-defaults").args(["--no-data", "--skip-triggers"]), url);
    let output = command.output().unwrap_or_else(|error| panic!("{error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap_or_else(|error| panic!("{error}"))
}

/// The password stands in the environment, which no list of processes shows.
fn at_mariadb(command: &mut Command, url: &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (who, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    let place = place.split_once('?').map_or(place, |(place, _)| place);
    let (address, database) = place.split_once('/').unwrap_or((place, ""));
    let (host, port) = address.split_once(':').unwrap_or((address, "3306"));
    command.args(["--default-character-set=utf8mb4", "--protocol=tcp", "-h", host, "-P", port]);
    command.args(["-u", user, database]).env("MYSQL_PWD", password);
}

fn mysql(command: &mut Command, url: &str) {
    at_mariadb(command.arg("--no-defaults"), url);
    command.arg("--init-command=SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
}
