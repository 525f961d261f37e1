//! Ctrl-C during an upgrade.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::Session;

const SLOW: &str = "
[[upgrade]]
create_table = \"t\"
columns = [{ name = \"id\", type = \"integer\", primary_key = true }]

[[upgrade]]
execute = \"INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n\"
";

#[test]
fn an_interrupted_revision_is_rolled_back_and_those_before_it_stay() {
    let session = Session::new();
    session.run("init");
    session.run("revision --rev-id aaaa -m fast");
    session.run("revision --rev-id bbbb -m slow");
    let path = session.path().join("migrations/bbbb_slow.toml");
    fs::write(&path, fs::read_to_string(&path).unwrap() + SLOW).unwrap();

    let (code, told) = interrupted(&session, "bbbb", Duration::from_millis(200));
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("error[L0801]"), "{told}");
    assert_eq!(session.run("current"), "$ limbeck current\nexit: 0\n--- stdout\naaaa\n");
    assert!(!session.run("schema aaaa").contains("name = \"t\""));
}

/// Upgrades, sends an interrupt some time after a revision is begun, and returns the exit code and what was said.
fn interrupted(session: &Session, revision: &str, after: Duration) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_limbeck"))
        .args(["upgrade", "heads"])
        .current_dir(session.path())
        .env_clear()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(revision) {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended before the slow revision");
    }
    std::thread::sleep(after);
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    (child.wait().unwrap().code(), rest)
}

const LARGE: &str = "
[[upgrade]]
create_table = \"t\"
columns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"text\" }]
indexes = [{ name = \"ix\", columns = [\"a\"] }]

[[upgrade]]
execute = \"\"\"
INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
SELECT i, 'row ' || (i * 7919 % 400000) FROM n\"\"\"
state = []
";

const COPY: &str = "
[[upgrade]]
alter_table = \"t\"
recreate = \"always\"
actions = [{ add_column = \"b\", type = \"text\", before = \"a\" }]
";

#[test]
fn an_interrupted_copy_leaves_the_file_as_it_was_to_the_byte() {
    let session = Session::new();
    session.run("init");
    for (id, body) in [("aaaa", LARGE), ("bbbb", COPY)] {
        session.run(&format!("revision --rev-id {id} -m m"));
        let path = session.path().join(format!("migrations/{id}_m.toml"));
        fs::write(&path, fs::read_to_string(&path).unwrap() + body).unwrap();
    }
    session.run("upgrade aaaa");
    let mut files = fs::read_dir(session.path()).unwrap().map(|entry| entry.unwrap().path());
    let database = files.find(|path| path.extension().is_some_and(|end| end == "db")).unwrap();
    let before = fs::read(&database).unwrap();
    // In the copy itself, and while the index is made behind it.
    for after in [30, 150, 300] {
        let (code, told) = interrupted(&session, "bbbb", Duration::from_millis(after));
        if code == Some(0) {
            assert!(after > 30, "no machine is that fast");
            break;
        }
        assert!(told.contains("error[L0801]"), "{told}");
        assert!(fs::read(&database).unwrap() == before, "the file has changed after {after} ms");
        assert_eq!(session.run("current"), "$ limbeck current\nexit: 0\n--- stdout\naaaa\n");
    }
}
