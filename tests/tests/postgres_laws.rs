//! The laws that a real PostgreSQL shows, on random walks through schemas.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::arbitrary::{Reach, Step, walks};
use limbeck_core::diagnostic::Code;
use limbeck_core::graph::Heads;
use limbeck_core::history::History;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;
use limbeck_core::verify::verify;
use limbeck_tests::backend::POSTGRES;
use limbeck_tests::{Scratch, differences, upgrade_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Empties the database, which is cheaper than another one.
fn empty(scratch: &mut Scratch) {
    let sql = "DO $$ DECLARE s text; BEGIN
        FOR s IN SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' AND nspname <> 'information_schema'
        LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP;
        CREATE SCHEMA public; END $$";
    scratch.connection.rollback().unwrap();
    scratch.connection.execute(sql).unwrap();
    scratch.forget();
}

fn agrees(scratch: &mut Scratch, folded: &Schema, step: &Step) -> Result<(), TestCaseError> {
    match differences(scratch, folded) {
        None => Ok(()),
        Some(difference) => Err(TestCaseError::fail(format!("{step:?}\n{difference}"))),
    }
}

/// Runs one step, and its inverse, and it again. What PostgreSQL refuses, because it has it not or because random words
/// are no SQL to it, must change nothing; steps that build on it are then refused by the fold.
fn there_and_back(scratch: &mut Scratch, step: &Step) -> Result<(), TestCaseError> {
    let before = scratch.folded.clone();
    // What an author says of his SQL is believed, and random words do not make it true.
    if matches!(step.operation, Operation::Execute(_)) {
        return Ok(());
    }
    let again: &[Operation] = std::slice::from_ref(&step.operation);
    if scratch.run(again).is_err() {
        return agrees(scratch, &before, step);
    }
    let after = scratch.folded.clone();
    agrees(scratch, &after, step)?;
    if let Ok(undo) = step.operation.invert(&before) {
        match scratch.run(&undo) {
            // A random default that is too long is looked at only when its column comes back.
            Err(fault) if fault.code == Code::Unsupported || fault.message.contains("value too long") => {
                return agrees(scratch, &after, step);
            }
            other => other.map_err(|fault| TestCaseError::fail(format!("undo of {step:?}: {fault}")))?,
        };
        agrees(scratch, &before, step)?;
        scratch.run(again).map_err(|fault| TestCaseError::fail(format!("again {step:?}: {fault}")))?;
        agrees(scratch, &after, step)?;
    }
    Ok(())
}

#[test]
fn what_is_made_is_read_back_and_undone() {
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    // The same walks in every run; `PROPTEST_CASES` asks for so many others.
    let asked = limbeck_tests::random::asked();
    let cases = asked.unwrap_or(48);
    let config = Config { failure_persistence: None, cases, max_shrink_iters: 200, ..Config::default() };
    let scratch = std::cell::RefCell::new(&mut scratch);
    for reach in [Reach::Portable, Reach::Everything] {
        let mut runner = match asked {
            Some(_) => TestRunner::new(config.clone()),
            None => {
                TestRunner::new_with_rng(config.clone(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
            }
        };
        let outcome = runner.run(&walks(reach, 8), |steps| {
            let scratch = &mut **scratch.borrow_mut();
            empty(scratch);
            for step in &steps {
                there_and_back(scratch, step)?;
            }
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The server would pass over it and say nothing.
#[test]
fn what_is_made_if_it_is_missing_takes_no_name_of_something_else() {
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    let setting = r#"
[[upgrade]]
create_table = "other"
columns = [{ name = "id", type = "integer" }]
indexes = [{ name = "ix", columns = ["id"] }]
uniques = [{ name = "uq", columns = ["id"] }]
[[upgrade]]
create_view = "seen"
sql = "SELECT 1 AS one"
[[upgrade]]
create_sequence = "numbers"
"#;
    scratch.run(&upgrade_of(setting)).unwrap();
    let made = scratch.folded.clone();
    let table = |name: &str, index: &str| {
        format!(
            "create_table = \"{name}\"\ncolumns = [{{ name = \"id\", type = \"integer\" }}]\n\
             primary_key = {{ name = \"pk_{name}\", columns = [\"id\"] }}\n\
             indexes = [{{ name = \"{index}\", columns = [\"id\"] }}]"
        )
    };
    let sequence = |name: &str| format!("create_sequence = \"{name}\"");
    let view = |name: &str| format!("create_view = \"{name}\"\nsql = \"SELECT 1 AS one\"");
    let index = |name: &str| format!("create_index = \"{name}\"\ntable = \"other\"\ncolumns = [\"id\"]");
    let run = |scratch: &mut Scratch, text: &str| {
        scratch.run(&upgrade_of(&format!("[[upgrade]]\n{text}\nif_not_exists = true\n")))
    };
    for text in [
        table("ix", "ix_ix"),
        table("uq", "ix_uq"),
        table("seen", "ix_seen"),
        table("numbers", "ix_numbers"),
        table("new", "new"),
        table("new", "pk_new"),
        table("new", "uq"),
        sequence("ix"),
        sequence("uq"),
        sequence("seen"),
        sequence("other"),
        view("ix"),
        view("uq"),
        format!("{}\nmaterialized = true", view("ix")),
        index("uq"),
        index("seen"),
        index("numbers"),
        index("other"),
    ] {
        let refused = run(&mut scratch, &text).expect_err(&text);
        assert!(matches!(refused.code, Code::ObjectExists | Code::TableExists), "{text}: {refused}");
        assert_eq!(differences(&mut scratch, &made), None, "{text}");
    }
    let beside = upgrade_of(
        "[[upgrade]]\nalter_table = \"other\"\nactions = [\n\
         { add_column = \"more\", type = \"integer\" },\n\
         { create_index = \"other\", columns = [\"more\"], if_not_exists = true },\n]\n",
    );
    assert_eq!(scratch.run(&beside).expect_err("the table has that name").code, Code::ObjectExists);
    for text in [table("new", "ix_new"), sequence("more"), view("sight"), index("by")] {
        run(&mut scratch, &text).unwrap();
        run(&mut scratch, &text).unwrap();
    }
    let made = scratch.folded.clone();
    assert_eq!(differences(&mut scratch, &made), None);
}

const NAMED_KEY: &str = r#"
revision = "aa02"
down_revision = "aa01"
[[upgrade]]
alter_table = "parent"
actions = [{ rename_constraint = { primary_key = true }, to = "own" }]
"#;

/// What stands on the key would forbid to drop it on the way back, and the name that the server gives may be another table's.
#[test]
fn a_key_that_loses_its_name_stays_the_same_key() {
    for taken in [
        "",
        "[[upgrade]]\ncreate_table = \"other\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\nuniques = [{ name = \"parent_id_key\", columns = [\"id\"] }]\n",
    ] {
        let Some(mut scratch) = (POSTGRES.open)() else { return };
        let base = format!(
            "revision = \"aa01\"\n{taken}[[upgrade]]\ncreate_table = \"parent\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n\
             uniques = [{{ name = \"uq\", columns = [\"id\"] }}]\n\
             [[upgrade]]\ncreate_table = \"child\"\ncolumns = [{{ name = \"id\", type = \"integer\", references = \"parent.id\" }}]\n"
        );
        let history = History::builder()
            .text("aa01.toml".into(), base.into())
            .text("aa02.toml".into(), NAMED_KEY.into())
            .build()
            .unwrap();
        let verified = verify(&history, &mut *scratch.connection, &limbeck::settings(), |_| {}).unwrap();
        assert!(verified.iter().all(|one| one.undone && one.findings.is_empty()), "{verified:?}");
        // A name that is taken is no fault either: the rule is made anew.
        let unname = "[[upgrade]]\nalter_table = \"parent\"\nactions = [{ drop_constraint = \"uq\" }, { add_unique = [\"id\"] }]\n";
        scratch.folded =
            history.schema_at(&Heads::from_iter(["aa02"]), scratch.connection.server().names()).unwrap();
        scratch.run(&upgrade_of(unname)).unwrap();
    }
}
