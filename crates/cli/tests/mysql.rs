//! The tool on a MariaDB server: passwords that nobody gets to see.
#![cfg(all(unix, feature = "mysql"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use limbeck::core::literal::Literal;

fn rows(url: &str, sql: &str) -> String {
    let rows = limbeck::connect(url).unwrap().query(sql).unwrap();
    let cell = |cell: &Literal| cell.as_text().map_or_else(|| format!("{cell:?}"), str::to_owned);
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn run(folder: &Path, url: &str, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
    command.args(args).current_dir(folder).env_clear().env("LIMBECK_URL", url).stdin(Stdio::null());
    let output = command.output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn no_password_is_in_any_output_log_or_argument() {
    let Ok(server) = std::env::var("LIMBECK_TEST_MARIADB_URL") else {
        assert!(std::env::var_os("CI").is_none(), "skipped: there is no MariaDB");
        // Not by a macro, whose words are kept from whoever runs the tests.
        std::io::stderr().write_all(b"skipped: `LIMBECK_TEST_MARIADB_URL` names no server\n").unwrap();
        return;
    };
    let name = format!("limbeck_cli_{}", std::process::id());
    limbeck::connect(&server).unwrap().execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    let text = "revision = \"aaaa\"\n[[upgrade]]\nexecute = \"CREATE TABLE t (a INTEGER); DO SLEEP(1); SELECT nothing\"\n";
    fs::write(folder.path().join("migrations/aaaa.toml"), text).unwrap();

    let (start, host) = url.rsplit_once('@').unwrap();
    let password = start.rsplit_once(':').unwrap().1.to_owned();
    let wrong = format!("mysql://limbeck:wr0ng-{password}@{host}");
    let nowhere = format!("mysql://limbeck:{password}@127.0.0.1:1/{name}");
    let unknown = format!("mysql://limbeck:{password}@no-such-host.invalid/{name}");
    let mut told = String::new();
    for url in [
        &url,
        &wrong,
        &nowhere,
        &unknown,
        &format!("{url}_x"),
        &format!("{url}?ssl-mod=x"),
        &format!("{url}%zz"),
    ] {
        for args in [
            &["upgrade", "heads", "-v"][..],
            &["--json", "upgrade", "heads"],
            &["--json", "-v", "current"],
            &["log"],
            &["check"],
            &["upgrade", "heads", "--plan", "-v"],
        ] {
            told.push_str(&run(folder.path(), url, args));
        }
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_limbeck"));
    child.args(["upgrade", "heads"]).current_dir(folder.path()).env_clear().env("LIMBECK_URL", &url);
    let mut child = child.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    told.push_str(&fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap_or_default());
    told.push_str(&rows(&url, "SHOW FULL PROCESSLIST"));
    child.wait().unwrap();
    told.push_str(&rows(&url, "SELECT * FROM limbeck_log"));
    assert!(told.contains("L0601") && told.contains("L0602") && told.contains("aaaa upgrade"), "{told}");
    assert!(!told.contains(&password), "{told}");
    limbeck::connect(&server).unwrap().execute(&format!("DROP DATABASE {name}")).unwrap();
}
