//! A kill at any moment leaves the version table and the schema in agreement, and the next run finishes; a table that is
//! rebuilt is as before or as after, with all that depends on it.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![cfg(all(feature = "sqlite", unix))]

mod project;
mod shop;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use limbeck::prelude::*;
use project::Project;
use shop::State;

const REVISIONS: usize = 200;
const KILLS: u32 = 40;
const KILLS_OF_A_REBUILD: usize = 200;
/// Set in the process that is to be killed.
const VICTIM: &str = "LIMBECK_TEST_KILL_VICTIM";

/// Makes revisions that create tables, rebuild them, branch off and merge.
fn project() -> Project {
    let id = |n: usize| format!("r{n:04}");
    let files = (0..REVISIONS).map(|n| {
        let parent = match n {
            0 => String::new(),
            n => format!("down_revision = \"{}\"\n", id(n - 1)),
        };
        let table = format!("t{}", n / 4);
        let body = match n % 4 {
            0 => format!(
                "create_table = \"{table}\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}, {{ name = \"a\", type = \"text\" }}]\nindexes = [{{ name = \"ix_{table}\", columns = [\"a\"] }}]\n[[upgrade]]\nexecute = \"INSERT INTO {table} (a) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) SELECT i FROM n\"\n"
            ),
            1 => format!("alter_table = \"{table}\"\nactions = [{{ alter_column = \"a\", type = \"integer\" }}, {{ add_column = \"b\", type = \"integer\", nullable = false, default = 7 }}]\nrecreate = \"always\"\n"),
            2 => format!("execute = \"UPDATE {table} SET b = b + 1\"\n"),
            _ => format!("alter_table = \"{table}\"\nactions = [{{ add_check = \"b > 7\", name = \"ck_{table}\" }}, {{ rename_column = \"a\", to = \"c\" }}]\n"),
        };
        (format!("{}.toml", id(n)), format!("revision = \"{}\"\n{parent}[[upgrade]]\n{body}", id(n)))
    });
    Project::new(files)
}

/// Is the process that is killed: runs the upgrade in the directory that it is told.
#[test]
fn victim() {
    let Some(directory) = std::env::var_os(VICTIM) else { return };
    let directory = std::path::PathBuf::from(directory);
    let history = History::builder().directories(&[directory.join("migrations")]).build().unwrap();
    let mut connection = connect(&format!("sqlite:{}", directory.join("test.db").display())).unwrap();
    Migrator::new(&history, &mut *connection, settings()).upgrade(&Target::heads()).unwrap();
}

/// Counts on from a seed, so that a failure can be had again (Knuth's MMIX constants).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn spawn(project: &Project) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim"])
        .env(VICTIM, project.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_kill_at_any_moment_leaves_version_table_and_schema_in_agreement() {
    let (whole, mut random) = (project(), Random(2026));
    let started = Instant::now();
    assert!(spawn(&whole).wait().unwrap().success());
    let mut all = started.elapsed().as_micros() as u64;
    whole.assert_in_agreement();

    let mut project = project();
    let (mut killed, mut seen) = (0, std::collections::BTreeSet::new());
    let mut from_the_start = true;
    for _ in 0..KILLS {
        let mut child = spawn(&project);
        let delay = random.below(all);
        std::thread::sleep(Duration::from_micros(delay));
        child.kill().unwrap();
        match child.wait().unwrap().success() {
            // The machine was busy when it was measured how long a run takes.
            true if from_the_start => all = all.min(delay.max(1)),
            true => {}
            false => killed += 1,
        }
        project.assert_in_agreement();
        let heads = project.heads();
        let is_done = heads.to_string() == format!("r{:04}", REVISIONS - 1);
        if is_done {
            project = self::project();
        }
        from_the_start = is_done || heads.is_empty();
        seen.insert(heads.to_string());
    }
    assert!(killed > KILLS / 2 && seen.len() > 5, "only {killed} kills, at {seen:?}");

    assert!(spawn(&project).wait().unwrap().success());
    project.assert_in_agreement();
    let rows = "SELECT group_concat(id || c || b) FROM t49";
    assert_eq!(project.query(rows), whole.query(rows));
}

#[test]
fn a_kill_in_a_rebuild_leaves_the_table_as_before_or_as_after() {
    let (whole, mut random) = (shop::project(), Random(2027));
    let original = shop::snapshot(&whole);
    let started = Instant::now();
    assert!(spawn(&whole).wait().unwrap().success());
    let all = started.elapsed().as_micros() as u64;
    let after = shop::state(&whole);

    let project = shop::project();
    let before = shop::state(&project);
    let (mut killed, mut done) = (0, 0);
    for kill in 0..4 * KILLS_OF_A_REBUILD {
        if killed == KILLS_OF_A_REBUILD && done > 0 {
            break;
        }
        let mut child = spawn(&project);
        std::thread::sleep(Duration::from_micros(random.below(all + all / 10)));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        let found = shop::state(&project);
        let expected: &State = if found == after { &after } else { &before };
        assert_eq!(&found, expected, "after kill {kill}");
        if found == after {
            done += 1;
            shop::put_back(&project, &original);
        }
    }
    assert!(killed >= KILLS_OF_A_REBUILD && done > 0, "{killed} kills, {done} runs to the end");

    assert!(spawn(&project).wait().unwrap().success());
    assert_eq!(shop::state(&project), after);
}
