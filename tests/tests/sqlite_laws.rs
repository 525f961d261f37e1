//! The laws of DESIGN.md that a real SQLite shows, on random walks through schemas and on every fixture.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::action::Action;
use limbeck_core::arbitrary::{Reach, Step, walks};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::history::History;
use limbeck_core::name::Ident;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Schema, Table};
use limbeck_core::verify::verify;
use limbeck_sqlite::normal_form;
use limbeck_tests::backend::SQLITE;
use limbeck_tests::{Scratch, same, upgrade_of};
use proptest::prelude::*;

/// Compares tables, which both sides hold in one spelling.
fn same_tables(scratch: &mut Scratch, folded: &Schema) -> Result<(), TestCaseError> {
    let found = normal_form(&scratch.connection.reflect(None).unwrap());
    let wanted = normal_form(folded);
    prop_assert_eq!(&found.tables, &wanted.tables);
    let faults = scratch.rows("SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok'");
    prop_assert!(faults.is_empty(), "{faults:?}");
    Ok(())
}

/// Says whether a walk may end here: SQLite has not what it asks for, or a foreign key was drawn that points at columns
/// that are no key.
fn ends_walk(fault: &Diagnostic) -> bool {
    fault.code == Code::Unsupported || fault.message.contains("foreign key mismatch")
}

/// Runs one step, and its inverse, and it again. What SQLite has not is passed over, together with what follows.
fn there_and_back(scratch: &mut Scratch, step: &Step) -> Result<bool, TestCaseError> {
    let before = scratch.folded.clone();
    match scratch.run(std::slice::from_ref(&step.operation)) {
        Err(fault) if ends_walk(&fault) => return Ok(false),
        other => other.map_err(|fault| TestCaseError::fail(fault.to_string()))?,
    };
    let after = scratch.folded.clone();
    same_tables(scratch, &after)?;
    if let Ok(undo) = step.operation.invert(&before) {
        scratch.run(&undo).map_err(|fault| TestCaseError::fail(format!("undo: {fault}")))?;
        same_tables(scratch, &before)?;
        let again: &[Operation] = std::slice::from_ref(&step.operation);
        scratch.run(again).map_err(|fault| TestCaseError::fail(format!("again: {fault}")))?;
        same_tables(scratch, &after)?;
    }
    Ok(true)
}

/// Puts rows into every table, as far as its rules let them in.
fn fill(scratch: &mut Scratch) {
    let tables: Vec<Table> = scratch.folded.tables.values().cloned().collect();
    scratch.connection.execute("PRAGMA foreign_keys = OFF").unwrap();
    for table in tables {
        let columns = table.columns.iter().filter(|column| column.generated.is_none());
        let names: Vec<String> = columns.map(|column| quoted(&column.name)).collect();
        for row in 1..4 {
            let values = vec![row.to_string(); names.len()].join(", ");
            let sql = format!(
                "INSERT OR IGNORE INTO {} ({}) VALUES ({values})",
                quoted(&table.name.name),
                names.join(", ")
            );
            // An index over an expression may fail on these values.
            let _ = scratch.connection.execute(&sql);
        }
    }
    scratch.connection.execute("PRAGMA foreign_keys = ON").unwrap();
}

fn quoted(name: &Ident) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}

/// Returns the rows of a table with their rowids, by the columns given.
fn cells(scratch: &mut Scratch, table: &Ident, columns: &[(String, String)]) -> Vec<String> {
    let names: Vec<String> = columns.iter().map(|(_, name)| format!("quote({name})")).collect();
    scratch.rows(&format!(
        "SELECT rowid, {} FROM {} ORDER BY rowid",
        names.join(" || '|' || "),
        quoted(table)
    ))
}

/// Checks that an alteration kept every row, and every value of the columns that it only renamed or left alone.
fn rows_survive(scratch: &mut Scratch, step: &Step) -> Result<bool, TestCaseError> {
    let Operation::AlterTable(alter) = &step.operation else {
        return Ok(scratch.run(std::slice::from_ref(&step.operation)).is_ok());
    };
    let table = &alter.table.name;
    let start = scratch.folded.tables[&alter.table].clone();
    let mut kept: Vec<(Ident, Ident)> = start
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .map(|column| (column.name.clone(), column.name.clone()))
        .collect();
    for action in &alter.actions {
        match action {
            Action::RenameColumn(rename) => kept
                .iter_mut()
                .filter(|(_, now)| *now == rename.column)
                .for_each(|(_, now)| *now = rename.to.clone()),
            Action::DropColumn(drop) => kept.retain(|(_, now)| *now != drop.column),
            Action::AlterColumn(alter) => kept.retain(|(_, now)| *now != alter.column),
            _ => {}
        }
    }
    let spelled = |names: Vec<&Ident>| -> Vec<(String, String)> {
        names.iter().map(|name| (name.to_string(), quoted(name))).collect()
    };
    if kept.is_empty() {
        return Ok(scratch.run(std::slice::from_ref(&step.operation)).is_ok());
    }
    let before = cells(scratch, table, &spelled(kept.iter().map(|(old, _)| old).collect()));
    let fault = scratch.run(std::slice::from_ref(&step.operation)).err();
    let now = match &fault {
        None => kept.iter().map(|(_, now)| now).collect(),
        Some(_) => kept.iter().map(|(old, _)| old).collect(),
    };
    prop_assert_eq!(before, cells(scratch, table, &spelled(now)), "{:?}", fault);
    if let Some(fault) = &fault {
        let words = ["constraint failed", "foreign key mismatch"];
        let known = fault.code != Code::StatementFailed
            || fault.message.contains(": ")
                && (words.iter().any(|word| fault.message.contains(word))
                    || !fault.message.contains("refused"));
        prop_assert!(known, "{}", fault);
    }
    let folded = scratch.folded.clone();
    same_tables(scratch, &folded)?;
    Ok(fault.is_none())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_is_read_back_and_undone(steps in walks(Reach::Portable, 8)) {
        let mut scratch = Scratch::open("sqlite::memory:");
        for step in &steps {
            if !there_and_back(&mut scratch, step)? {
                break;
            }
        }
    }

    #[test]
    fn what_sqlite_has_not_is_refused_before_anything_runs(steps in walks(Reach::Everything, 10)) {
        let mut scratch = Scratch::open("sqlite::memory:");
        // What an author says of his SQL is believed, and random words do not make it true.
        let believed = |step: &&Step| !matches!(step.operation, Operation::Execute(_));
        for step in steps.iter().take_while(believed) {
            match scratch.run(std::slice::from_ref(&step.operation)) {
                Ok(_) => {}
                Err(fault) => {
                    let rows = matches!(
                        step.operation,
                        Operation::Insert(_) | Operation::Delete(_) | Operation::Execute(_)
                    );
                    // The author's own text for a type is passed on, whatever it is.
                    let raw = format!("{step:?}").contains("native =");
                    let known = rows || raw || ends_walk(&fault) || fault.code != Code::StatementFailed;
                    prop_assert!(known, "{} in {:?}", fault, step);
                    break;
                }
            }
        }
    }

    #[test]
    fn an_alteration_keeps_every_row_or_is_refused_as_a_whole(steps in walks(Reach::Portable, 8)) {
        let mut scratch = Scratch::open("sqlite::memory:");
        for step in &steps {
            fill(&mut scratch);
            if !rows_survive(&mut scratch, step)? {
                break;
            }
        }
    }
}

/// Columns go one by one behind an edit of the text, and each must leave a table that can be read.
#[test]
fn what_is_computed_goes_before_what_it_is_computed_from() {
    let mut scratch = (SQLITE.open)().unwrap();
    let made = r#"
[[upgrade]]
create_table = "t"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "two words", type = "integer" },
    { name = "twice", type = "integer", generated = { sql = "\"two words\" * 2", storage = "virtual" } },
    { name = "sum", type = "integer", generated = "twice + \"two words\"" },
]
checks = [{ sql = "sum < 100" }]
"#;
    scratch.run(&upgrade_of(made)).unwrap();
    let gone = "[[upgrade]]\nalter_table = \"t\"\nactions = [{ drop_constraint = { check = \"sum < 100\" } }, \
                { drop_column = \"sum\" }, { drop_column = \"twice\" }, { drop_column = \"two words\" }]\n";
    scratch.run(&upgrade_of(gone)).unwrap();
    let folded = scratch.folded.clone();
    same(&mut scratch, &folded);
}

/// What raw SQL made that is not understood is no difference: the history does not say that it knows it.
#[test]
fn verify_passes_over_what_is_not_known() {
    let mut scratch = (SQLITE.open)().unwrap();
    let text = "revision = \"aa01\"\nirreversible = true\n[[upgrade]]\nexecute = \"CREATE TABLE t AS SELECT 1 AS one\"\n";
    let history = History::builder().text("aa01.toml".into(), text.into()).build().unwrap();
    let verified = verify(&history, &mut *scratch.connection, &limbeck::settings(), |_| {}).unwrap();
    assert!(verified[0].findings.is_empty(), "{verified:?}");
    assert_eq!(scratch.rows("SELECT one FROM t"), ["1"]);
}
