//! The laws that a real MariaDB shows, on random walks through schemas.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::arbitrary::{Reach, Step, walks};
use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::{ServerInfo, Texts, spell_alike};
use limbeck_core::history::History;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Constraint, Schema, Table};
use limbeck_core::verify::verify;
use limbeck_tests::backend::MARIADB;
use limbeck_tests::{Scratch, same, upgrade_of};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Empties the database, which is cheaper than another one.
fn empty(scratch: &mut Scratch) {
    scratch.connection.rollback().unwrap();
    let name = scratch.rows("SELECT DATABASE()").remove(0);
    let sql = format!("DROP DATABASE {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4; USE {name}");
    scratch.connection.execute(&sql).unwrap();
    scratch.forget();
}

/// Returns the tables as the server holds them, but for the names of unique keys that have none.
fn tables(schema: &Schema, server: &ServerInfo) -> Vec<Table> {
    let mut tables: Vec<Table> = MARIADB.dialect.normal_form(schema, server).tables.into_values().collect();
    for constraint in tables.iter_mut().flat_map(|table| &mut table.constraints) {
        if let Constraint::Unique(unique) = constraint {
            unique.name = None;
        }
    }
    tables
}

fn agrees(scratch: &mut Scratch, folded: &Schema, step: &Step) -> Result<(), TestCaseError> {
    let server = scratch.connection.server().clone();
    let mut found = scratch.connection.reflect(None).unwrap();
    spell_alike(&mut *scratch.connection, folded, &mut found, Texts::Printed).unwrap();
    let found = tables(&found, &server);
    let wanted = tables(folded, &server);
    for (found, wanted) in found.iter().zip(&wanted) {
        prop_assert!(found == wanted, "{step:?}\n{found:#?}\nand not\n{wanted:#?}");
    }
    prop_assert_eq!(found.len(), wanted.len());
    Ok(())
}

/// How a walk goes on.
#[derive(PartialEq)]
enum Next {
    Step,
    /// A statement failed behind others that stay, so that nothing is known any more.
    End,
}

/// Runs one step, and its inverse, and it again. What is refused before anything runs must change nothing; steps that
/// build on it are then refused by the fold.
fn there_and_back(scratch: &mut Scratch, step: &Step) -> Result<Next, TestCaseError> {
    let before = scratch.folded.clone();
    match step.operation {
        // What an author says of his SQL is believed, and random words do not make it true.
        Operation::Execute(_) => return Ok(Next::Step),
        // Other tests run on the same server.
        Operation::CreateSchema(_) | Operation::DropSchema(_) => return Ok(Next::Step),
        _ => {}
    }
    let again: &[Operation] = std::slice::from_ref(&step.operation);
    match scratch.run(again) {
        Ok(_) => {}
        Err(fault) if fault.code == Code::StatementFailed => return Ok(Next::End),
        Err(_) => return agrees(scratch, &before, step).map(|()| Next::Step),
    }
    let after = scratch.folded.clone();
    agrees(scratch, &after, step)?;
    if let Ok(undo) = step.operation.invert(&before) {
        match scratch.run(&undo) {
            Err(fault) if fault.code == Code::Unsupported => {
                return agrees(scratch, &after, step).map(|()| Next::Step);
            }
            // Of two unique keys over the same columns, the one without a name has one on the server.
            Err(fault) if fault.code == Code::NoSuchConstraint => return Ok(Next::End),
            other => other.map_err(|fault| TestCaseError::fail(format!("undo of {step:?}: {fault}")))?,
        };
        agrees(scratch, &before, step)?;
        scratch.run(again).map_err(|fault| TestCaseError::fail(format!("again {step:?}: {fault}")))?;
        agrees(scratch, &after, step)?;
    }
    Ok(Next::Step)
}

#[test]
fn what_is_made_is_read_back_and_undone() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let cases = limbeck_tests::random::asked().unwrap_or(48);
    let config = Config { failure_persistence: None, cases, max_shrink_iters: 200, ..Config::default() };
    let scratch = std::cell::RefCell::new(&mut scratch);
    for reach in [Reach::Portable, Reach::Everything] {
        let outcome = TestRunner::new_with_rng(
            config.clone(),
            TestRng::deterministic_rng(RngAlgorithm::ChaCha),
        )
        .run(&walks(reach, 8), |steps| {
            let scratch = &mut **scratch.borrow_mut();
            empty(scratch);
            for step in &steps {
                if there_and_back(scratch, step)? == Next::End {
                    break;
                }
            }
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
    }
}

const ODD_CHECKS: &str = r#"
revision = "aa01"
[[upgrade]]
create_table = "t"
columns = [{ name = "n", type = "integer" }, { name = "word", type = "string(20)" }]
checks = [{ name = "ck_one", sql = "n <> 'it''s' AND NOT (n > 5)" }, { name = "ck_two", sql = "word <> n + 0" }]
"#;

/// Such checks are no difference: the server is asked how it would write what the history says.
#[test]
fn verify_knows_checks_that_the_server_writes_anew() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let history = History::builder().text("aa01.toml".into(), ODD_CHECKS.into()).build().unwrap();
    let verified = verify(&history, &mut *scratch.connection, &limbeck::settings(), |_| {}).unwrap();
    assert!(verified[0].undone);
    assert!(verified[0].findings.is_empty(), "{:?}", verified[0].findings);
    let kept = scratch.rows(
        "SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_NAME = 'ck_one'",
    );
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains("<="), "the server writes it as it stands, which shows nothing here: {kept:?}");
}

/// The server takes such a check away with any column, and says nothing.
#[test]
fn a_check_that_names_no_column_stays_when_a_column_goes() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let made = "[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"a\", type = \"integer\" }, { name = \"b\", type = \"integer\" }, \
                { name = \"c\", type = \"integer\" }, { name = \"d\", type = \"integer\" }]\n\
                checks = [{ name = \"named\", sql = \"1 > 0\" }, { sql = \"2 > 1\" }, { name = \"own\", sql = \"a > 0\" }, { name = \"goes\", sql = \"3 > 2\" }]\n";
    scratch.run(&upgrade_of(made)).unwrap();
    let drop = |actions: &str, recreate: &str| {
        upgrade_of(&format!("[[upgrade]]\nalter_table = \"t\"\n{recreate}actions = [{actions}]\n"))
    };
    let several = "{ drop_column = \"b\" }, { drop_constraint = \"goes\" }, { add_column = \"e\", type = \"text\" }, { drop_column = \"c\" }";
    for alter in [drop(several, ""), drop("{ drop_column = \"d\" }", "recreate = \"always\"\n")] {
        scratch.run(&alter).unwrap();
        let folded = scratch.folded.clone();
        same(&mut scratch, &folded);
        let kept = scratch.rows("SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() ORDER BY 1");
        assert_eq!(kept.len(), 3, "{kept:?}");
    }
}

/// The server calls the check of such a column by the name that it had first.
#[test]
fn json_is_read_as_such_under_another_name() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let made = "[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"a\", type = \"json\" }, { name = \"n\", type = \"integer\" }]\n";
    let renamed = "[[upgrade]]\nalter_table = \"t\"\nactions = [{ rename_column = \"a\", to = \"b\" }]\n";
    scratch.run(&upgrade_of(made)).unwrap();
    scratch.run(&upgrade_of(renamed)).unwrap();
    let folded = scratch.folded.clone();
    same(&mut scratch, &folded);
}

const TWO_CHECKS: &str = r#"
revision = "aa01"
[[upgrade]]
create_table = "t"
columns = [{ name = "n", type = "integer" }]
checks = [{ name = "ck", sql = "n > 0" }]
"#;

const ONE_MORE: &str = r#"
revision = "aa02"
down_revision = "aa01"
[[upgrade]]
alter_table = "t"
actions = [{ add_check = "n > 0" }]
"#;

/// The server names the one that has no name, so that its text alone no longer tells which is meant on the way back.
#[test]
fn of_two_alike_checks_the_one_without_a_name_goes() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let history = History::builder()
        .text("aa01.toml".into(), TWO_CHECKS.into())
        .text("aa02.toml".into(), ONE_MORE.into())
        .build()
        .unwrap();
    let verified = verify(&history, &mut *scratch.connection, &limbeck::settings(), |_| {}).unwrap();
    assert!(verified.iter().all(|one| one.undone && one.findings.is_empty()), "{verified:?}");
}
