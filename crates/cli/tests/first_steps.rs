//! The first commands that a new user gives.

use std::path::Path;
use std::process::{Command, Output};

fn limbeck(directory: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
    command.current_dir(directory).args(args).env_remove("DATABASE_URL");
    command.env_remove("LIMBECK_URL").env_remove("LIMBECK_CONFIG");
    command.output().expect("the binary runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it prints text")
}

#[test]
fn init_needs_no_directory() {
    let directory = tempfile::tempdir().unwrap();
    let done = limbeck(directory.path(), &["init"]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!(stdout(&done), "limbeck.toml\nmigrations\n");
    assert!(directory.path().join("limbeck.toml").is_file());
}

#[test]
fn looking_takes_a_missing_database_as_empty_and_does_not_make_it() {
    let directory = tempfile::tempdir().unwrap();
    limbeck(directory.path(), &["init"]);
    limbeck(directory.path(), &["revision", "-m", "one", "--rev-id", "a1"]);
    for (args, shown) in [
        (&["current"] as &[_], ""),
        (&["log"], ""),
        (&["history", "-i"], "o  a1 (head) (base), one\n"),
        (&["show", "current"], ""),
    ] {
        let done = limbeck(directory.path(), args);
        assert!(done.status.success(), "{done:?}");
        assert_eq!(stdout(&done), shown);
        assert!(String::from_utf8_lossy(&done.stderr).contains("taken as empty"), "{done:?}");
        assert!(!directory.path().join("app.db").exists());
    }
}

#[test]
fn a_script_keeps_control_characters() {
    let directory = tempfile::tempdir().unwrap();
    limbeck(directory.path(), &["init"]);
    let text = r#"revision = "a1"
[[upgrade]]
create_table = "t"
columns = [{ name = "v", type = "text" }]
[[upgrade]]
insert = "t"
rows = [{ v = "a\u0001\u001b[31mb" }]
"#;
    std::fs::write(directory.path().join("migrations/a1.toml"), text).unwrap();
    for args in [&["upgrade", "heads", "--sql"] as &[_], &["show", "a1", "--sql"]] {
        let done = limbeck(directory.path(), args);
        assert!(stdout(&done).contains("VALUES ('a\u{1}\u{1b}[31mb')"), "{done:?}");
    }
}

#[test]
fn raw_sql_about_another_table_does_not_keep_a_script_from_making_a_table_anew() {
    let directory = tempfile::tempdir().unwrap();
    limbeck(directory.path(), &["init"]);
    let revision = |raw: &str| {
        let text = format!(
            r#"revision = "a1"
[[upgrade]]
create_table = "t"
columns = [{{ name = "v", type = "text" }}]
[[upgrade]]
execute = '''{raw}'''
[[upgrade]]
rename_table = "t"
to = "u"
[[upgrade]]
alter_table = "u"
actions = [{{ alter_column = "v", type = "integer" }}]
"#
        );
        std::fs::write(directory.path().join("migrations/a1.toml"), text).unwrap();
        limbeck(directory.path(), &["upgrade", "heads", "--sql"])
    };
    let done = revision("CREATE TABLE other (a TEXT)");
    assert!(done.status.success(), "{done:?}");
    let refused = revision("CREATE TRIGGER x AFTER INSERT ON \"T\" BEGIN SELECT 1; END");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("may have changed it"), "{refused:?}");
}

#[test]
fn an_idempotent_script_is_for_an_upgrade_alone() {
    let directory = tempfile::tempdir().unwrap();
    limbeck(directory.path(), &["init"]);
    let text = "revision = \"a1\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"v\", type = \"text\" }]\n";
    std::fs::write(directory.path().join("migrations/a1.toml"), text).unwrap();
    for (server, passes_over) in [("sqlite", ".read "), ("postgres:16", "\\if "), ("mysql:8.4", "PREPARE ")] {
        let done =
            limbeck(directory.path(), &["upgrade", "heads", "--sql", "--idempotent", "--server", server]);
        assert!(done.status.success() && stdout(&done).contains(passes_over), "{done:?}");
    }
    for args in
        [&["upgrade", "heads", "--idempotent"] as &[_], &["downgrade", "a1:base", "--sql", "--idempotent"]]
    {
        assert_eq!(limbeck(directory.path(), args).status.code(), Some(2), "{args:?}");
    }
}
