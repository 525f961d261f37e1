//! The tool on a PostgreSQL server: many at once, killed at any moment, and passwords that nobody gets to see.
#![cfg(all(unix, feature = "postgres"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use limbeck::core::literal::Literal;

/// How often the tool is killed; `LIMBECK_TEST_KILLS` says otherwise.
const KILLS: u32 = 25;

/// A database of its own, and a project to bring it up.
struct Place {
    server: String,
    name: String,
    folder: tempfile::TempDir,
}

impl Place {
    /// Makes an empty database; without a server, tells that the test is skipped, which CI does not accept.
    fn new() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Ok(server) = std::env::var("LIMBECK_TEST_POSTGRES_URL") else {
            assert!(std::env::var_os("CI").is_none(), "skipped: there is no PostgreSQL");
            // Not by a macro, whose words are kept from whoever runs the tests.
            std::io::stderr().write_all(b"skipped: `LIMBECK_TEST_POSTGRES_URL` names no server\n").unwrap();
            return None;
        };
        let name = format!("limbeck_cli_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n")
            .unwrap();
        fs::create_dir(folder.path().join("migrations")).unwrap();
        let place = Self { server, name, folder };
        place.make();
        Some(place)
    }

    fn make(&self) {
        limbeck::connect(&self.server).unwrap().execute(&format!("CREATE DATABASE {}", self.name)).unwrap();
    }

    fn drop(&self) {
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        limbeck::connect(&self.server).unwrap().execute(&sql).unwrap();
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }

    fn migration(&self, id: &str, parent: Option<&str>, body: &str) {
        let down = parent.map(|parent| format!("down_revision = \"{parent}\"\n")).unwrap_or_default();
        let text = format!("revision = \"{id}\"\n{down}message = \"{id}\"\n{body}");
        fs::write(self.path().join("migrations").join(format!("{id}.toml")), text).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
        command.args(args).current_dir(self.path()).env_clear().env("LIMBECK_URL", self.url());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).spawn().unwrap()
    }

    fn run(&self, args: &[&str]) -> String {
        said(&self.command(args).output().unwrap())
    }

    fn rows(&self, sql: &str) -> Vec<String> {
        let mut connection = limbeck::connect(&self.url()).unwrap();
        let rows = connection.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let cell = |cell: &Literal| match cell {
            Literal::Text(text) => text.to_string(),
            other => format!("{other:?}"),
        };
        rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(" ")).collect()
    }

    /// Fails unless every revision ran once, and left what it makes.
    fn is_complete(&self, revisions: usize) {
        let doubtful =
            self.rows("SELECT revision, outcome FROM limbeck_log WHERE outcome NOT IN ('done', 'abandoned')");
        assert!(doubtful.is_empty(), "{doubtful:?}");
        let twice = self
            .rows("SELECT revision FROM limbeck_log WHERE outcome = 'done' GROUP BY 1 HAVING count(*) > 1");
        assert!(twice.is_empty(), "{twice:?}");
        let done = self.rows("SELECT count(*) FROM limbeck_log WHERE outcome = 'done'");
        assert_eq!(done, [format!("Integer({revisions})")]);
        assert_eq!(self.rows("SELECT count(*) FROM diary"), [format!("Integer({})", revisions - 1)]);
        assert!(self.rows("SELECT 1 FROM pg_index WHERE NOT indisvalid").is_empty());
        assert!(self.run(&["current", "--check-heads"]).starts_with("exit: 0"));
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        Place::drop(self);
    }
}

fn said(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit: {}\n{stdout}{stderr}", output.status.code().unwrap_or(-1))
}

/// Writes a line of revisions: tables, rows, columns, and now and then an index while writers go on.
fn line_of(place: &Place, revisions: usize) {
    let diary = "[[upgrade]]\ncreate_table = \"diary\"\ncolumns = [{ name = \"said\", type = \"text\" }]\n";
    place.migration("r0000", None, diary);
    for i in 1..revisions {
        let tell = format!("[[upgrade]]\nexecute = \"INSERT INTO diary VALUES ('r{i:04}')\"\n");
        let table = format!(
            "[[upgrade]]\ncreate_table = \"t{i}\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n"
        );
        let body = match i % 10 {
            5 => format!(
                "{tell}{table}[[upgrade]]\ncreate_index = \"ix{i}\"\ntable = \"diary\"\ncolumns = [\"said\"]\nconcurrently = true\n\
                 [[upgrade]]\nalter_table = \"t{i}\"\nactions = [{{ add_column = \"late\", type = \"text\" }}]\n"
            ),
            _ => format!("{table}{tell}"),
        };
        place.migration(&format!("r{i:04}"), Some(&format!("r{:04}", i - 1)), &body);
    }
}

#[test]
fn eight_at_once_run_each_revision_once() {
    let Some(place) = Place::new() else { return };
    line_of(&place, 30);
    let all: Vec<Child> = (0..8).map(|_| place.start(&["upgrade", "heads"])).collect();
    for child in all {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    place.is_complete(30);
}

#[test]
fn whoever_waits_too_long_is_told_who_has_the_lock() {
    let Some(place) = Place::new() else { return };
    place.migration("aaaa", None, "[[upgrade]]\nexecute = \"SELECT pg_sleep(20)\"\n");
    let mut first = place.start(&["upgrade", "heads"]);
    let waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()";
    while place.rows(waiting).is_empty() {
        assert!(first.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    let second = place.run(&["upgrade", "heads", "--lock-timeout", "1"]);
    assert!(second.starts_with("exit: 1") && second.contains("L0604"), "{second}");
    assert!(second.contains("has the lock since") && second.contains("`limbeck`"), "{second}");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn killed_at_any_moment_the_next_run_finishes() {
    const REVISIONS: usize = 60;
    let kills =
        std::env::var("LIMBECK_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let Some(place) = Place::new() else { return };
    line_of(&place, REVISIONS);
    for _ in 0..kills {
        let mut child = place.start(&["upgrade", "heads"]);
        std::thread::sleep(Duration::from_millis(rand::random_range(10..700)));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        match output.status.code() {
            None => {}
            Some(0) => {
                place.is_complete(REVISIONS);
                place.drop();
                place.make();
            }
            Some(_) => panic!("{}", said(&output)),
        }
    }
    let last = place.run(&["upgrade", "heads"]);
    assert!(last.starts_with("exit: 0"), "{last}");
    place.is_complete(REVISIONS);
}

#[test]
fn an_index_that_was_left_half_made_is_made_anew() {
    let Some(place) = Place::new() else { return };
    line_of(&place, 1);
    let twice = "[[upgrade]]\nexecute = \"INSERT INTO diary VALUES ('a'), ('a')\"\n";
    let index = "[[upgrade]]\ncreate_index = \"it's\"\ntable = \"diary\"\ncolumns = [\"said\"]\nunique = true\nconcurrently = true\n";
    place.migration("aaaa", Some("r0000"), &format!("{twice}{index}"));
    let first = place.run(&["upgrade", "heads"]);
    assert!(first.starts_with("exit: 1") && first.contains("broken off after 1 of 2"), "{first}");
    let invalid = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid";
    assert_eq!(place.rows(invalid), ["\"it's\""]);
    limbeck::connect(&place.url()).unwrap().execute("DELETE FROM diary WHERE ctid = '(0,1)'").unwrap();
    let second = place.run(&["upgrade", "heads"]);
    assert!(second.starts_with("exit: 0"), "{second}");
    assert!(place.rows(invalid).is_empty());
    assert_eq!(place.rows("SELECT count(*) FROM diary"), ["Integer(1)"]);
    assert_eq!(place.rows("SELECT version_num FROM limbeck_version"), ["aaaa"]);
    // As if it had been killed between the index and its record.
    let unrecorded = "UPDATE limbeck_log SET outcome = 'running', finished_at = NULL, statements_done = 1 WHERE revision = 'aaaa';
                      UPDATE limbeck_version SET version_num = 'r0000'";
    limbeck::connect(&place.url()).unwrap().execute(unrecorded).unwrap();
    let third = place.run(&["upgrade", "heads"]);
    assert!(third.starts_with("exit: 0"), "{third}");
    place.is_complete(2);
}

#[test]
fn no_password_is_in_any_output_log_or_argument() {
    let Some(place) = Place::new() else { return };
    line_of(&place, 3);
    place.migration("zzzz", Some("r0002"), "[[upgrade]]\nexecute = \"SELECT nothing\"\n");
    let url = place.url();
    let (start, host) = url.rsplit_once('@').unwrap();
    let password = start.rsplit_once(':').unwrap().1.to_owned();
    let wrong = format!("postgres://limbeck:wr0ng-{password}@{host}");
    let query =
        format!("postgres://{}?user=limbeck&password={password}", host.replace("/limbeck_", "/no_such_"));
    let mut told = String::new();
    for url in [&url, &wrong, &query, &format!("{url}?sslmod=x"), &url.replace(":5", ":x5")] {
        for args in [
            &["upgrade", "heads", "-v"][..],
            &["--json", "upgrade", "heads"],
            &["current", "-v"],
            &["log"],
            &["check"],
        ] {
            let output = place.command(args).env("LIMBECK_URL", url).output().unwrap();
            told.push_str(&said(&output));
        }
    }
    told.push_str(&place.run(&["upgrade", "heads", "--plan", "-v"]));
    told.push_str(&place.rows("SELECT to_jsonb(l)::text FROM limbeck_log AS l").join("\n"));
    told.push_str(&place.rows("SELECT to_jsonb(a)::text FROM pg_stat_activity AS a").join("\n"));
    assert!(told.contains("L0601") && told.contains("L0602") && told.contains("L0507"), "{told}");
    assert!(!told.contains(&password), "{told}");
    let mut child = place.start(&["upgrade", "heads"]);
    let arguments = fs::read_to_string(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    child.wait().unwrap();
    assert!(!arguments.contains(&password), "{arguments}");
}
