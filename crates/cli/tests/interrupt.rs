//! Ctrl-C during an upgrade.
#![cfg(unix)]

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

    let mut child = Command::new(env!("CARGO_BIN_EXE_limbeck"))
        .args(["upgrade", "heads"])
        .current_dir(session.path())
        .env_clear()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("bbbb") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended before the slow revision");
    }
    std::thread::sleep(Duration::from_millis(200));
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("error[L0801]"), "{rest}");
    assert_eq!(session.run("current"), "$ limbeck current\nexit: 0\n--- stdout\naaaa\n");
    assert!(!session.run("schema aaaa").contains("name = \"t\""));
}
