//! Several migrators at once, and migrators that are killed, on each server: every revision runs once, and the next run
//! finishes.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use limbeck::core::diagnostic::Code;
use limbeck::core::dialect::ConnectOptions;
use limbeck::prelude::*;
use limbeck_tests::{BACKENDS, Backend, Scratch, same};

/// Set in the process that migrates: the URL and the folder.
const URL: &str = "LIMBECK_TEST_SERVERS_URL";
const FOLDER: &str = "LIMBECK_TEST_SERVERS_FOLDER";
const REVISIONS: usize = 24;
const KILLS: u32 = 30;

/// Makes revisions with several statements each that change the schema, rows between them, and raw SQL.
fn write_migrations(folder: &Path) {
    for n in 0..REVISIONS {
        let parent = n.checked_sub(1).map(|n| format!("down_revision = \"r{n:04}\"\n")).unwrap_or_default();
        let text = format!(
            r#"revision = "r{n:04}"
{parent}
[[upgrade]]
create_table = "t{n}"
columns = [
    {{ name = "id", type = "integer", primary_key = true }},
    {{ name = "a", type = "string(50)", default = "x" }},
    {{ name = "b", type = "integer" }},
]
checks = [{{ name = "ck_t{n}", sql = "b > 0" }}]
indexes = [{{ name = "ix_t{n}_a", columns = ["a"] }}, {{ name = "ix_t{n}_b", columns = ["b"] }}]

[[upgrade]]
insert = "t{n}"
rows = [{{ a = "one", b = 1 }}, {{ a = "it's", b = 5 }}]

[[upgrade]]
alter_table = "t{n}"
actions = [{{ add_column = "c", type = "integer", default = 3 }}, {{ rename_column = "a", to = "aa" }}]

[[upgrade]]
execute = "CREATE TABLE raw{n} (a INTEGER); INSERT INTO raw{n} VALUES (1), (2); CREATE INDEX rawix{n} ON raw{n} (a); UPDATE t{n} SET b = b + 1"
state = [{{ create_table = "raw{n}", columns = [{{ name = "a", type = "integer" }}], indexes = [{{ name = "rawix{n}", columns = ["a"] }}] }}]

[[upgrade]]
create_index = "ix_t{n}_d"
table = "t{n}"
columns = ["aa", "b"]
unique = true

[[upgrade]]
rename_table = "t{n}"
to = "u{n}"
"#
        );
        std::fs::write(folder.join(format!("r{n:04}.toml")), text).unwrap();
    }
}

fn history(folder: &Path) -> History {
    History::builder().directories(&[folder.to_owned()]).build().unwrap()
}

/// Is a process that migrates.
#[test]
fn migrates() {
    let (Ok(url), Some(folder)) = (std::env::var(URL), std::env::var_os(FOLDER)) else { return };
    let history = history(&PathBuf::from(folder));
    let mut connection = limbeck::connect(&url).unwrap();
    Migrator::new(&history, &mut *connection, limbeck::settings()).upgrade(&Target::heads()).unwrap();
}

fn spawn(url: &str, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "migrates"]).env(URL, url).env(FOLDER, folder);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn servers() -> impl Iterator<Item = (&'static Backend, Scratch)> {
    let servers = BACKENDS.iter().filter(|backend| backend.name != "sqlite");
    servers.filter_map(|backend| Some((*backend, (backend.open)()?)))
}

/// Fails unless all revisions ran, each once, and the database is what they add up to.
fn is_finished(scratch: &mut Scratch, folder: &Path) {
    let history = history(folder);
    let last = format!("r{:04}", REVISIONS - 1);
    assert_eq!(scratch.rows("SELECT version_num FROM limbeck_version"), std::slice::from_ref(&last));
    let steps = scratch.rows("SELECT revision FROM limbeck_log WHERE outcome = 'done' ORDER BY revision");
    let ids: Vec<String> = (0..REVISIONS).map(|n| format!("r{n:04}")).collect();
    assert_eq!(steps, ids);
    for n in 0..REVISIONS {
        assert_eq!(scratch.rows(&format!("SELECT b, c FROM u{n} ORDER BY b")), ["2 | 3", "6 | 3"], "u{n}");
        assert_eq!(scratch.rows(&format!("SELECT a FROM raw{n} ORDER BY a")), ["1", "2"], "raw{n}");
    }
    let heads = [last.as_str()].into_iter().collect();
    let mut folded = history.schema_at(&heads, scratch.connection.server().names()).unwrap();
    for name in ["limbeck_version", "limbeck_log"] {
        let name = limbeck::core::name::TableName::parse(name).unwrap();
        let table = scratch.connection.reflect(Some(std::slice::from_ref(&name))).unwrap();
        folded.tables.extend(table.tables);
    }
    same(scratch, &folded);
}

#[test]
fn eight_processes_upgrade_the_same_empty_database_and_each_revision_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    write_migrations(folder.path());
    for (_, mut scratch) in servers() {
        let url = scratch.url().unwrap();
        let mut running: Vec<Child> = (0..8).map(|_| spawn(&url, folder.path())).collect();
        assert!(running.iter_mut().all(|child| child.wait().unwrap().success()));
        is_finished(&mut scratch, folder.path());
    }
}

#[test]
fn who_waits_too_long_is_told_who_holds_the_lock() {
    for (_, mut scratch) in servers() {
        let url = scratch.url().unwrap();
        let table = limbeck::settings().version_table;
        scratch.connection.lock(&table).unwrap();
        let short = ConnectOptions { lock_timeout: Duration::from_millis(300), ..ConnectOptions::default() };
        let mut other = limbeck::connect_with(&url, &short).unwrap();
        let fault = Diagnostic::from(other.lock(&table).unwrap_err());
        assert_eq!(fault.code, Code::Locked);
        assert!(fault.message.contains('`'), "it does not say who: {fault}");
        scratch.connection.unlock();
        other.lock(&table).unwrap();
    }
}

/// Counts on from a seed, so that a failure can be had again (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn after_a_kill_at_any_moment_the_next_run_finishes() {
    let folder = tempfile::tempdir().unwrap();
    write_migrations(folder.path());
    for (backend, mut scratch) in servers() {
        let mut random = Random(2026);
        let started = Instant::now();
        assert!(spawn(&scratch.url().unwrap(), folder.path()).wait().unwrap().success());
        let all = u64::try_from(started.elapsed().as_micros()).unwrap();
        is_finished(&mut scratch, folder.path());

        let mut killed = 0;
        let mut scratch = (backend.open)().unwrap();
        for _ in 0..KILLS {
            let mut child = spawn(&scratch.url().unwrap(), folder.path());
            std::thread::sleep(Duration::from_micros(random.below(all / 8)));
            child.kill().unwrap();
            match child.wait().unwrap().success() {
                true => {
                    is_finished(&mut scratch, folder.path());
                    scratch = (backend.open)().unwrap();
                }
                false => killed += 1,
            }
        }
        assert!(killed > KILLS / 2, "only {killed} kills");
        assert!(spawn(&scratch.url().unwrap(), folder.path()).wait().unwrap().success());
        is_finished(&mut scratch, folder.path());
    }
}
