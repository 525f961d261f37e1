//! Each fixture of an operation: what it is lowered to, as a snapshot, and what that does to a real database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fmt::Write;

use limbeck_core::dialect::{Dialect, Enforcement, Expect, Lowered};
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;
use limbeck_sqlite::{SQLITE, normal_form};
use limbeck_tests::{Fixture, Scratch, operations};

/// Writes what a person should read of lowered operations.
fn show(lowered: &[Lowered]) -> String {
    let mut text = String::new();
    for one in lowered {
        if one.enforcement == Enforcement::Suspended {
            text.push_str("-- foreign keys suspended\n");
        }
        for statement in &one.statements {
            let expect = match &statement.expect {
                Expect::Anything => String::new(),
                Expect::NoRows { otherwise, code } => format!("; no rows, else {code}: {otherwise}"),
                Expect::Remember(key) => format!("; remembered as {key}"),
                Expect::AsRemembered { key, otherwise, code } => {
                    format!("; the same as {key}, else {code}: {otherwise}")
                }
            };
            let hazards: String = statement.hazards.iter().map(|hazard| format!("; {hazard}")).collect();
            let way = statement.way;
            writeln!(text, "-- {way}: {}{expect}{hazards}\n{};", statement.why, statement.sql).unwrap();
        }
    }
    text
}

/// Returns all rows of all tables, spelled so that types show, with their rowids.
fn rows(scratch: &mut Scratch) -> String {
    let tables = scratch.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let mut text = String::new();
    for table in tables {
        let name = table.replace('"', "\"\"");
        let literal = table.replace('\'', "''");
        let columns = scratch.rows(&format!(
            "SELECT group_concat('quote(\"' || replace(name, '\"', '\"\"') || '\")', ' || '' '' || ')
             FROM pragma_table_xinfo('{literal}') WHERE hidden <> 1"
        ));
        let without = scratch.rows(&format!("SELECT wr FROM pragma_table_list WHERE name = '{literal}'"));
        // Which row it is in SQLite's own table says nothing.
        let has_rowid = without == ["0"] && table != "sqlite_sequence";
        let rowid = if has_rowid { "rowid" } else { "0" };
        let found = scratch.rows(&format!("SELECT {rowid}, {} FROM \"{name}\" ORDER BY 1, 2", columns[0]));
        writeln!(text, "{table}").unwrap();
        found.iter().for_each(|row| writeln!(text, "  {row}").unwrap());
    }
    text
}

fn others(scratch: &mut Scratch) -> Vec<String> {
    scratch.rows("SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') ORDER BY 1, 2")
}

fn is_sound(scratch: &mut Scratch, folded: &Schema) {
    let found = normal_form(&scratch.connection.reflect(None).unwrap());
    assert_eq!(found.tables, normal_form(folded).tables);
    assert_eq!(scratch.rows("SELECT * FROM pragma_integrity_check"), ["ok"]);
    assert_eq!(scratch.rows("SELECT * FROM pragma_foreign_key_check"), [""; 0]);
    assert_eq!(scratch.rows("PRAGMA foreign_keys"), ["1"]);
    assert_eq!(scratch.rows("PRAGMA legacy_alter_table"), ["0"]);
}

fn undo(change: &[Operation], before: &Schema) -> Option<Vec<Operation>> {
    let mut schema = before.clone();
    let mut all = Vec::new();
    for operation in change {
        all.push(operation.invert(&schema).ok()?);
        operation.apply(&mut schema).ok()?;
    }
    Some(all.into_iter().rev().flatten().collect())
}

fn story(fixture: &Fixture, url: &str) -> String {
    let mut scratch = Scratch::open(url);
    scratch.run(&fixture.setup).unwrap_or_else(|fault| panic!("{}: setup: {fault}", fixture.name));
    let before = scratch.folded.clone();
    is_sound(&mut scratch, &before);
    let (old_rows, old_others) = (rows(&mut scratch), others(&mut scratch));
    let mut text = format!("{}\n", fixture.rule);
    let lowered = match scratch.run(&fixture.change) {
        Ok(lowered) => lowered,
        Err(fault) => {
            is_sound(&mut scratch, &before);
            assert_eq!(rows(&mut scratch), old_rows, "{}: refused, and rows changed", fixture.name);
            assert_eq!(others(&mut scratch), old_others);
            writeln!(text, "\nrefused: {fault}").unwrap();
            return text;
        }
    };
    let after = scratch.folded.clone();
    is_sound(&mut scratch, &after);
    writeln!(text, "\n{}\nrows before\n{old_rows}\nrows after\n{}", show(&lowered), rows(&mut scratch))
        .unwrap();
    if let Some(undo) = undo(&fixture.change, &before) {
        let lowered = scratch.run(&undo).unwrap_or_else(|fault| panic!("{}: undo: {fault}", fixture.name));
        is_sound(&mut scratch, &before);
        let back = rows(&mut scratch);
        let verdict = if back == old_rows { "the rows are as before" } else { back.as_str() };
        writeln!(text, "undone\n{}\n{verdict}", show(&lowered)).unwrap();
        scratch.run(&fixture.change).unwrap_or_else(|fault| panic!("{}: again: {fault}", fixture.name));
        is_sound(&mut scratch, &after);
    }
    text
}

#[test]
fn each_operation_is_lowered_as_recorded_and_does_what_it_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots/sqlite");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let folder = tempfile::tempdir().unwrap();
    for fixture in operations() {
        let text = story(&fixture, "sqlite::memory:");
        let file = folder.path().join(&fixture.name);
        assert_eq!(
            story(&fixture, &format!("sqlite:{}", file.display())),
            text,
            "a file differs from memory"
        );
        settings.bind(|| insta::assert_snapshot!(fixture.name.as_str(), text));
    }
}

#[test]
fn sql_without_a_database_is_the_same_where_nothing_but_operations_made_it() {
    for fixture in operations() {
        let mut folded = Schema::new();
        let mut scratch = Scratch::open("sqlite::memory:");
        let server = scratch.connection.server().clone();
        scratch.run(&fixture.setup).unwrap();
        fixture.setup.iter().for_each(|operation| operation.apply(&mut folded).unwrap());
        for operation in &fixture.change {
            let offline = SQLITE.lower(operation, &folded, &server);
            let online = limbeck_tests::lower(scratch.connection.as_mut(), operation, &folded);
            if let (Ok(offline), Ok(online)) = (offline, online) {
                // What only the database knows: triggers, and probes of what depends on the table.
                let plain = |lowered: &Lowered| -> Vec<String> {
                    let sql = lowered.statements.iter().map(|statement| statement.sql.clone());
                    let own = ["CREATE TRIGGER", "EXPLAIN", "SELECT *"];
                    sql.filter(|sql| !own.iter().any(|own| sql.starts_with(own))).collect()
                };
                assert_eq!(plain(&offline), plain(&online), "{}", fixture.name);
            }
            if scratch.run(std::slice::from_ref(operation)).is_err() || operation.apply(&mut folded).is_err()
            {
                break;
            }
        }
    }
}
