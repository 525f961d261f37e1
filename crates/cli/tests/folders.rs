//! Folders of other tools that are listed in more than one way: a file is one revision.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;

use support::Session;

fn revisions(locations: &str, layout: &str) -> Vec<String> {
    let session = Session::new();
    let config = format!(
        "[migrations]\nlocations = [{locations}]\n{layout}[database.default]\nurl = \"sqlite:app.db\"\n"
    );
    fs::write(session.path().join("limbeck.toml"), config).unwrap();
    fs::create_dir_all(session.path().join("migrations/new/newer")).unwrap();
    for (name, table) in [("V1__a", "a"), ("new/V2__b", "b"), ("new/newer/V3__c", "c")] {
        let sql = format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY);\n");
        fs::write(session.path().join(format!("migrations/{name}.sql")), sql).unwrap();
    }
    // One of our own stands beside them.
    fs::write(session.path().join("migrations/new/own.toml"), "revision = \"own\"\ndown_revision = \"3\"\n")
        .unwrap();
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
        assert_eq!(revisions("\"migrations\"", layout), ["3", "2", "1"]);
        for locations in [
            "\"migrations\", \"migrations/new\"",
            "\"migrations/new\", \"migrations\"",
            "\"migrations/new/newer\", \"./migrations/new\", \"migrations/new/../../migrations\"",
        ] {
            assert_eq!(revisions(locations, layout), ["own", "3", "2", "1"], "{layout}{locations}");
        }
    }
}
