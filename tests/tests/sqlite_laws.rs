//! The laws of DESIGN.md that a real SQLite shows, on random walks through schemas and on every fixture.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::arbitrary::{Reach, Step, walks};
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;
use limbeck_sqlite::normal_form;
use limbeck_tests::Scratch;
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
}
