//! Each fixture of an operation on each database: what it is lowered to, as a snapshot, and what that does to a real one.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fmt::Write;

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{Enforcement, Expect, Lowered, Way};
use limbeck_core::op::{Change, Operation, Transaction};
use limbeck_core::schema::Schema;
use limbeck_tests::{BACKENDS, Backend, Fixture, Scratch, backend, operations, same};

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
                Expect::Success { otherwise, code } => format!("; succeeds, else {code}: {otherwise}"),
                Expect::NoRows { otherwise, code } => format!("; no rows, else {code}: {otherwise}"),
                Expect::NoneMissed { otherwise, code } => format!("; none missed, else {code}: {otherwise}"),
                Expect::Remember(key) => format!("; remembered as {key}"),
                Expect::AsRemembered { key, otherwise, code } => {
                    format!("; the same as {key}, else {code}: {otherwise}")
                }
            };
            let hazards: String = statement.hazards.iter().map(|hazard| format!("; {hazard}")).collect();
            let outside =
                if statement.transaction == Transaction::Outside { "; outside the transaction" } else { "" };
            let way = statement.way;
            writeln!(text, "-- {way}: {}{outside}{expect}{hazards}\n{};", statement.why, statement.sql)
                .unwrap();
        }
    }
    text
}

fn is_sound(backend: &Backend, scratch: &mut Scratch, folded: &Schema) {
    same(scratch, folded);
    (backend.check)(scratch);
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

/// Leaves out the quotes around names, which a database adds where it follows a column that gets another name.
fn spelled(texts: Vec<String>) -> Vec<String> {
    texts.iter().map(|text| text.replace(['"', '`'], "")).collect()
}

fn story(fixture: &Fixture, backend: &Backend, scratch: &mut Scratch) -> String {
    let names = scratch.connection.server().names();
    let (setup, change) = (fixture.setup(names), fixture.change(names));
    scratch.run(&setup).unwrap_or_else(|fault| panic!("{}: setup: {fault}", fixture.name));
    let before = scratch.folded.clone();
    is_sound(backend, scratch, &before);
    let (old_rows, old_others) = ((backend.rows)(scratch), (backend.others)(scratch));
    let mut text = format!("{}\n", fixture.rule);
    let lowered = match scratch.run(&change) {
        Ok(lowered) => lowered,
        Err(fault) => {
            is_sound(backend, scratch, &before);
            assert_eq!((backend.rows)(scratch), old_rows, "{}: refused, and rows changed", fixture.name);
            assert_eq!((backend.others)(scratch), old_others);
            writeln!(text, "\nrefused: {fault}").unwrap();
            return text;
        }
    };
    let after = scratch.folded.clone();
    is_sound(backend, scratch, &after);
    let new_rows = (backend.rows)(scratch);
    writeln!(text, "\n{}\nrows before\n{old_rows}\nrows after\n{new_rows}", show(&lowered)).unwrap();
    if let Some(undo) = undo(&change, &before) {
        let lowered = match scratch.run(&undo) {
            Ok(lowered) => lowered,
            Err(fault) if fault.code == Code::Unsupported => {
                is_sound(backend, scratch, &after);
                writeln!(text, "not undone: {fault}").unwrap();
                return text;
            }
            Err(fault) => panic!("{}: undo: {fault}", fixture.name),
        };
        let server = scratch.connection.server().clone();
        let normal = |schema: &Schema| backend.dialect.normal_form(schema, &server);
        assert_eq!(normal(&scratch.folded), normal(&before), "{}: the inverse leads elsewhere", fixture.name);
        is_sound(backend, scratch, &before);
        let others = spelled((backend.others)(scratch));
        assert_eq!(others, spelled(old_others), "{}: undone, and others changed", fixture.name);
        let back = (backend.rows)(scratch);
        let verdict = if back == old_rows { "the rows are as before" } else { back.as_str() };
        writeln!(text, "undone\n{}\n{verdict}", show(&lowered)).unwrap();
        scratch.run(&change).unwrap_or_else(|fault| panic!("{}: again: {fault}", fixture.name));
        is_sound(backend, scratch, &after);
    }
    text
}

fn each_fixture(backend: &Backend) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../snapshots/{}", backend.name));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for fixture in operations() {
        let Some(mut scratch) = (backend.open)() else { return };
        if !fixture.change(scratch.connection.server().names()).is_empty() {
            let text = story(&fixture, backend, &mut scratch);
            settings.bind(|| insta::assert_snapshot!(fixture.name.as_str(), text));
        }
    }
}

#[test]
fn each_operation_is_lowered_as_recorded_and_does_what_it_says_on_sqlite() {
    each_fixture(&backend::SQLITE);
}

#[test]
fn each_operation_is_lowered_as_recorded_and_does_what_it_says_on_postgres() {
    each_fixture(&backend::POSTGRES);
}

#[test]
fn each_operation_is_lowered_as_recorded_and_does_what_it_says_on_mariadb() {
    each_fixture(&backend::MARIADB);
}

#[test]
fn a_file_of_sqlite_is_as_good_as_memory() {
    let folder = tempfile::tempdir().unwrap();
    for fixture in operations().iter().filter(|fixture| !fixture.change("sqlite").is_empty()) {
        let mut file = Scratch::open(&format!("sqlite:{}", folder.path().join(&fixture.name).display()));
        let mut memory = (backend::SQLITE.open)().unwrap();
        assert_eq!(
            story(fixture, &backend::SQLITE, &mut file),
            story(fixture, &backend::SQLITE, &mut memory),
            "{}",
            fixture.name
        );
    }
}

#[test]
fn sql_without_a_database_is_the_same_where_nothing_but_operations_made_it() {
    BACKENDS.iter().for_each(|backend| offline_is_online(backend));
}

/// Returns the statements without what only the database knows (triggers, and probes of what depends on the table) and
/// what only a script has to ask, each table with the text that it has in the end.
fn plain(lowered: &Lowered) -> Vec<String> {
    const OWN: [&str; 4] = ["CREATE TRIGGER", "EXPLAIN", "SELECT *", "WITH found (fact)"];
    let sql = lowered.statements.iter().map(|statement| statement.sql.clone());
    // So is whether old values fit their types.
    let is_own = |sql: &String| OWN.iter().any(|own| sql.starts_with(own)) || sql.contains("typeof(");
    let mut found: Vec<String> = sql.filter(|sql| !is_own(sql)).collect();
    // While rows are moved, texts do without types.
    let is_made = |sql: &String| sql.starts_with("CREATE TABLE");
    let Some(mut made) = found.iter().position(is_made) else { return found };
    let typed = |sql: &String| {
        let text = sql.strip_prefix("UPDATE sqlite_schema SET sql = '")?.split("' WHERE type = ").next()?;
        Some(text.replace("''", "'"))
    };
    if let Some(at) = (0..made).find(|at| typed(&found[*at]).is_some()) {
        found.drain(at - 1..=at + 1);
        made -= 3;
    }
    if let Some(at) = (made..found.len()).find(|at| typed(&found[*at]).is_some()) {
        found[made] = typed(&found[at]).unwrap();
        found.drain(at - 1..=at + 1);
    }
    found
}

fn offline_is_online(backend: &Backend) {
    for fixture in operations() {
        let Some(mut scratch) = (backend.open)() else { return };
        let server = scratch.connection.server().clone();
        let (setup, change) = (fixture.setup(server.names()), fixture.change(server.names()));
        let mut folded = Schema::new();
        // A table that the author's SQL made has the author's text.
        let by_hand = |operation: &Operation| matches!(operation, Operation::Execute(execute) if execute.sql.as_str().contains("CREATE TABLE"));
        let by_hand = setup.iter().any(by_hand);
        if change.is_empty() || (by_hand && backend.name != "sqlite") {
            continue;
        }
        scratch.run(&setup).unwrap();
        setup.iter().for_each(|operation| operation.apply(&mut folded).unwrap());
        for operation in &change {
            let offline = backend.dialect.lower(operation, &folded, &server);
            let online = limbeck_tests::lower(scratch.connection.as_mut(), operation, &folded);
            if let (Ok(offline), true) = (&offline, by_hand) {
                // The script writes no text over it without a look.
                let writes = offline.way().is_some_and(|way| way > Way::Native);
                let looks =
                    offline.statements.first().is_some_and(|first| first.sql.starts_with("WITH found"));
                assert!(looks || !writes, "{}", fixture.name);
            } else if let (Ok(offline), Ok(online)) = (offline, online) {
                // What stands on a table that PostgreSQL makes anew, the script looks for itself.
                let looks = backend.name == "postgres" && offline.way() == Some(Way::MoveAndCopy);
                assert_eq!(offline.way(), online.way(), "{}", fixture.name);
                assert!(
                    looks || plain(&offline) == plain(&online),
                    "{}: {offline:?}, {online:?}",
                    fixture.name
                );
            }
            if scratch.run(std::slice::from_ref(operation)).is_err() || operation.apply(&mut folded).is_err()
            {
                break;
            }
        }
    }
}
