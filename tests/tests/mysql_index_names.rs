//! On MariaDB each table has names of its own for its indexes, and the server has some of its own for foreign keys.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck::core::diagnostic::Code;
use limbeck_core::diff::diff;
use limbeck_core::op::Change;
use limbeck_core::schema::Schema;
use limbeck_tests::backend::MARIADB;
use limbeck_tests::{same, upgrade_of};

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
    scratch.run(&upgrade_of(TABLES)).unwrap();
    let made = scratch.folded.clone();
    same(&mut scratch, &made);
    let read = scratch.connection.reflect(None).unwrap();
    assert_eq!(diff(&made, &read, |schema| MARIADB.dialect.normal_form(schema, &server)), []);

    let drop = upgrade_of("[[upgrade]]\ndrop_index = \"ix_y\"\ntable = \"b\"\n");
    let back = drop[0].invert(&made).unwrap();
    scratch.run(&drop).unwrap();
    assert_eq!(scratch.rows("SHOW INDEX FROM a WHERE Key_name = 'ix_y'").len(), 1);
    assert!(scratch.rows("SHOW INDEX FROM b WHERE Key_name = 'ix_y'").is_empty());
    scratch.run(&back).unwrap();
    same(&mut scratch, &made);

    let unclear = scratch.run(&upgrade_of("[[upgrade]]\ndrop_index = \"ix_y\"\n")).unwrap_err();
    assert_eq!(unclear.code, Code::Contradiction);
    same(&mut scratch, &made);
}

/// The index that the server made for a foreign key serves the one that comes in its place, and is not dropped.
#[test]
fn the_index_of_a_foreign_key_that_changes_stays() {
    for name in ["", ", name = \"fk_a\""] {
        let Some(mut scratch) = (MARIADB.open)() else { return };
        let server = scratch.connection.server().clone();
        let model = |actions: &str| {
            upgrade_of(&format!(
                "[[upgrade]]\ncreate_table = \"a\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n\
                 [[upgrade]]\ncreate_table = \"b\"\ncolumns = [{{ name = \"a_id\", type = \"integer\" }}]\n\
                 foreign_keys = [{{ columns = [\"a_id\"], references = \"a\", referred_columns = [\"id\"]{name}{actions} }}]\n"
            ))
        };
        let mut wanted = Schema::new();
        model(", on_delete = \"cascade\"").iter().for_each(|one| one.apply(&mut wanted).unwrap());
        scratch.run(&model("")).unwrap();
        let read = scratch.connection.reflect(None).unwrap();
        let normal = |schema: &Schema| MARIADB.dialect.normal_form(schema, &server);
        let changes = diff(&read, &wanted, normal);
        let words: Vec<String> = changes.iter().map(Change::describe).collect();
        assert!(words.len() == 1 && !words[0].contains("index"), "{words:?}");
        scratch.folded = read;
        scratch.run(&changes).unwrap();
        let there = scratch.connection.reflect(None).unwrap();
        assert_eq!(diff(&there, &wanted, normal), []);
        assert_eq!(scratch.rows("SHOW INDEX FROM b").len(), 1);
    }
}
