//! Pages of `docs/` that are transcripts: their files are written, their commands are run, and what they print stands there.

// Each test program uses a part of what tests share.
#![allow(dead_code)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs a page, and fails when it shows something else than what comes out; `INSTA_UPDATE=always` writes it anew.
pub(crate) fn check(name: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    let text = fs::read_to_string(&page).expect("the page is there");
    let root = tempfile::tempdir().expect("a directory can be made");
    let now = rerun(&text, root.path());
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        return fs::write(page, &now).expect("the page can be written");
    }
    assert!(now == text, "the page is stale; `INSTA_UPDATE=always` writes it anew:\n{now}");
}

/// Runs a command line below the root, and returns what a terminal would show of it.
fn run(root: &Path, directory: &Path, line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        match number % 2 {
            1 => words.push(part.to_owned()),
            _ => words.extend(part.split_whitespace().map(str::to_owned)),
        }
    }
    let program = match words[0].as_str() {
        "limbeck" => env!("CARGO_BIN_EXE_limbeck"),
        other => other,
    };
    let mut command = Command::new(program);
    command.args(&words[1..]).current_dir(directory).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", root).env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
        command.env(name, "someone");
    }
    for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        command.env(name, "someone@example.org");
    }
    let output = command.output().unwrap_or_else(|error| panic!("{line}: {error}"));
    let mut shown = String::from_utf8_lossy(&output.stdout).into_owned();
    shown.push_str(&String::from_utf8_lossy(&output.stderr));
    // When a file was made is another moment in each run.
    let steady = |line: &str| match line.split_once("create_date = ") {
        Some((comment @ ("" | "-- "), _)) => format!("{comment}create_date = 2026-11-29T10:00:00Z\n"),
        _ => line.to_owned(),
    };
    let mut shown: String = shown.split_inclusive('\n').map(steady).collect();
    if !output.status.success() {
        assert_eq!(program, env!("CARGO_BIN_EXE_limbeck"), "{line}\n{shown}");
        let _ = writeln!(shown, "exit status: {}", output.status.code().unwrap_or(-1));
    }
    shown
}

/// Writes the page anew: as it is, with what the commands print now.
fn rerun(text: &str, root: &Path) -> String {
    let mut out = String::new();
    let mut directory = root.to_owned();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        let file = ["```toml file=", "```sql file=", "```rust file="]
            .iter()
            .find_map(|open| line.strip_prefix(open));
        if let Some(file) = file {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let path = root.join(file);
            fs::create_dir_all(path.parent().expect("it has a name")).expect("a directory can be made");
            let body = format!("{}\n", body.join("\n"));
            fs::write(&path, &body).expect("a file can be written");
            let _ = writeln!(out, "{body}```");
        } else if line == "```console" {
            directory = root.to_owned();
            for line in lines.by_ref().take_while(|line| *line != "```") {
                let Some(command) = line.strip_prefix("$ ") else { continue };
                let _ = writeln!(out, "$ {command}");
                match command.strip_prefix("cd ") {
                    Some(below) => directory = root.join(below),
                    None => out.push_str(&run(root, &directory, command)),
                }
            }
            out.push_str("```\n");
        }
    }
    assert!(directory.exists());
    out
}
