//! On MariaDB each table has names of its own for its indexes.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::path::Path;

use limbeck::core::diagnostic::Code;
use limbeck_core::diff::diff;
use limbeck_core::op::{Change, Operation};
use limbeck_core::script::{self, Naming};
use limbeck_tests::backend::MARIADB;
use limbeck_tests::same;

fn operations(text: &str) -> Vec<Operation> {
    let parsed =
        script::parse(Path::new("a.toml"), format!("revision = \"a\"\n{text}").into(), &Naming::default());
    let (_, script) = parsed.unwrap_or_else(|faults| panic!("{faults}"));
    script.upgrade.into_iter().map(|scoped| scoped.operation).collect()
}

const TABLES: &str = r#"
[[upgrade]]
create_table = "a"
columns = [{ name = "x", type = "integer" }, { name = "y", type = "integer" }]
indexes = [{ name = "ix_x", columns = ["x"] }]

[[upgrade]]
create_table = "b"
columns = [{ name = "x", type = "integer" }]
indexes = [{ name = "ix_x", columns = ["x"] }]

[[upgrade]]
alter_table = "a"
actions = [{ create_index = "ix_y", columns = ["y"] }]

[[upgrade]]
create_index = "ix_y"
table = "b"
columns = ["x"]
"#;

#[test]
fn two_tables_have_an_index_of_one_name() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let server = scratch.connection.server().clone();
    scratch.run(&operations(TABLES)).unwrap();
    let made = scratch.folded.clone();
    same(&mut scratch, &made);
    let read = scratch.connection.reflect(None).unwrap();
    assert_eq!(diff(&made, &read, |schema| MARIADB.dialect.normal_form(schema, &server)), []);

    let drop = operations("[[upgrade]]\ndrop_index = \"ix_y\"\ntable = \"b\"\n");
    let back = drop[0].invert(&made).unwrap();
    scratch.run(&drop).unwrap();
    assert_eq!(scratch.rows("SHOW INDEX FROM a WHERE Key_name = 'ix_y'").len(), 1);
    assert!(scratch.rows("SHOW INDEX FROM b WHERE Key_name = 'ix_y'").is_empty());
    scratch.run(&back).unwrap();
    same(&mut scratch, &made);

    let unclear = scratch.run(&operations("[[upgrade]]\ndrop_index = \"ix_y\"\n")).unwrap_err();
    assert_eq!(unclear.code, Code::Contradiction);
    same(&mut scratch, &made);
}
