//! `bench lint`: judges 1,000 revisions, for one database and for three.

use std::fs;
use std::process::Command;

use crate::Failure;
use crate::database::Database;

use super::{Bench, project, table, timing};

const REVISIONS: usize = 1_000;

/// Measures the whole command. Every revision makes a table and alters the one before.
pub(super) fn lint(bench: &Bench) -> Result<(), Failure> {
    let base = bench.directory.join("lint");
    if base.exists() {
        fs::remove_dir_all(&base)?;
    }
    project::limbeck(&base, REVISIONS, "revision", &Database::file(super::NAME))?;
    for i in 2..=REVISIONS {
        let path = base.join(project::limbeck_file(i));
        let other = i - 1;
        let alter = format!(
            "\n[[upgrade]]\nalter_table = \"t{other}\"\nactions = [\n    {{ add_column = \"more\", type = \"integer\" }},\n    \
             {{ drop_column = \"made\" }},\n    {{ add_foreign_key = [\"more\"], name = \"fk_t{other}\", references = \"t{i}\", \
             referred_columns = [\"id\"] }},\n]\n"
        );
        fs::write(&path, fs::read_to_string(&path)? + &alter)?;
    }
    let config = base.join("limbeck.toml");
    // What it finds is no failure here.
    let on = "\n[lint]\nrules = { drop_column = \"on\" }\n";
    fs::write(&config, fs::read_to_string(&config)? + on)?;
    table::head(&format!("lint of {REVISIONS} revisions"));
    let servers: [(&str, &[&str]); 2] =
        [("for SQLite", &["sqlite"]), ("for three databases", &["sqlite", "postgres:16", "mariadb:10.11"])];
    for (name, servers) in servers {
        let timing = timing::time(bench.runs, || {
            let mut command = Command::new(&bench.limbeck);
            command.current_dir(&base).args(["lint", "--quiet", "--json"]);
            servers.iter().for_each(|server| {
                command.args(["--server", server]);
            });
            Ok(command)
        })?;
        table::line(name, timing, timing);
    }
    fs::remove_dir_all(&base)?;
    Ok(())
}
