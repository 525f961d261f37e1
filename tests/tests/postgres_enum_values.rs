//! Names and values of enums: what PostgreSQL refuses or cuts off is refused before anything runs, and nothing else is.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::diagnostic::Code;
use limbeck_tests::backend::POSTGRES;
use limbeck_tests::{Scratch, upgrade_of};

/// What sets the scene.
const SCENE: &str = "[[upgrade]]\ncreate_enum = \"e\"\nvalues = [\"a\"]\n\
                     [[upgrade]]\ncreate_table = \"t\"\ncolumns = [{ name = \"c\", type = \"text\" }]\n";

/// How a value, for which `VALUE` stands, comes to an enum: as an operation and as SQL.
const WAYS: [(&str, &str); 6] = [
    ("create_enum = \"new\"\nvalues = [\"a\", \"VALUE\"]", "CREATE TYPE new AS ENUM ('a', 'VALUE')"),
    ("alter_enum = \"e\"\nactions = [{ add_value = \"VALUE\" }]", "ALTER TYPE e ADD VALUE 'VALUE'"),
    (
        "alter_enum = \"e\"\nactions = [{ rename_value = \"a\", to = \"VALUE\" }]",
        "ALTER TYPE e RENAME VALUE 'a' TO 'VALUE'",
    ),
    (
        "create_table = \"u\"\ncolumns = [{ name = \"c\", type = { enum = [\"VALUE\"], name = \"new\" } }]",
        "CREATE TYPE new AS ENUM ('VALUE')",
    ),
    (
        "alter_table = \"t\"\nactions = [{ add_column = \"d\", type = { enum = [\"VALUE\"], name = \"new\" } }]",
        "CREATE TYPE new AS ENUM ('VALUE')",
    ),
    (
        "alter_table = \"t\"\nactions = [{ alter_column = \"c\", type = { enum = [\"VALUE\"], name = \"new\" } }]",
        "CREATE TYPE new AS ENUM ('VALUE')",
    ),
];

fn scratch() -> Option<Scratch> {
    let mut scratch = (POSTGRES.open)()?;
    scratch.run(&upgrade_of(SCENE)).unwrap();
    Some(scratch)
}

#[test]
fn a_value_that_the_server_refuses_is_refused_and_no_other() {
    for value in ["v".repeat(63), "v".repeat(64), "ü".repeat(31), "ü".repeat(32)] {
        for (toml, sql) in WAYS {
            let Some(mut scratch) = scratch() else { return };
            let operations = upgrade_of(&format!("[[upgrade]]\n{}\n", toml.replace("VALUE", &value)));
            let outcome = scratch.run(&operations);
            let taken = match &outcome {
                Ok(_) => true,
                Err(fault) => {
                    assert_eq!(fault.code, Code::Unsupported, "{toml}: {fault}");
                    scratch.connection.execute(&sql.replace("VALUE", &value)).is_ok()
                }
            };
            assert_eq!(outcome.is_ok(), taken, "{toml}");
            assert_eq!(taken, value.len() <= 63, "{toml}");
        }
    }
}

#[test]
fn an_enum_that_a_column_brings_along_has_a_name_that_the_server_keeps() {
    for (toml, _) in &WAYS[3..] {
        for length in [63, 64] {
            let Some(mut scratch) = scratch() else { return };
            let name = format!("name = \"{}\"", "n".repeat(length));
            let toml = toml.replace("name = \"new\"", &name).replace("VALUE", "a");
            let outcome = scratch.run(&upgrade_of(&format!("[[upgrade]]\n{toml}\n")));
            match outcome {
                Ok(_) => assert_eq!(length, 63, "{toml}"),
                Err(fault) => {
                    assert!(length == 64 && fault.message.contains("PostgreSQL keeps 63"), "{fault}")
                }
            }
        }
    }
}
