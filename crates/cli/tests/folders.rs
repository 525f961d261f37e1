//! Folders of other tools that are listed in more than one way: a file is one revision.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;

use support::Session;

/// What stands in the folder and in those within, and one of our own beside it.
const FILES: &[(&str, &str)] = &[
    ("V1__a.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY);\n"),
    ("new/V2__b.sql", "CREATE TABLE b (id INTEGER PRIMARY KEY);\n"),
    ("new/newer/V3__c.sql", "CREATE TABLE c (id INTEGER PRIMARY KEY);\n"),
    ("new/own.toml", "revision = \"own\"\ndown_revision = \"3\"\n"),
];

fn revisions(locations: &str, layout: &str, files: &[(&str, &str)]) -> Vec<String> {
    let session = Session::new();
    let config = format!(
        "[migrations]\nlocations = [{locations}]\n{layout}[database.default]\nurl = \"sqlite:app.db\"\n"
    );
    fs::write(session.path().join("limbeck.toml"), config).unwrap();
    for (name, text) in files {
        let path = session.path().join("migrations").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let shown = session.run("--json history");
    let text = shown.split("--- stdout\n").nth(1).unwrap_or_else(|| panic!("{locations}: {shown}"));
    let found: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert!(session.run("upgrade heads").contains("exit: 0"), "{locations}");
    let ids = found.as_array().unwrap().iter();
    ids.map(|one| one["revision"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_that_is_listed_beside_the_one_that_holds_it_is_read_once() {
    for layout in ["", "layout = \"flyway\"\n", "layout = \"refinery\"\n"] {
        assert_eq!(revisions("\"migrations\"", layout, FILES), ["3", "2", "1"]);
        for locations in [
            "\"migrations\", \"migrations/new\"",
            "\"migrations/new\", \"migrations\"",
            "\"migrations/new/newer\", \"./migrations/new\", \"migrations/new/../../migrations\"",
        ] {
            assert_eq!(revisions(locations, layout, FILES), ["own", "3", "2", "1"], "{layout}{locations}");
        }
    }
}

#[test]
fn a_folder_with_nothing_but_folders_is_read_as_that_of_the_tool_that_reads_them() {
    let files = [
        ("v1/V1__a.sql", FILES[0].1),
        ("v2/V2__b.sql", FILES[1].1),
        ("next.toml", "revision = \"next\"\ndown_revision = \"2\"\n"),
    ];
    for layout in ["", "layout = \"flyway\"\n"] {
        assert_eq!(revisions("\"migrations\"", layout, &files), ["next", "2", "1"], "{layout}");
    }
}

#[test]
fn a_hidden_folder_is_read_where_it_is_listed() {
    let files = [("V1__a.sql", FILES[0].1), (".old/V0.5__b.sql", FILES[1].1)];
    let mut found = revisions("\"migrations\", \"migrations/.old\"", "", &files);
    found.sort_unstable();
    assert_eq!(found, ["0.5", "1"]);
}

#[test]
fn a_folder_that_is_listed_twice_is_read_once() {
    let files = [
        ("1_a.sql", "-- +goose Up\nCREATE TABLE a (id INTEGER);\n"),
        ("own.toml", "revision = \"own\"\ndown_revision = \"1\"\n"),
    ];
    assert_eq!(revisions("\"migrations\", \"./migrations\"", "", &files), ["own", "1"]);
}
