//! Offline SQL, run by mariadb, gives the same database as the online run.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};

use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::Names;
use limbeck::core::migrator::offline_upgrade;
use limbeck::prelude::*;
use limbeck_tests::backend::MARIADB;
use limbeck_tests::client::{has_client, run_client};
use limbeck_tests::{Scratch, operations};

const MARIADB_NAMES: Names = Names { dialect: "mysql", flavour: "mariadb" };

/// Puts the migrations of a fixture into a folder of their own.
fn migrations(name: &str, folder: &Path) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
    if let "shop" | "everywhere" = name {
        return fixtures.join("projects").join(name).join("migrations");
    }
    let target = folder.join(name);
    fs::create_dir(&target).unwrap();
    fs::copy(fixtures.join("operations").join(format!("{name}.toml")), target.join("f1.toml")).unwrap();
    target
}

/// Returns all that a database holds. Times of the log are left out.
fn contents(scratch: &mut Scratch) -> Vec<String> {
    let server = scratch.connection.server().clone();
    let schema = MARIADB.dialect.normal_form(&scratch.connection.reflect(None).unwrap(), &server);
    let mut found: Vec<String> = format!("{schema:#?}").lines().map(str::to_owned).collect();
    let rows = (MARIADB.rows)(scratch);
    // The log holds times, and is looked at by itself.
    let own = |line: &&str| !line.contains("' 'upgrade' '");
    found.extend(rows.lines().filter(own).map(str::to_owned));
    let triggers = (MARIADB.others)(scratch);
    found.extend(triggers.into_iter().filter(|line| !line.contains(" | view | ")));
    found.extend(scratch.rows("SELECT revision, direction, outcome, checksum FROM limbeck_log ORDER BY id"));
    found
}

#[test]
fn a_script_run_by_the_client_gives_what_the_online_run_gives() {
    if !has_client(&MARIADB) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dialect = limbeck::dialect_named("mysql").unwrap();
    let names = operations().into_iter().filter(|fixture| !fixture.change(MARIADB_NAMES).is_empty());
    let names = names.map(|fixture| fixture.name).chain(["shop", "everywhere"].map(str::to_owned));
    let mut compared = 0;
    for name in names {
        let Some(mut online) = (MARIADB.open)() else { return };
        let history = History::builder().directories(&[migrations(&name, folder.path())]).build().unwrap();
        let (base, head, settings) = (Target::base(), Target::heads(), limbeck::settings());
        let server = online.connection.server().clone();
        let run = Migrator::new(&history, &mut *online.connection, settings.clone()).upgrade(&head);
        let script = offline_upgrade(&history, dialect, &server, &settings, &base, &head);
        let mut offline = (MARIADB.open)().unwrap();
        let output = match &script {
            Ok(script) => run_client(&MARIADB, &offline.url().unwrap(), script, folder.path()),
            Err(refused) => {
                // The names that the server gives are known only to the server.
                let unknown = refused.first().code == Code::Opaque;
                assert!(run.is_err() || unknown, "{name} is refused offline alone: {refused}");
                continue;
            }
        };
        // Only the database knows of a view that raw SQL made.
        if run.as_ref().is_err_and(|faults| faults.first().code == Code::StillInUse) {
            continue;
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), run.is_ok(), "{name}: {said} {run:?}");
        if run.is_err() {
            continue;
        }
        let (found, wanted) = (contents(&mut offline), contents(&mut online));
        let differ = found.iter().zip(&wanted).find(|(found, wanted)| found != wanted);
        assert!(differ.is_none() && found.len() == wanted.len(), "{name}: {differ:#?}");
        compared += 1;
    }
    assert!(compared > 20, "only {compared} fixtures were compared");
}
