//! How folders are read.

use std::fs;
use std::path::Path;

use limbeck_core::history::{ForeignRevision, Task, Undo};
use limbeck_core::op::{Operation, Transaction};
use limbeck_core::script::Files;

use super::*;

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn directories_follow_each_other_in_order_of_versions() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "2024-02-01-000000_more_of_it/up.sql", "CREATE TABLE b (a INT);\n");
    write(folder.path(), "2024-01-31-120000_first/up.sql", "\n-- first\nCREATE TABLE a (a INT);\n");
    write(folder.path(), "2024-01-31-120000_first/down.sql", "-- nothing\n");
    write(folder.path(), ".hidden/up.sql", "x");
    write(folder.path(), "notes/readme.md", "x");
    write(folder.path(), "aaaa_own.toml", "");
    let Scan { migrations, faults } = scan(folder.path(), &Files::disk());
    assert!(faults.is_empty(), "{faults:?}");
    let headers: Vec<_> = migrations.iter().map(ForeignRevision::header).collect();
    assert_eq!(headers[0].revision.as_str(), "20240131120000");
    assert_eq!(headers[1].revision.as_str(), "20240201000000");
    assert_eq!(headers[1].down_revision, [headers[0].revision.clone()]);
    assert_eq!(headers[1].message, "more of it");
    let body = migrations[0].body().unwrap();
    assert!(matches!(&body.undo, Undo::Given(tasks) if tasks.is_empty()));
    let [Task::Operation(up)] = &body.upgrade[..] else { panic!("{body:?}") };
    assert_eq!(up.origin.as_ref().unwrap().place().line(), Some(2));
    assert!(matches!(migrations[1].body().unwrap().undo, Undo::Derived));
    assert!(scan(&folder.path().join("missing"), &Files::disk()).migrations.is_empty());
}

#[test]
fn metadata_says_whether_a_transaction_is_wanted() {
    for (metadata, expected) in [
        (None, Some(Transaction::Inside)),
        (Some("run_in_transaction = true"), Some(Transaction::Inside)),
        (Some("run_in_transaction = false"), Some(Transaction::Outside)),
        (Some(""), Some(Transaction::Outside)),
        (Some("run_in_transaction ="), None),
        (Some("run_in_transaction = 1"), None),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "1_a/up.sql", "SELECT 1;");
        if let Some(text) = metadata {
            write(folder.path(), "1_a/metadata.toml", text);
        }
        let body = scan(folder.path(), &Files::disk()).migrations[0].body();
        let found = body.ok().map(|body| match &body.upgrade[..] {
            [Task::Operation(up)] => up.scope.transaction,
            other => panic!("{other:?}"),
        });
        assert_eq!(found, expected, "{metadata:?}");
    }
}

#[test]
fn a_version_that_is_there_twice_and_an_empty_file_are_faults() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "2024-01-01_a/up.sql", "");
    write(folder.path(), "20240101_b/up.sql", "SELECT 1;");
    let Scan { migrations, faults } = scan(folder.path(), &Files::disk());
    assert!(faults[0].to_string().contains("two migrations have the version `20240101`"), "{faults:?}");
    assert!(migrations[0].body().unwrap_err().to_string().contains("L0202"));
}

#[test]
fn ends_of_lines_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "1_a/up.sql", "\r\nINSERT INTO a VALUES ('x\r\ny');\r\n");
    let body = scan(folder.path(), &Files::disk()).migrations[0].body().unwrap();
    let [Task::Operation(up)] = &body.upgrade[..] else { panic!("{body:?}") };
    let Operation::Execute(execute) = &up.operation else { panic!("{up:?}") };
    assert_eq!(execute.sql.as_str(), "INSERT INTO a VALUES ('x\r\ny');");
}

#[test]
fn what_stands_behind_a_comment_that_ends_with_a_carriage_return_is_run() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "1_a/up.sql", "-- Your SQL goes here\rDROP TABLE a\r");
    write(folder.path(), "2_b/up.sql", "-- Your SQL goes here\r\n-- or not\r\n");
    let scanned = scan(folder.path(), &Files::disk());
    assert_eq!(scanned.migrations[0].body().unwrap().upgrade.len(), 1);
    assert!(scanned.migrations[1].body().unwrap().upgrade.is_empty());
}
