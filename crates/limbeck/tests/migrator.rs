//! The main job on a real SQLite file.

#![cfg(feature = "sqlite")]

mod project;

use limbeck::core::diagnostic::Code;
use limbeck::core::migrator::{Settings, offline_upgrade};
use limbeck::prelude::*;
use project::Project;

const ACCOUNT: &str = r#"
revision = "a1a1"
[[upgrade]]
create_table = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "name", type = "string(80)", nullable = false },
    { name = "age", type = "text" },
]
indexes = [{ name = "ix_account_name", columns = ["name"] }]
[[upgrade]]
insert = "account"
rows = [{ id = 1, name = "Ada", age = "36" }, { id = 2, name = "Größe \"it's\"", age = "7" }]
"#;

const CART: &str = r#"
revision = "b1b1"
down_revision = "a1a1"
branch_labels = ["cart"]
[[upgrade]]
create_table = "cart"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "account_id", type = "integer", nullable = false, references = "account.id", on_delete = "cascade" },
]
[[upgrade]]
insert = "cart"
rows = [{ id = 1, account_id = 2 }]
"#;

const REBUILD: &str = r#"
revision = "c1c1"
down_revision = "a1a1"
branch_labels = ["ages"]
[[upgrade]]
alter_table = "account"
actions = [
    { alter_column = "age", type = "integer", using = "CAST(age AS INTEGER)" },
    { rename_column = "name", to = "full_name" },
    { add_check = "age >= 0", name = "ck_account_age" },
]
"#;

const MERGE: &str = "revision = \"d1d1\"\ndown_revision = [\"b1b1\", \"c1c1\"]\n";

fn shop() -> Project {
    Project::new([
        ("1_account.toml", ACCOUNT),
        ("2_cart.toml", CART),
        ("3_ages.toml", REBUILD),
        ("4_merge.toml", MERGE),
    ])
}

fn ints(rows: &[&[i64]]) -> Vec<Vec<Literal>> {
    rows.iter().map(|row| row.iter().map(|n| Literal::Integer(*n)).collect()).collect()
}

#[test]
fn branches_a_merge_and_a_rebuild_keep_every_row() {
    let project = shop();
    let outcome = project.upgrade("heads").unwrap();
    assert_eq!(outcome.steps.len(), 4);
    assert_eq!(project.heads().to_string(), "d1d1");
    project.assert_in_agreement();
    assert_eq!(project.query("SELECT id, age FROM account ORDER BY id"), ints(&[&[1, 36], &[2, 7]]));
    assert_eq!(project.query("SELECT id, account_id FROM cart"), ints(&[&[1, 2]]));
    let names = project.query("SELECT full_name FROM account WHERE id = 2");
    assert_eq!(names, [[Literal::text("Größe \"it's\"")]]);
}

#[test]
fn a_downgrade_of_one_branch_leaves_the_other() {
    let project = shop();
    project.upgrade("heads").unwrap();
    project.downgrade("ages@a1a1").unwrap();
    assert_eq!(project.heads().to_string(), "b1b1");
    project.assert_in_agreement();
    assert_eq!(project.query("SELECT id, account_id FROM cart"), ints(&[&[1, 2]]));
    project.downgrade("base").unwrap();
    assert!(project.heads().is_empty());
    project.assert_in_agreement();
    project.upgrade("heads").unwrap();
    project.assert_in_agreement();
}

#[test]
fn every_step_agrees_with_the_fold() {
    let project = shop();
    for _ in 0..4 {
        project.upgrade("+1").or_else(|_| project.upgrade("heads")).unwrap();
        project.assert_in_agreement();
    }
    assert_eq!(project.heads().to_string(), "d1d1");
}

#[test]
fn a_second_run_writes_nothing() {
    let project = shop();
    project.upgrade("heads").unwrap();
    let before = std::fs::read(project.database()).unwrap();
    assert!(project.upgrade("heads").unwrap().steps.is_empty());
    assert_eq!(std::fs::read(project.database()).unwrap(), before);
}

#[test]
fn a_failing_statement_leaves_the_database_as_it_was() {
    let project = shop();
    project.upgrade("heads").unwrap();
    project.write(
        "5_bad.toml",
        "revision = \"e1e1\"\ndown_revision = \"d1d1\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n[[upgrade]]\nexecute = \"INSERT INTO cart VALUES (2, 99)\"\n",
    );
    let dump = |project: &Project| {
        (
            project.query("SELECT * FROM sqlite_schema"),
            project.query("SELECT * FROM limbeck_log"),
            project.heads(),
        )
    };
    let before = dump(&project);
    let faults = project.upgrade("heads").unwrap_err();
    assert_eq!(dump(&project), before);
    let fault = faults.first();
    assert_eq!(fault.code, Code::StatementFailed);
    assert_eq!(fault.places[0].line(), Some(7));
    assert!(fault.places[0].label.contains("rolled back"), "{fault:?}");
    assert!(fault.hint.as_deref().unwrap().contains("INSERT INTO cart"), "{fault:?}");
    project.assert_in_agreement();
}

#[test]
fn a_run_in_one_transaction_is_all_or_nothing() {
    let project = shop();
    project.write("5_bad.sql", "-- revision = \"e1e1\"\n-- down_revision = \"d1d1\"\n-- limbeck:upgrade\nINSERT INTO nowhere VALUES (1);\n");
    let whole = Settings { transaction: TransactionMode::Run, ..settings() };
    let (history, mut connection) = (project.history(), project.connect());
    let run = Migrator::new(&history, &mut *connection, whole.clone()).upgrade(&Target::heads());
    assert_eq!(run.unwrap_err().first().code, Code::StatementFailed);
    drop(connection);
    assert_eq!(project.query("SELECT * FROM sqlite_schema"), [[Literal::Null; 0]; 0]);
    std::fs::remove_file(project.migrations().join("5_bad.sql")).unwrap();
    let (history, mut connection) = (project.history(), project.connect());
    Migrator::new(&history, &mut *connection, whole).upgrade(&Target::heads()).unwrap();
    drop(connection);
    project.assert_in_agreement();
}

#[test]
fn two_runners_at_once_do_each_step_once() {
    let project = shop();
    let outcomes: Vec<Result<Outcome, Diagnostics>> = std::thread::scope(|scope| {
        let runners: Vec<_> = (0..4).map(|_| scope.spawn(|| project.upgrade("heads"))).collect();
        runners.into_iter().map(|runner| runner.join().unwrap()).collect()
    });
    let steps: usize = outcomes.iter().map(|outcome| outcome.as_ref().unwrap().steps.len()).sum();
    assert_eq!(steps, 4, "{outcomes:?}");
    project.assert_in_agreement();
    assert_eq!(project.query("SELECT count(*) FROM limbeck_log"), ints(&[&[4]]));
}

#[test]
fn the_script_makes_the_same_database_as_the_run() {
    let (run, scripted) = (shop(), shop());
    run.upgrade("heads").unwrap();
    let (dialect, server) = limbeck::server("sqlite").unwrap();
    let script = offline_upgrade(
        &scripted.history(),
        dialect,
        &server,
        &settings(),
        &Target::base(),
        &Target::heads(),
    );
    scripted.connect().execute(&script.unwrap()).unwrap();
    for sql in [
        "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name",
        "SELECT * FROM account ORDER BY id",
        "SELECT * FROM cart",
        // A run sees the rows and the texts that are there, and may take other statements than a script.
        "SELECT revision, direction, outcome, checksum, statements_done = statements_total FROM limbeck_log ORDER BY id",
        "SELECT * FROM limbeck_version",
    ] {
        assert_eq!(run.query(sql), scripted.query(sql), "{sql}");
    }
    scripted.assert_in_agreement();
}

#[test]
fn a_statement_outside_the_transaction_is_resumed_behind() {
    let project = shop();
    project.upgrade("heads").unwrap();
    project.write(
        "5_outside.toml",
        "revision = \"e1e1\"\ndown_revision = \"d1d1\"\n[[upgrade]]\nexecute = \"UPDATE account SET age = age + 1\"\n[[upgrade]]\nexecute = \"VACUUM\"\ntransaction = \"outside\"\n[[upgrade]]\nexecute = \"INSERT INTO later VALUES (1)\"\n",
    );
    let faults = project.upgrade("heads").unwrap_err();
    let label = &faults.first().places[0].label;
    assert_eq!(label, "the upgrade to `e1e1` was broken off after 2 of 3 statements");
    assert_eq!(project.heads().to_string(), "d1d1");
    project.connect().execute("CREATE TABLE later (a INTEGER)").unwrap();
    project.upgrade("heads").unwrap();
    assert_eq!(project.query("SELECT age FROM account ORDER BY id"), ints(&[&[37], &[8]]));
    assert_eq!(project.query("SELECT a FROM later"), ints(&[&[1]]));
    assert_eq!(project.heads().to_string(), "e1e1");
}

#[test]
fn a_long_statement_is_broken_off_and_its_revision_rolled_back() {
    let project = shop();
    project.upgrade("heads").unwrap();
    project.write(
        "5_long.toml",
        "revision = \"e1e1\"\ndown_revision = \"d1d1\"\n[[upgrade]]\nexecute = \"\"\"INSERT INTO account (full_name) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 'x' FROM n\"\"\"\n",
    );
    let (history, mut connection) = (project.history(), project.connect());
    let mut migrator = Migrator::new(&history, &mut *connection, settings());
    let cancel = migrator.cancel();
    let started = std::time::Instant::now();
    let stopper = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        cancel.cancel();
    });
    let fault = migrator.upgrade(&Target::heads()).unwrap_err();
    stopper.join().unwrap();
    assert!(started.elapsed().as_secs() < 20);
    assert_eq!(fault.first().code, Code::Interrupted);
    assert!(
        fault.to_string().contains("the upgrade to `e1e1` was rolled back, and the database is at `d1d1`")
    );
    drop(connection);
    assert_eq!(project.query("SELECT count(*) FROM account"), ints(&[&[2]]));
    project.assert_in_agreement();
}

#[test]
fn the_version_table_is_as_alembic_makes_it() {
    let project = shop();
    project.upgrade("heads").unwrap();
    let sql = project.query("SELECT sql FROM sqlite_schema WHERE name = 'limbeck_version'");
    let expected = "CREATE TABLE limbeck_version ( version_num VARCHAR(255) NOT NULL, CONSTRAINT limbeck_version_pkc PRIMARY KEY (version_num) )";
    let found = sql[0][0].as_text().unwrap().replace('"', "");
    assert_eq!(found.split_whitespace().collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn a_table_made_by_raw_sql_is_altered_as_the_database_has_it() {
    let project = Project::new([
        (
            "1.sql",
            "-- revision = \"a1a1\"\n-- limbeck:upgrade\nCREATE TABLE by_hand (id INTEGER PRIMARY KEY ON CONFLICT ABORT, a TEXT DEFAULT 'x' /* why */);\nINSERT INTO by_hand (id) VALUES (7);\n-- limbeck:downgrade\nDROP TABLE by_hand;\n",
        ),
        (
            "2.toml",
            "revision = \"b1b1\"\ndown_revision = \"a1a1\"\n[[upgrade]]\nalter_table = \"by_hand\"\nactions = [{ alter_column = \"a\", nullable = false }, { add_check = \"a <> ''\", name = \"ck_a\" }]\n",
        ),
    ]);
    let (dialect, server) = limbeck::server("sqlite").unwrap();
    let base = Target::base();
    let offline = offline_upgrade(&project.history(), dialect, &server, &settings(), &base, &Target::heads());
    assert_eq!(offline.unwrap_err().first().code, Code::Opaque);
    project.upgrade("heads").unwrap();
    assert_eq!(project.query("SELECT id, a FROM by_hand"), [[Literal::Integer(7), Literal::text("x")]]);
    assert!(project.connect().execute("INSERT INTO by_hand VALUES (8, '')").is_err());
}

#[test]
fn the_way_back_through_raw_sql_and_rebuilds_ends_at_an_empty_database() {
    let project = shop();
    project.write(
        "5_sql.sql",
        "-- revision = \"e1e1\"\n-- down_revision = \"d1d1\"\n-- limbeck:upgrade\nCREATE TRIGGER gone AFTER DELETE ON account BEGIN DELETE FROM cart WHERE account_id = old.id; END;\n-- limbeck:downgrade\nDROP TRIGGER gone;\n",
    );
    project.upgrade("heads").unwrap();
    project.downgrade("base").unwrap();
    let left =
        project.query("SELECT name FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'limbeck%'");
    assert_eq!(left, [[Literal::Null; 0]; 0]);
}
