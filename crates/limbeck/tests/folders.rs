//! Folders of other tools, read in place and run on SQLite: `fixtures/folders` has one a tool, which all make the same.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};

use limbeck::config::Config;
use limbeck::core::diagnostic::Code;
use limbeck::folders::Layout;
use limbeck::prelude::*;
use limbeck::project::Project;

/// A folder, its revisions in order, and whether it has ways back.
type Case = (&'static str, &'static [&'static str], bool);

const CASES: &[Case] = &[
    ("dbmate", &["20240101000000", "20240102000000", "20240103000000", "20240110000000"], true),
    ("flyway", &["1", "1.2", "1.3", "1.10"], true),
    ("golang-migrate", &["1", "2", "3", "10"], true),
    ("goose", &["1", "2", "10"], true),
    ("refinery", &["1", "2", "3", "10"], false),
    ("sqlx", &["1", "2", "3", "10"], false),
    ("sqlx-pairs", &["1", "2", "3", "10"], true),
];

/// A copy of a folder, with a database beside it.
struct Copied {
    directory: tempfile::TempDir,
}

impl Copied {
    fn of(name: &str) -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/folders").join(name);
        let directory = tempfile::tempdir().unwrap();
        let migrations = directory.path().join("migrations");
        fs::create_dir(&migrations).unwrap();
        fs::copy(from.join("limbeck.toml"), directory.path().join("limbeck.toml")).unwrap();
        for entry in fs::read_dir(from.join("migrations")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, migrations.join(path.file_name().unwrap())).unwrap();
        }
        Self { directory }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn open(&self) -> Result<Project, Diagnostics> {
        Project::open(Config::load(&self.path("limbeck.toml"), &|_| None)?)
    }

    fn connect(&self) -> Box<dyn Connection> {
        connect(&format!("sqlite:{}", self.path("folder.db").display())).unwrap()
    }

    fn run(&self, target: &str) -> Result<Outcome, Diagnostics> {
        let (project, down) = (self.open()?, target == "base");
        let mut connection = self.connect();
        let mut migrator = Migrator::new(project.history(), &mut *connection, settings());
        let target = target.parse().unwrap();
        if down { migrator.downgrade(&target) } else { migrator.upgrade(&target) }
    }

    /// Returns what is in the database, but for what Limbeck keeps there.
    fn made(&self) -> String {
        let own = "name NOT LIKE 'limbeck%' AND name NOT LIKE 'sqlite%'";
        let sql = format!("SELECT type, name, sql FROM sqlite_schema WHERE {own} ORDER BY name");
        let mut connection = self.connect();
        let mut made = format!("{:?}", connection.query(&sql).unwrap());
        if made.contains("account") {
            made.push_str(&format!("{:?}", connection.query("SELECT * FROM account, seen").unwrap()));
        }
        made
    }
}

#[test]
fn a_folder_of_each_tool_is_a_history_that_runs_up_and_down_and_goes_on() {
    let mut all = Vec::new();
    for (name, ids, back) in CASES {
        let copied = Copied::of(name);
        let project = copied.open().unwrap_or_else(|faults| panic!("{name}: {faults}"));
        let route = project.history().graph().upgrade(&Heads::default(), &Target::heads()).unwrap();
        let found: Vec<&str> = route.steps.iter().map(|step| step.revision.as_str()).collect();
        assert_eq!(found, *ids, "{name}");
        let header = project.history().graph().get(ids[0]).unwrap();
        assert_eq!((header.message.as_str(), header.down_revision.len()), ("accounts", 0), "{name}");
        copied.run("heads").unwrap_or_else(|faults| panic!("{name}: {faults}"));
        let made = copied.made();
        all.push(made.clone());
        let down = copied.run("base");
        match back {
            true => {
                down.unwrap_or_else(|faults| panic!("{name}: {faults}"));
                assert_eq!(copied.made(), "[]", "{name}");
                copied.run("heads").unwrap();
            }
            // A row that was put in is not taken out by guess.
            false => assert_eq!(down.unwrap_err().first().code, Code::Irreversible, "{name}"),
        }
        assert_eq!(copied.made(), made, "{name}");
        let next = format!(
            "revision = \"next\"\ndown_revision = \"{}\"\n[[upgrade]]\nalter_table = \"account\"\n\
             actions = [{{ add_column = \"more\", type = \"text\" }}]\n",
            ids.last().unwrap()
        );
        fs::write(copied.path("migrations/next.toml"), next).unwrap();
        copied.run("heads").unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert!(copied.made().contains("more"), "{name}");
    }
    assert!(all[0].contains("nick name") && all[0].contains("a;b@example.org"), "{}", all[0]);
    assert!(all.iter().all(|made| *made == all[0]), "{all:#?}");
    let tools = |layout: Layout| CASES.iter().any(|(name, ..)| *name == layout.name());
    assert!(Layout::ALL.into_iter().all(tools));
}

#[test]
fn a_file_of_our_own_stands_for_a_migration_with_its_id() {
    let copied = Copied::of("goose");
    fs::remove_file(copied.path("migrations/00010_nick_name.sql")).unwrap();
    fs::write(copied.path("migrations/00010_nick_name.go"), "package migrations\n").unwrap();
    let faults = copied.run("heads").unwrap_err();
    assert_eq!(faults.first().code, Code::Untold, "{faults}");
    assert!(faults.to_string().contains("a program in Go"), "{faults}");
    assert_eq!(copied.made(), "[]");
    copied.run("2").unwrap();
    let own = "-- revision = \"10\"\n-- down_revision = \"2\"\n\n-- limbeck:upgrade\nALTER TABLE account ADD COLUMN more TEXT;\n";
    fs::write(copied.path("migrations/10_more.sql"), own).unwrap();
    copied.run("heads").unwrap();
    assert!(copied.made().contains("more"));
}

#[test]
fn what_flyway_would_put_into_a_text_is_not_run_as_it_stands() {
    let copied = Copied::of("flyway");
    fs::write(copied.path("migrations/V2__filled.sql"), "CREATE TABLE ${schema}.t (a TEXT);\n").unwrap();
    let faults = copied.run("heads").unwrap_err();
    assert_eq!(faults.first().code, Code::Untold, "{faults}");
    assert_eq!(faults.first().places[0].line(), Some(1));
    assert_eq!(copied.made(), "[]");
    fs::write(copied.path("migrations/V2__filled.sql"), "CREATE TABLE \"${t}\" (a TEXT);\n").unwrap();
    fs::write(copied.path("migrations/V2__filled.sql.conf"), "placeholderReplacement = false\n").unwrap();
    copied.run("heads").unwrap();
    assert!(copied.made().contains("${t}"));
}

#[test]
fn an_undo_migration_that_flyway_fills_in_is_not_run_as_it_stands() {
    let copied = Copied::of("flyway");
    fs::write(copied.path("migrations/V2__t.sql"), "CREATE TABLE t (a TEXT);\n").unwrap();
    fs::write(copied.path("migrations/U2__t.sql"), "-- back\nDROP TABLE ${t};\n").unwrap();
    copied.run("heads").unwrap();
    let made = copied.made();
    let faults = copied.run("base").unwrap_err();
    let first = faults.first();
    assert_eq!(first.code, Code::Untold, "{faults}");
    assert!(first.places[0].path.ends_with("U2__t.sql"), "{faults}");
    assert_eq!(first.places[0].line(), Some(2));
    assert_eq!(copied.made(), made);
    // Its own configuration is asked, not that of the way up.
    fs::write(copied.path("migrations/V2__t.sql.conf"), "placeholderReplacement=false\n").unwrap();
    assert_eq!(copied.run("base").unwrap_err().first().code, Code::Untold);
    fs::write(copied.path("migrations/U2__t.sql"), "DROP TABLE t;\n").unwrap();
    copied.run("base").unwrap();
    assert_eq!(copied.made(), "[]");
}

#[test]
fn a_way_down_that_is_indented_is_never_part_of_the_way_up() {
    let copied = Copied::of("goose");
    let text = "-- +goose Up\nCREATE TABLE t (a TEXT);\n  -- +goose Down\nDROP TABLE account;\n";
    fs::write(copied.path("migrations/00011_t.sql"), text).unwrap();
    let faults = copied.run("heads").unwrap_err();
    assert_eq!(
        (faults.first().code, faults.first().places[0].line()),
        (Code::FileSyntax, Some(3)),
        "{faults}"
    );
    assert_eq!(copied.made(), "[]");
}

#[test]
fn a_migration_in_a_folder_within_is_run_in_its_place() {
    for (name, file) in [("flyway", "V1.5__t.sql"), ("refinery", "V5__t.sql")] {
        let copied = Copied::of(name);
        fs::create_dir_all(copied.path("migrations/more/yet")).unwrap();
        fs::write(copied.path("migrations/more/yet").join(file), "CREATE TABLE within (a TEXT);\n").unwrap();
        copied.run("heads").unwrap_or_else(|faults| panic!("{name}: {faults}"));
        assert!(copied.made().contains("within"), "{name}");
    }
}
