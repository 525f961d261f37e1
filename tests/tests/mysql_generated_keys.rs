//! Foreign keys beside generated columns and checks: what MariaDB refuses is refused before anything runs, and nothing else is.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::diagnostic::Code;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::Schema;
use limbeck_tests::backend::MARIADB;
use limbeck_tests::{Scratch, upgrade_of};

const PARENT: &str = "[[upgrade]]\ncreate_table = \"p\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }]\n";

/// What a foreign key does, in TOML and in SQL.
const ACTIONS: [(&str, &str); 8] = [
    ("", ""),
    (", on_delete = \"restrict\"", "ON DELETE RESTRICT"),
    (", on_delete = \"no action\"", "ON DELETE NO ACTION"),
    (", on_delete = \"cascade\"", "ON DELETE CASCADE"),
    (", on_delete = \"set null\"", "ON DELETE SET NULL"),
    (", on_update = \"restrict\"", "ON UPDATE RESTRICT"),
    (", on_update = \"cascade\"", "ON UPDATE CASCADE"),
    (", on_update = \"set null\"", "ON UPDATE SET NULL"),
];

/// What stands in a table besides its column `a`, or comes to it.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// `g`, generated of `a`.
    Column,
    /// `h`, a virtual column of `g`.
    Second,
    /// A foreign key on a column.
    Key(&'static str),
    /// A check on a column.
    Check(&'static str),
}

/// What makes one table, in the order in which it comes.
const SHAPES: [&[Part]; 11] = [
    &[Part::Column, Part::Key("g")],
    &[Part::Column, Part::Key("a")],
    &[Part::Key("a"), Part::Column],
    &[Part::Column, Part::Key("a"), Part::Check("g")],
    &[Part::Column, Part::Check("g"), Part::Key("a")],
    &[Part::Column, Part::Check("`g`"), Part::Key("a")],
    &[Part::Key("a"), Part::Column, Part::Check("g")],
    &[Part::Column, Part::Second, Part::Key("a"), Part::Check("h")],
    &[Part::Column, Part::Second, Part::Check("h"), Part::Key("a")],
    &[Part::Column, Part::Check("a"), Part::Key("g")],
    &[Part::Column, Part::Check("`a`"), Part::Key("a")],
];

/// Returns a part as a list of a new table and its entry, as an action, and as SQL.
fn written(part: Part, storage: &str, action: (&str, &str)) -> [String; 4] {
    let column = |name: &str, of: &str, storage: &str| {
        let rest =
            format!("type = \"integer\", generated = {{ sql = \"{of} + 1\", storage = \"{storage}\" }}");
        [
            "columns".to_owned(),
            format!("{{ name = \"{name}\", {rest} }}"),
            format!("{{ add_column = \"{name}\", {rest} }}"),
            format!("{name} INTEGER AS ({of} + 1) {storage}"),
        ]
    };
    match part {
        Part::Column => column("g", "a", storage),
        Part::Second => column("h", "g", "virtual"),
        Part::Key(on) => {
            let rest = format!("references = \"p\", referred_columns = [\"id\"]{}", action.0);
            [
                "foreign_keys".to_owned(),
                format!("{{ name = \"fk\", columns = [\"{on}\"], {rest} }}"),
                format!("{{ add_foreign_key = [\"{on}\"], name = \"fk\", {rest} }}"),
                format!("CONSTRAINT fk FOREIGN KEY ({on}) REFERENCES p (id) {}", action.1),
            ]
        }
        Part::Check(on) => [
            "checks".to_owned(),
            format!("{{ name = \"ck\", sql = \"{on} <> 9\" }}"),
            format!("{{ add_check = \"{on} <> 9\", name = \"ck\" }}"),
            format!("CONSTRAINT ck CHECK ({on} <> 9)"),
        ],
    }
}

/// Returns the operations, each with its SQL: one that makes the table with the first `made` parts, and one for each other.
fn steps(shape: &[Part], made: usize, storage: &str, action: (&str, &str)) -> Vec<(Operation, String)> {
    let parts: Vec<[String; 4]> = shape.iter().map(|part| written(*part, storage, action)).collect();
    let (first, rest) = parts.split_at(made);
    let list = |kind: &str| {
        let of_kind = first.iter().filter(|part| part[0] == kind).map(|part| part[1].clone());
        of_kind.collect::<Vec<_>>().join(", ")
    };
    let toml = format!(
        "[[upgrade]]\ncreate_table = \"t\"\ncolumns = [{{ name = \"a\", type = \"integer\" }}, {}]\n\
         foreign_keys = [{}]\nchecks = [{}]\n",
        list("columns"),
        list("foreign_keys"),
        list("checks")
    );
    let inner: String = first.iter().map(|part| format!(", {}", part[3])).collect();
    let mut steps = vec![(toml, format!("CREATE TABLE t (a INTEGER{inner})"))];
    steps.extend(rest.iter().map(|part| {
        let toml = format!("[[upgrade]]\nalter_table = \"t\"\nactions = [{}]\n", part[2]);
        (toml, format!("ALTER TABLE t ADD {}", part[3]))
    }));
    steps.into_iter().map(|(toml, sql)| (upgrade_of(&toml).remove(0), sql)).collect()
}

fn each(visit: &mut dyn FnMut(Vec<(Operation, String)>)) {
    for shape in SHAPES {
        for storage in ["stored", "virtual"] {
            for action in ACTIONS {
                for made in 0..=shape.len() {
                    visit(steps(shape, made, storage, action));
                }
            }
        }
    }
}

#[test]
fn what_the_server_refuses_is_refused_and_nothing_else() {
    let Some(mut scratch) = (MARIADB.open)() else { return };
    let (mut refused, mut taken) = (0, 0);
    each(&mut |steps| {
        empty(&mut scratch);
        for (operation, sql) in steps {
            match scratch.run(&[operation]) {
                Ok(_) => taken += 1,
                Err(fault) => {
                    assert_eq!(fault.code, Code::Unsupported, "{sql}: {fault}");
                    assert!(scratch.connection.execute(&sql).is_err(), "the server takes {sql}: {fault}");
                    refused += 1;
                    break;
                }
            }
        }
    });
    assert!(refused > 100 && taken > 1000, "{refused} refused, {taken} taken");
}

fn empty(scratch: &mut Scratch) {
    scratch.connection.rollback().unwrap();
    scratch.connection.execute("DROP TABLE IF EXISTS t").unwrap();
    if scratch.folded.tables.is_empty() {
        scratch.run(&upgrade_of(PARENT)).unwrap();
    }
    scratch.folded.tables.retain(|name, _| name.name.as_str() == "p");
}

/// Returns why the SQL of a flavour is not written; `None` where it is.
fn refusal(flavour: &str, text: &str) -> Option<String> {
    let (dialect, server) = (MARIADB.dialect, server(flavour));
    let mut schema = Schema::new();
    upgrade_of(text).into_iter().find_map(|operation| {
        let refused = dialect.lower(&operation, &schema, &server).err().map(|fault| fault.message);
        operation.apply(&mut schema).unwrap();
        refused
    })
}

fn server(flavour: &str) -> ServerInfo {
    MARIADB.dialect.server(flavour, None).unwrap()
}

/// As its manual and its own tests have it: `mysql-test/suite/gcol/r/gcol_keys_innodb.result`.
#[test]
fn mysql_takes_no_key_of_a_virtual_column_and_none_that_acts_under_a_stored_one() {
    let table = |storage: &str, key: &str, action: &str| {
        let parts = [Part::Column, Part::Key(if key == "g" { "g" } else { "a" })];
        let action = ACTIONS.into_iter().find(|(_, sql)| *sql == action).unwrap();
        let [column, key] = parts.map(|part| written(part, storage, action)[1].clone());
        format!(
            "{PARENT}[[upgrade]]\ncreate_table = \"t\"\n\
             columns = [{{ name = \"a\", type = \"integer\" }}, {column}]\nforeign_keys = [{key}]\n"
        )
    };
    for flavour in ["mysql", "tidb"] {
        let of = |storage, key, action| refusal(flavour, &table(storage, key, action)).unwrap_or_default();
        for (_, action) in ACTIONS {
            assert!(of("virtual", "g", action).contains("no foreign keys on virtual columns, such as `t.g`"));
            assert_eq!(of("virtual", "a", action), "");
            let deletes = action == "ON DELETE CASCADE";
            let changes = ["ON DELETE SET NULL", "ON UPDATE CASCADE", "ON UPDATE SET NULL"].contains(&action);
            assert_eq!(of("stored", "g", action).contains(&format!("no `{action}` on generated")), changes);
            assert_eq!(
                of("stored", "a", action).contains("stored column `g` that names"),
                changes || deletes
            );
            assert_eq!(of("stored", "a", action).contains("whose rows its foreign key deletes"), deletes);
        }
        let parent = "[[upgrade]]\ncreate_table = \"q\"\ncolumns = [{ name = \"id\", type = \"integer\" }, \
                      { name = \"v\", type = \"integer\", generated = { sql = \"id + 1\", storage = \"virtual\" } }]\n\
                      uniques = [{ columns = [\"v\"] }]\n[[upgrade]]\ncreate_table = \"t\"\n\
                      columns = [{ name = \"a\", type = \"integer\" }]\n\
                      foreign_keys = [{ columns = [\"a\"], references = \"q\", referred_columns = [\"v\"] }]\n";
        assert!(
            refusal(flavour, parent).unwrap().contains("no foreign keys to virtual columns, such as `q.v`")
        );
        assert_eq!(refusal("mariadb", parent), None);
    }
}
