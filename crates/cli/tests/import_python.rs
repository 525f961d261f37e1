//! Histories of Alembic whose scripts are played in the application's own Python.
#![cfg(all(unix, feature = "alembic"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use support::Session;

fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// Starts in a copy of the project that plays its scripts, with a `python` beside it that has Alembic; `None` where there is
/// none.
fn session() -> Option<Session> {
    let Some(python) = std::env::var_os("LIMBECK_TEST_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "skipped: `LIMBECK_TEST_PYTHON` is not set");
        // Not by a macro, whose words are kept from whoever runs the tests.
        std::io::stderr()
            .write_all(b"skipped: `LIMBECK_TEST_PYTHON` names no Python with Alembic\n")
            .unwrap();
        return None;
    };
    let session = Session::in_copy_of("alembic/recorded");
    program(&session, "python", &format!("exec '{}' \"$@\"", python.to_string_lossy()));
    program(&session, "bare", &format!("exec '{}' -S \"$@\"", python.to_string_lossy()));
    Some(session)
}

fn program(session: &Session, name: &str, line: &str) {
    let path = session.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{line}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Returns what was written below a directory.
fn written(session: &Session, directory: &str) -> String {
    let mut shown = String::new();
    for name in session.files().keys() {
        let below = name.strip_prefix(session.path()).unwrap();
        if below.starts_with(directory) {
            shown.push_str(&format!("\n== {}\n{}", below.display(), fs::read_to_string(name).unwrap()));
        }
    }
    shown
}

#[test]
fn what_scripts_alone_do_not_tell_is_recorded_and_what_reads_rows_is_left() {
    let Some(session) = session() else { return };
    let mut shown = session.run("-c alembic.ini import alembic told --with-python ./python");
    shown.push_str(&written(&session, "told"));
    shown.push_str(&fs::read_to_string(session.path().join("limbeck.toml")).unwrap());
    assert!(!session.path().join("never-made.db").exists(), "the project's own database was opened");
    let left: Vec<_> = session.files().into_keys().filter(|path| path.ends_with("__pycache__")).collect();
    assert!(left.is_empty(), "{left:?}");
    check("import_python", &shown);
}

#[test]
fn played_on_a_database_the_files_make_the_schema_and_the_rows_that_alembic_makes() {
    let Some(mut session) = session() else { return };
    let line = "-c alembic.ini import alembic played --with-python ./python --dialect sqlite --scratch sqlite::memory:";
    let mut shown = session.run(line);
    session.set("DATABASE_URL", "sqlite:ours.db");
    shown.push_str(&session.run("upgrade c3"));
    let run = |target: &[&str]| {
        let output = Command::new(session.path().join("python"))
            .args(["-m", "alembic"])
            .args(target)
            .env("SHOP_URL", "sqlite:///theirs.db")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(session.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    run(&["upgrade", "c3"]);
    assert_same(&session);
    shown.push_str(&session.run("downgrade base"));
    run(&["downgrade", "base"]);
    assert_same(&session);
    check("import_python_played", &shown);
}

/// Compares what both have made: the rows, and the schema as Limbeck reads it.
fn assert_same(session: &Session) {
    let mut tables = Vec::new();
    for name in ["ours.db", "theirs.db"] {
        let url = format!("sqlite:{}", session.path().join(name).display());
        let mut connection = limbeck::connect(&url).unwrap();
        let mut schema = connection.reflect(None).unwrap();
        schema.tables.retain(|name, _| name.name.as_str() != "limbeck_log");
        let mut schema = connection.dialect().normal_form(&schema, connection.server());
        let mut rows = Vec::new();
        for name in schema.tables.keys() {
            rows.push(
                connection.query(&format!("SELECT * FROM \"{}\" ORDER BY 1", name.name.as_str())).unwrap(),
            );
        }
        // Limbeck makes room for longer ids in the version table.
        schema.tables.retain(|name, _| name.name.as_str() != "alembic_version");
        tables.push((schema.tables, rows));
    }
    let theirs = tables.pop().unwrap();
    assert_eq!(tables.pop().unwrap(), theirs);
}

#[test]
fn what_keeps_scripts_from_being_played_is_said() {
    let Some(session) = session() else { return };
    let mut shown = session.run_all(&[
        "-c alembic.ini import alembic told --with-python ./nowhere",
        "-c alembic.ini import alembic told --with-python ./bare",
        "-c alembic.ini import alembic told --scratch sqlite::memory:",
        "-c alembic.ini import alembic told --with-python ./python --scratch nonsense",
        "-c alembic.ini import alembic told --with-python ./python --scratch sqlite::memory: --dialect mysql",
    ]);
    let mut connection =
        limbeck::connect(&format!("sqlite:{}", session.path().join("full.db").display())).unwrap();
    connection.execute("CREATE TABLE there (a INTEGER)").unwrap();
    shown.push('\n');
    shown.push_str(&session.run(
        "-c alembic.ini import alembic told --with-python ./python --scratch sqlite:full.db --dialect sqlite",
    ));
    let env = "raise RuntimeError('cannot reach postgresql://shop:s3cret@nowhere/shop, password=s3cret')\n";
    fs::write(session.path().join("migrations/env.py"), env).unwrap();
    shown.push_str(&session.run("-c alembic.ini import alembic more --with-python ./python"));
    fs::write(session.path().join("migrations/env.py"), "import time\ntime.sleep(60)\n").unwrap();
    shown.push('\n');
    shown.push_str(&session.run("-c alembic.ini import alembic more --with-python ./python --patience 1"));
    fs::write(session.path().join("migrations/env.py"), "import os\nos._exit(7)\n").unwrap();
    shown.push('\n');
    shown.push_str(&session.run("-c alembic.ini import alembic more --with-python ./python"));
    assert!(!shown.contains("s3cret"), "{shown}");
    check("import_python_faults", &shown);
}

/// What a script decides by, and what it does past the events of a connection, is seen too.
#[test]
fn what_a_script_does_past_its_statements_is_not_taken_for_told() {
    let Some(session) = session() else { return };
    let versions = session.path().join("migrations/versions");
    fs::remove_dir_all(&versions).unwrap();
    fs::create_dir(&versions).unwrap();
    let mut before = "None".to_owned();
    let bodies = [
        ("made", "op.create_table('t', sa.Column('a', sa.Integer()))"),
        (
            "counted",
            "b = op.get_bind()\n    if b.execute(sa.text('UPDATE t SET a = 1')).rowcount == 0:\n        b.execute(sa.text('INSERT INTO t VALUES (1)'))",
        ),
        ("caught", "try:\n        op.drop_index('a')\n    except Exception:\n        op.drop_index('b')"),
    ];
    for (id, body) in bodies {
        let text = format!(
            "from alembic import op\nimport sqlalchemy as sa\nrevision = '{id}'\ndown_revision = {before}\n\
             def upgrade():\n    {body}\ndef downgrade():\n    pass\n"
        );
        fs::write(versions.join(format!("{id}.py")), text).unwrap();
        before = format!("'{id}'");
    }
    let scratch = "--with-python ./python --dialect sqlite --scratch sqlite::memory:";
    let shown = session.run(&format!("-c alembic.ini import alembic told {scratch}"));
    assert!(shown.contains("UPDATE t SET a = 1"), "what it decides by is named: {shown}");
    assert!(shown.contains("it goes on after a statement that fails"), "{shown}");
    let driver = "from alembic import op\nimport app\nrevision = 'counted'\ndown_revision = 'made'\ndef upgrade():\n    \
                  op.get_bind().exec_driver_sql('INSERT INTO t VALUES (%d)' % len(app.__name__))\ndef downgrade():\n    pass\n";
    fs::write(versions.join("counted.py"), driver).unwrap();
    let shown = session.run(&format!("-c alembic.ini import alembic more {scratch}"));
    assert!(written(&session, "more").contains("INSERT INTO t VALUES (3)"), "{shown}");
}
