//! Offline SQL, run by psql, gives the same database as the online run.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};

use limbeck::core::migrator::offline_upgrade;
use limbeck::prelude::*;
use limbeck_tests::backend::POSTGRES;
use limbeck_tests::client::{has_client, run_client};
use limbeck_tests::{Scratch, operations};

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
    let mut found = vec![format!("{:#?}", scratch.connection.reflect(None).unwrap())];
    let rows = (POSTGRES.rows)(scratch);
    let (head, rest) = rows.split_once("limbeck_log\n").unwrap_or((&rows, ""));
    found.push(head.to_owned());
    found.push(rest.lines().skip_while(|line| line.contains("\"tool_version\"")).collect());
    found.extend((POSTGRES.others)(scratch));
    found.extend(scratch.rows("SELECT revision, direction, outcome, checksum FROM limbeck_log ORDER BY id"));
    found
}

#[test]
fn a_script_run_by_the_client_gives_what_the_online_run_gives() {
    if !has_client(&POSTGRES) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dialect = limbeck::dialect_named("postgres").unwrap();
    let names = operations().into_iter().filter(|fixture| !fixture.change("postgres").is_empty());
    let names = names.map(|fixture| fixture.name).chain(["shop", "everywhere"].map(str::to_owned));
    let mut compared = 0;
    for name in names {
        let Some(mut online) = (POSTGRES.open)() else { return };
        let history = History::builder().directories(&[migrations(&name, folder.path())]).build().unwrap();
        let (base, head, settings) = (Target::base(), Target::heads(), limbeck::settings());
        let server = online.connection.server().clone();
        let run = Migrator::new(&history, &mut *online.connection, settings.clone()).upgrade(&head);
        let script = offline_upgrade(&history, dialect, &server, &settings, &base, &head);
        let mut offline = (POSTGRES.open)().unwrap();
        let output = match &script {
            Ok(script) => run_client(&POSTGRES, &offline.url().unwrap(), script, folder.path()),
            Err(refused) => {
                assert!(run.is_err(), "{name} is refused offline alone: {refused}");
                continue;
            }
        };
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), run.is_ok(), "{name}: {said} {run:?}");
        if run.is_err() {
            continue;
        }
        let (found, wanted) = (contents(&mut offline), contents(&mut online));
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!(found == wanted, "{name}:\n{found:.4000}\nis not\n{wanted:.4000}");
        }
        assert_eq!(found.len(), wanted.len(), "{name}");
        compared += 1;
    }
    assert!(compared > 20, "only {compared} fixtures were compared");
}

#[test]
fn a_script_that_fails_half_way_keeps_whole_revisions_only() {
    if !has_client(&POSTGRES) {
        return;
    }
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    let folder = tempfile::tempdir().unwrap();
    let history = History::builder().directories(&[migrations("shop", folder.path())]).build().unwrap();
    let dialect = limbeck::dialect_named("postgres").unwrap();
    let server = scratch.connection.server().clone();
    let script = |from: &str, to: &str| {
        let (from, to) = (from.parse::<Target>().unwrap(), to.parse::<Target>().unwrap());
        offline_upgrade(&history, dialect, &server, &limbeck::settings(), &from, &to).unwrap()
    };
    let url = scratch.url().unwrap();
    assert!(run_client(&POSTGRES, &url, &script("base", "4d0e6e000001"), folder.path()).status.success());
    scratch.connection.execute("UPDATE purchase SET quantity = '-1' WHERE id = 5").unwrap();
    let before = contents(&mut scratch);
    assert!(
        !run_client(&POSTGRES, &url, &script("4d0e6e000001", "5e1c0de5a1e5"), folder.path()).status.success()
    );
    assert!(contents(&mut scratch) == before, "a script that failed changed something");
}
