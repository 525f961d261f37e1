//! Histories of other tools, written as files of Limbeck's.
#![cfg(feature = "alembic")]

mod support;

use std::fs;

use support::Session;

fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

#[test]
fn a_history_of_alembic_is_written_and_what_is_left_is_told_and_refused() {
    let session = Session::in_copy_of("alembic/shop");
    let types =
        "[alembic.types]\n\"shop.types.GUID\" = { base = { native = \"CHAR(36)\" }, postgres = \"uuid\" }\n";
    let text = format!("[alembic]\nconfig = \"alembic.ini\"\n{types}");
    fs::write(session.path().join("limbeck.toml"), text).unwrap();
    let mut shown = session.run_all(&["import alembic", "import alembic", "-q import alembic again"]);
    fs::remove_file(session.path().join("limbeck.toml")).unwrap();
    shown.push('\n');
    shown.push_str(&session.run_all(&["-c alembic.ini --json import alembic more", "heads"]));
    for name in session.files().keys() {
        let below = name.strip_prefix(session.path()).unwrap();
        if below.starts_with("more") || below == std::path::Path::new("limbeck.toml") {
            let text = fs::read_to_string(name).unwrap();
            shown.push_str(&format!("\n== {}\n{text}", below.display()));
        }
    }
    shown.push('\n');
    shown.push_str(&session.run_all(&[
        "--url sqlite:a.db upgrade 27c6",
        "--url sqlite:a.db upgrade heads",
        "--url sqlite:a.db stamp ae10",
        "--url sqlite:a.db upgrade heads",
        "--url sqlite:a.db downgrade base",
        "import alembic other",
    ]));
    check("import_alembic", &shown);
}
