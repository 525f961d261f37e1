//! Odd databases, as other tools make them, against every kind of change: each is made with nothing else lost, or
//! refused with nothing changed.
//!
//! A fixture is a script; its head names the table that is changed (`-- table: `) and statements that must do the same
//! before and after (`-- probe: `). What became of each change is recorded in a snapshot for a person to read.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod changes;
mod look;

use std::fmt::Write;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::Way;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::op::Operation;
use limbeck_core::schema::{Schema, Table};
use limbeck_tests::Scratch;

use changes::{Change, changes};
use look::{Look, probe};

struct Fixture {
    name: String,
    table: TableName,
    probes: Vec<String>,
    sql: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/sqlite/fidelity");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let sql = fs::read_to_string(path).unwrap();
        let head = |key: &str| -> Vec<String> {
            sql.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect()
        };
        let table = head("-- table: ").remove(0);
        Fixture {
            name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
            table: TableName::unqualified(Ident::new(&table).unwrap()),
            probes: head("-- probe: "),
            sql,
        }
    };
    paths.iter().map(read).collect()
}

/// How much the history knows of a database that another tool made, and whether its foreign keys are enforced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    KnownEnforced,
    KnownNotEnforced,
    OnlyTheTableKnown,
}

const SETTINGS: [Setting; 3] =
    [Setting::KnownEnforced, Setting::KnownNotEnforced, Setting::OnlyTheTableKnown];

/// A fixture as a file, of which each change gets a copy.
struct Stage<'a> {
    fixture: &'a Fixture,
    folder: tempfile::TempDir,
}

impl<'a> Stage<'a> {
    fn new(fixture: &'a Fixture) -> Self {
        let stage = Self { fixture, folder: tempfile::tempdir().unwrap() };
        let mut scratch = stage.open("made.db", Setting::KnownEnforced);
        let made = scratch.connection.execute(&fixture.sql);
        made.unwrap_or_else(|error| panic!("{}: {error:?}", fixture.name));
        stage
    }

    fn open(&self, file: &str, setting: Setting) -> Scratch {
        let keys = if setting == Setting::KnownNotEnforced { "off" } else { "on" };
        let path = self.folder.path().join(file);
        let mut scratch = Scratch::open(&format!("sqlite:{}?foreign_keys={keys}", path.display()));
        scratch.connection.execute("PRAGMA synchronous = OFF").unwrap();
        scratch
    }

    fn fresh(&self, setting: Setting) -> Scratch {
        fs::copy(self.folder.path().join("made.db"), self.folder.path().join("copy.db")).unwrap();
        let mut scratch = self.open("copy.db", setting);
        scratch.folded = scratch.connection.reflect(None).unwrap();
        if setting == Setting::OnlyTheTableKnown {
            let table = scratch.folded.table(&self.fixture.table).unwrap().clone();
            scratch.folded = Schema::new();
            scratch.folded.tables.insert(table.name.clone(), table);
        }
        scratch
    }
}

/// Makes one change, and holds it to the rule. Returns what became of it.
fn attempt(stage: &Stage<'_>, change: &Change, setting: Setting, before: &Look) -> String {
    let fixture = stage.fixture;
    let place = format!("{}: {} ({setting:?})", fixture.name, change.label);
    let mut scratch = stage.fresh(setting);
    let outcome = scratch.run(std::slice::from_ref(&change.operation));
    let after = Look::at(&mut scratch);
    match outcome {
        Err(Diagnostic { message, .. }) => {
            assert_eq!(after, *before, "{place}: refused, and something changed");
            format!("refused: {message}")
        }
        Ok(lowered) => {
            before.is_kept(&after, change, &fixture.table, &place);
            if change.is_neutral() {
                let mut untouched = stage.fresh(setting);
                for sql in &fixture.probes {
                    let was = probe(&mut untouched, sql, before);
                    let is = probe(&mut scratch, sql, before);
                    // A row that lacks a value for a new column says nothing.
                    if !is.contains("values were supplied") {
                        assert_eq!(is, was, "{place}: {sql}");
                    }
                }
            }
            let ways = lowered.iter().flat_map(|one| &one.statements).map(|statement| statement.way);
            match ways.max().unwrap_or(Way::Native) {
                Way::Native => "in place".to_owned(),
                way => way.to_string(),
            }
        }
    }
}

fn story(fixture: &Fixture) -> String {
    let stage = Stage::new(fixture);
    let scratch = stage.fresh(Setting::KnownEnforced);
    let table: Table = scratch.folded.table(&fixture.table).unwrap().clone();
    let looks = SETTINGS.map(|setting| Look::at(&mut stage.fresh(setting)));
    let mut text = String::new();
    for change in changes(&table) {
        assert!(matches!(change.operation, Operation::AlterTable(_)));
        // A fault does not keep the others from being told.
        let one = |(setting, before)| {
            panic::catch_unwind(AssertUnwindSafe(|| attempt(&stage, &change, setting, before)))
        };
        let said = [0, 1, 2].map(|i| one((SETTINGS[i], &looks[i])).unwrap_or_else(|_| "FAULT".to_owned()));
        writeln!(text, "{}\n    {}", change.label, said[0]).unwrap();
        for (setting, other) in SETTINGS.iter().zip(&said).skip(1).filter(|(_, other)| **other != said[0]) {
            writeln!(text, "    {setting:?}: {other}").unwrap();
        }
    }
    text
}

#[test]
fn a_change_to_an_odd_table_keeps_all_else_or_is_refused_whole() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../snapshots/sqlite/fidelity");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut faults = false;
    let only = std::env::var("FIXTURE").ok();
    for fixture in fixtures().iter().filter(|fixture| only.as_ref().is_none_or(|only| fixture.name == *only))
    {
        let text = story(fixture);
        faults |= text.contains("FAULT");
        settings.bind(|| insta::assert_snapshot!(fixture.name.as_str(), text));
    }
    assert!(!faults, "some changes lose something");
}
