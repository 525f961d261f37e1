//! On a Galera cluster, whose nodes do not share named locks.

use std::time::Duration;

use limbeck_tests::backend;

use super::race::tells_who_holds_it;
use super::revisions::{self, Place, all_succeed, is_finished, spawn};

/// Makes an empty database, and returns its URL on each node; `None` when there is no cluster, which is then told.
fn nodes(name: &str) -> Option<Vec<String>> {
    let urls = backend::server("LIMBECK_TEST_GALERA_URLS")?;
    let urls: Vec<&str> = urls.split(' ').collect();
    let sql = format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name}");
    limbeck::connect(urls[0]).unwrap().execute(&sql).unwrap();
    // The others apply it a moment later; a transaction that waits for what was sent begins when they have.
    for url in &urls[1..] {
        limbeck::connect(url).unwrap().execute("SET SESSION wsrep_sync_wait = 15; BEGIN; ROLLBACK").unwrap();
    }
    Some(urls.iter().map(|url| format!("{}/{name}", url.rsplit_once('/').unwrap().0)).collect())
}

#[test]
fn eight_processes_on_three_nodes_run_each_revision_once() {
    let Some(urls) = nodes("limbeck_race") else { return };
    let folder = revisions::write();
    all_succeed((0..8).map(|number| spawn(&urls[number % urls.len()], folder.path())).collect());
    for (number, url) in urls.into_iter().enumerate() {
        let mut place = Place::at(url);
        place.scratch.connection.execute("SET SESSION wsrep_sync_wait = 15").unwrap();
        if number == 0 {
            assert_eq!(place.scratch.rows("SELECT holder FROM limbeck_version_lock WHERE id = 1"), [""; 0]);
            place.scratch.connection.execute("DROP TABLE limbeck_version_lock").unwrap();
        }
        is_finished(&mut place.scratch, folder.path());
    }
}

#[test]
fn who_waits_on_another_node_is_told_who_holds_the_lock() {
    let Some(urls) = nodes("limbeck_wait") else { return };
    let mut holder = Place::at(urls[0].clone());
    tells_who_holds_it(&mut *holder.scratch.connection, &urls[1]);
}

#[test]
fn the_row_of_a_killed_migrator_is_taken_over_from_another_node() {
    let Some(urls) = nodes("limbeck_killed") else { return };
    let folder = revisions::write();
    let mut first = spawn(&urls[0], folder.path());
    let mut other = Place::at(urls[1].clone());
    let held =
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'u2'";
    while other.scratch.rows(held).is_empty() {
        assert!(first.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(other.scratch.rows("SELECT count(*) FROM limbeck_version_lock WHERE id = 1"), ["1"]);
    all_succeed(vec![spawn(&urls[1], folder.path())]);
    other.scratch.connection.execute("DROP TABLE limbeck_version_lock").unwrap();
    is_finished(&mut other.scratch, folder.path());
}
