//! What the README shows runs: its migrations, and the two commands that CI calls.

use std::fs;
use std::path::Path;

use limbeck::prelude::*;

const BASE: &str = r#"revision = "1975ea83b712"

[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "name", type = "string(80)" },
    { name = "email", type = "string(80)" },
    { name = "legacy", type = "text" },
]

[[upgrade]]
insert = "account"
rows = [{ id = 1, name = "Ada", email = "ada@example.org", legacy = "x" }]
"#;

fn readme() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand below the root");
    fs::read_to_string(root.join("README.md")).expect("the README can be read")
}

fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let start = text.find(&format!("```{language}\n")).expect("the README has such a block");
    let block = &text[start..];
    let body = &block[block.find('\n').expect("a block has lines") + 1..];
    &body[..body.find("```").expect("a block ends")]
}

#[test]
fn the_migrations_of_the_readme_run() {
    let text = readme();
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("base.toml"), BASE).unwrap();
    fs::write(directory.path().join("cart.toml"), block(&text, "toml")).unwrap();
    fs::write(directory.path().join("seen.sql"), block(&text, "sql")).unwrap();
    let history = History::builder().directories(&[directory.path().to_path_buf()]).build().unwrap();
    let mut connection = limbeck::connect("sqlite::memory:").unwrap();
    let mut migrator = Migrator::new(&history, &mut *connection, limbeck::settings());
    let outcome = migrator.upgrade(&Target::heads()).unwrap();
    assert_eq!(outcome.heads.to_string(), "ae1027a6acf0");
    let rows = connection.query("SELECT full_name, email, nickname, last_seen FROM account").unwrap();
    assert_eq!(format!("{rows:?}"), r#"[[Text("Ada"), Text("ada@example.org"), Text("Ada"), Null]]"#);
}

#[test]
fn ci_calls_the_two_commands_of_the_readme() {
    let text = readme();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand below the root");
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap();
    for command in ["cargo xtask demo", "cargo xtask test"] {
        assert!(text.contains(&format!("$ {command}\n")), "the README does not show `{command}`");
        assert!(ci.contains(command), "CI does not call `{command}`");
    }
}
