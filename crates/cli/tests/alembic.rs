//! An Alembic project, run as it stands.
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
fn a_project_of_alembic_is_run_and_what_cannot_be_told_is_refused() {
    let session = Session::in_copy_of("alembic/shop");
    let mut shown = session.run_all(&[
        "heads",
        "-c alembic.ini history -v",
        "branches",
        "-c alembic.ini show 27c6 --sql",
        "show 27c6 --sql --downgrade --json",
        "upgrade 27c6",
        "current",
        "upgrade heads",
        "stamp ae10",
        "upgrade heads",
        "downgrade -1",
        "current",
        "-n nothing heads",
        "-n other current",
    ]);
    // A file of our own with the same id stands for the script.
    let by_hand = "-- revision = \"ae1027a6acf0\"\n-- down_revision = \"27c6a30d7c24\"\n\n-- limbeck:upgrade\nUPDATE cart SET total = 1;\n-- limbeck:downgrade\nUPDATE cart SET total = 0;\n";
    fs::write(session.path().join("migrations/versions/by_hand.sql"), by_hand).unwrap();
    shown.push('\n');
    shown.push_str(&session.run_all(&["downgrade 27c6", "upgrade heads", "downgrade base", "current"]));
    check("alembic_shop", &shown);
}

#[test]
fn faults_of_a_project_are_told_with_their_places() {
    let session = Session::in_copy_of("alembic/shop");
    let ini = session.path().join("alembic.ini");
    let mut shown = String::new();
    for text in [
        "[alembic]\nscript_location = %(nowhere)s\n",
        "[alembic]\nscript_location = gone\n",
        "[alembic]\n",
        "[alembic]\nscript_location = migrations\nversion_locations = a b\npath_separator = comma\n",
        "[alembic]\nscript_location = migrations\nversion_locations = gone\n",
        "script_location = migrations\n",
    ] {
        fs::write(&ini, text).unwrap();
        shown.push_str(&session.run("-c alembic.ini heads"));
        shown.push('\n');
    }
    fs::write(&ini, "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite:///a.db\n").unwrap();
    fs::write(session.path().join("migrations/env.py"), "context.configure(version_table=name())\n").unwrap();
    shown.push_str(&session.run_all(&["-c alembic.ini heads", "-c alembic.ini current"]));
    fs::write(
        session.path().join("limbeck.toml"),
        "[alembic]\nconfig = \"alembic.ini\"\n[alembic.types]\n\"a.B\" = \"oddity\"\n",
    )
    .unwrap();
    shown.push('\n');
    shown.push_str(&session.run("heads"));
    fs::write(session.path().join("migrations/versions/x.py"), "revision = 'x'\ndown_revision = make()\n")
        .unwrap();
    fs::write(session.path().join("limbeck.toml"), "[alembic]\nconfig = \"alembic.ini\"\n").unwrap();
    shown.push('\n');
    shown.push_str(&session.run("heads"));
    check("alembic_faults", &shown);
}
