//! What is asked on a terminal, and where nobody is asked.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;
use std::fs::File;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use nix::pty::openpty;
use support::Session;

/// Starts a project whose model has other names than its history.
fn session() -> Session {
    let session = Session::new();
    fs::create_dir(session.path().join("migrations")).unwrap();
    let config = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.sql\"\n[database.default]\nurl = \"sqlite:x.db\"\n";
    fs::write(session.path().join("limbeck.toml"), config).unwrap();
    let model = |text: &str| fs::write(session.path().join("schema.sql"), text).unwrap();
    model("CREATE TABLE t (id INTEGER PRIMARY KEY, nick TEXT, born DATE, died DATE);");
    session.run("revision --autogenerate --offline -m a --rev-id a");
    model("CREATE TABLE people (id INTEGER PRIMARY KEY, nickname TEXT, born DATE, died DATE);");
    session
}

/// Runs a line at a terminal at which this is typed, and returns what the terminal shows and what is written.
fn typed(session: &Session, line: &str, keys: &str) -> (String, String) {
    let terminal = openpty(None, None).unwrap();
    let side = || -> Stdio { terminal.slave.try_clone().unwrap().into() };
    let mut child = Command::new(env!("CARGO_BIN_EXE_limbeck"))
        .args(line.split(' '))
        .current_dir(session.path())
        .env_clear()
        .stdin(side())
        .stderr(side())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut master = File::from(terminal.master);
    master.write_all(keys.as_bytes()).unwrap();
    drop(terminal.slave);
    let mut shown = Vec::new();
    // A terminal that nobody is at any more is an error to whoever reads from it.
    let _ = master.read_to_end(&mut shown);
    assert!(child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&shown));
    let path = session.path().join("migrations/b_b.toml");
    let written = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    (String::from_utf8_lossy(&shown).into_owned(), written)
}

const LINE: &str = "revision --autogenerate --offline -m b --rev-id b";

#[test]
fn what_looks_like_a_rename_is_asked_about_and_stays_when_it_is_one() {
    let session = session();
    let table = "Was the table `t` renamed to `people` (3 of 4 columns the same)? [y/N]";
    let column = "Was `people.nick` renamed to `people.nickname` (text)? [y/N]";
    let (shown, written) = typed(&session, LINE, "y\nwhat\nYES\n");
    assert_eq!((shown.matches(table).count(), shown.matches(column).count()), (1, 2), "{shown}");
    assert!(
        written.contains("rename_table = \"t\"") && written.contains("rename_column = \"nick\""),
        "{written}"
    );
    assert!(!written.contains("drop"), "{written}");
    let (shown, written) = typed(&session, LINE, "y\nn\n");
    assert!(!shown.contains("--rename"), "who was asked needs no warning: {shown}");
    assert!(written.contains("rename_table") && written.contains("drop_column = \"nick\""), "{written}");
    // Enter alone, and the end of what is typed, are no.
    for keys in ["\n", "\x04"] {
        let (shown, written) = typed(&session, LINE, keys);
        assert!(shown.contains(table) && !shown.contains(column), "{shown}");
        assert!(written.contains("drop_table = \"t\""), "{written}");
    }
}

#[test]
fn nobody_is_asked_who_does_not_want_to_be_or_is_not_there() {
    let session = session();
    for quiet in ["--no-input", "--quiet", "--json"] {
        let (shown, written) = typed(&session, &format!("{LINE} {quiet}"), "y\n");
        assert!(!shown.contains("[y/N]") && written.contains("drop_table"), "{shown}");
        assert_eq!(shown.contains("say `--rename t=people`"), quiet != "--quiet", "{shown}");
    }
    let shown = session.run(LINE);
    assert!(!shown.contains("[y/N]") && shown.contains("say `--rename t=people`"), "{shown}");
}
