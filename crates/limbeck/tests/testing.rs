//! The suite of a small project, a line a check; and what each check says when it fails.

#![cfg(all(feature = "testing", feature = "sqlite"))]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use limbeck::prelude::*;
use limbeck::project::{Part, Plugs};
use limbeck::testing::Migrations;

const MEMORY: &str = "sqlite::memory:";

fn migrations() -> Migrations {
    Migrations::of_project("examples/tested/limbeck.toml")
}

#[test]
fn the_history_has_one_head() {
    migrations().assert_one_head();
}

#[test]
fn the_model_needs_no_revision() {
    migrations().assert_model_in_step("sqlite");
}

#[test]
fn each_revision_goes_up_and_down_and_up_again() {
    migrations().assert_up_down_up(MEMORY);
}

#[test]
fn the_sql_is_what_was_reviewed() {
    limbeck::assert_sql_snapshots!(migrations(), "sqlite");
    #[cfg(feature = "postgres")]
    limbeck::assert_sql_snapshots!(migrations(), "postgres:16");
    #[cfg(feature = "mysql")]
    limbeck::assert_sql_snapshots!(migrations(), "mariadb:10.11", "mysql:8.4");
}

#[test]
fn names_are_put_together_and_are_not_lost_on_the_way_back() {
    migrations()
        .walk()
        .before("2b00", |db| db.execute("INSERT INTO person VALUES (1, 'Ada', 'Lovelace')").unwrap())
        .after("2b00", |db| assert_eq!(names(db, "full_name"), ["Ada Lovelace"]))
        .undone("2b", |db| assert_eq!(names(db, "last"), ["Ada Lovelace"]))
        .on(MEMORY);
}

fn names(db: &mut dyn Connection, column: &str) -> Vec<String> {
    let rows = db.query(&format!("SELECT {column} FROM person ORDER BY id")).expect("the table is there");
    rows.iter().map(|row| row[0].as_text().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_history_in_the_program_is_walked_too() {
    let history = History::builder().embedded(embed_migrations!("examples/migrations")).build().unwrap();
    let migrations = Migrations::of_history(history);
    migrations.assert_one_head();
    let mut seen = Vec::new();
    migrations
        .walk()
        .after("7d2f90c1a001", |db| seen = db.query("SELECT count(*) FROM nickname").unwrap())
        .on(MEMORY);
    assert_eq!(seen, [[Literal::Integer(2)]]);
}

/// Returns what a check says that fails.
fn fault(check: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(check)).expect_err("the check passed");
    match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(panic) => (*panic.downcast::<&str>().expect("a panic says a text")).to_owned(),
    }
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room for a directory");
    let config = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.toml\"\n";
    std::fs::create_dir(root.path().join("migrations")).expect("it is new");
    for (name, text) in [("limbeck.toml", config)].iter().chain(files) {
        std::fs::write(root.path().join(name), text).expect("it can be written");
    }
    root
}

fn at(root: &Path) -> Migrations {
    Migrations::of_project(root.join("limbeck.toml"))
}

const BASE: &str = "revision = \"a0\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]\n";

#[test]
fn two_heads_are_named() {
    let more = |id: &str| format!("revision = \"{id}\"\ndown_revision = \"a0\"\n");
    let root = project(&[
        ("migrations/a0.toml", BASE),
        ("migrations/b0.toml", &more("b0")),
        ("migrations/c0.toml", &more("c0")),
    ]);
    let said = fault(|| at(root.path()).assert_one_head());
    assert_eq!(said, "the history has 2 heads: `b0`, `c0`; `limbeck merge heads` joins them");
    assert_eq!(fault(|| at(project(&[]).path()).assert_one_head()), "there is no revision");
}

#[test]
fn what_the_model_lacks_is_said_in_operations() {
    let model = "[[table]]\nname = \"t\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, \
                 { name = \"more\", type = \"text\" }]\n";
    let root = project(&[("migrations/a0.toml", BASE), ("schema.toml", model)]);
    let said = fault(|| at(root.path()).assert_model_in_step("sqlite"));
    insta::assert_snapshot!(said, @r#"
    the model has changes that no revision makes: alter table `t`: add column `more`

    [[upgrade]]
    alter_table = "t"
    actions = [
        { add_column = "more", type = "text" },
    ]

    `limbeck revision --autogenerate` makes one
    "#);
    let plugs = Plugs::new()
        .objects(|part, _| !matches!(part, Part::Column(_, column) if column.name.as_str() == "more"));
    at(root.path()).assert_model_in_step_with("sqlite", &plugs);
}

#[test]
fn a_way_back_that_does_not_lead_back_is_told() {
    let wrong = format!("{BASE}\n[[downgrade]]\nexecute = \"SELECT 1\"\n");
    let root = project(&[("migrations/a0.toml", &wrong)]);
    let said = fault(|| at(root.path()).assert_up_down_up(MEMORY));
    assert!(said.contains("the way back does not lead to the schema before"), "{said}");
}

#[test]
fn a_revision_that_is_not_there_and_a_file_that_is_broken_are_told() {
    let said = fault(|| drop(migrations().walk().before("nowhere", |_| {})));
    assert!(said.contains("nowhere"), "{said}");
    let root = project(&[("migrations/a0.toml", "revision = ")]);
    let said = fault(|| drop(at(root.path())));
    assert!(said.contains("a0.toml:1"), "{said}");
}
