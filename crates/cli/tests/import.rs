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

#[test]
fn a_type_that_one_database_lacks_is_written_for_the_others() {
    let session = Session::new();
    fs::create_dir_all(session.path().join("scripts/versions")).expect("a directory can be made");
    let write =
        |name: &str, text: &str| fs::write(session.path().join(name), text).expect("a file can be written");
    write("alembic.ini", "[alembic]\nscript_location = scripts\n");
    // As autogenerate writes it.
    write(
        "scripts/versions/a.py",
        "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\
         revision = 'a'\ndown_revision = None\n\
         def upgrade():\n\
         \x20   op.create_table('org', sa.Column('id', sa.Integer), sa.Column('v', postgresql.JSONB(astext_type=sa.Text())))\n\
         \x20   op.add_column('org', sa.Column('w', postgresql.JSONB(astext_type=sa.Text())))\n\
         \x20   op.add_column('org', sa.Column('x', postgresql.INET()))\n\
         def downgrade():\n\
         \x20   op.drop_table('org')\n",
    );
    let shown = session.run("-c alembic.ini --url postgres://localhost/none --json import alembic more");
    assert!(shown.contains("exit: 0") && !shown.contains("no file can hold it"), "{shown}");
    let text = fs::read_to_string(session.path().join("more/a.toml")).expect("it is written");
    assert_eq!(text.matches("native = \"JSONB\"").count(), 2, "{text}");
    assert!(!text.contains("native = \"\""), "{text}");
    // What is written is read, and run where the types are.
    write("limbeck.toml", "[migrations]\nlocations = [\"more\"]\n");
    let sql = session.run("show a --sql --server postgres:16");
    assert!(sql.contains("exit: 0") && sql.contains("ADD COLUMN \"x\" INET"), "{sql}\n{text}");
}
