//! A table that is made anew on MariaDB keeps all that stands on it, and one that cannot be is as it was.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck::core::diagnostic::Code;
use limbeck_core::dialect::Way;
use limbeck_core::op::{Change, Operation};
use limbeck_tests::backend::MARIADB;
use limbeck_tests::{Scratch, same, upgrade_of};

const TABLES: &str = r#"
revision = "a"

[[upgrade]]
create_table = "org"
columns = [{ name = "id", type = "integer", primary_key = true }]

[[upgrade]]
create_table = "diary"
columns = [{ name = "said", type = "text" }]

[[upgrade]]
create_table = "we`ird"
columns = [
    { name = "id", type = "integer", primary_key = true, comment = "it's the key" },
    { name = "org_id", type = "integer" },
    { name = "email", type = "string(80)", nullable = false },
    { name = "old name", type = "string(20)" },
    { name = "total", type = "decimal(10, 2)", default = 1 },
    { name = "twice", type = "decimal(10, 2)", generated = { sql = "total * 2", storage = "stored" } },
]
checks = [{ name = "ck", sql = "total >= 0" }]
foreign_keys = [{ name = "fk_org", columns = ["org_id"], references = "org", referred_columns = ["id"] }]
indexes = [{ name = "ix_it's", columns = [{ column = "email", order = "desc" }] }]
comment = "it's odd"

[[upgrade]]
create_table = "child"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "w", type = "integer", nullable = false }]
foreign_keys = [{ name = "fk_w", columns = ["w"], references = "we`ird", referred_columns = ["id"], on_delete = "cascade" }]
"#;

const BESIDE: &[&str] = &[
    "CREATE TRIGGER `tri'g` AFTER UPDATE ON `we``ird` FOR EACH ROW INSERT INTO diary VALUES (CONCAT(OLD.email, ' ', NEW.email))",
    "CREATE VIEW v1 AS SELECT id, email, total FROM `we``ird`",
    "CREATE VIEW v2 AS SELECT COUNT(*) AS n FROM v1",
    "INSERT INTO org VALUES (1), (2)",
    "INSERT INTO `we``ird` (org_id, email, total) VALUES (1, 'a@x', 1), (2, 'b@x', 2), (NULL, 'b@x', 3)",
    "DELETE FROM `we``ird` WHERE id = 3",
    "INSERT INTO `we``ird` (id, email) VALUES (5, 'b@x')",
    "DELETE FROM `we``ird` WHERE id = 5",
    "INSERT INTO `we``ird` (id, org_id, email) VALUES (3, 1, 'a@x')",
    "INSERT INTO child VALUES (1, 1)",
];

/// A database with everything on one table, and a user who goes with it.
struct Odd {
    scratch: Scratch,
    user: String,
}

impl Drop for Odd {
    fn drop(&mut self) {
        self.scratch.connection.execute(&format!("DROP USER {}", self.user)).unwrap();
    }
}

fn odd() -> Option<Odd> {
    let mut scratch = (MARIADB.open)()?;
    scratch.run(&upgrade_of(TABLES)).unwrap();
    BESIDE.iter().for_each(|sql| scratch.connection.execute(sql).unwrap());
    let database = scratch.rows("SELECT DATABASE()").remove(0);
    let user = format!("{database}@'%'");
    for sql in [
        format!("CREATE USER {user}"),
        format!("GRANT SELECT, DELETE ON `we``ird` TO {user} WITH GRANT OPTION"),
        format!("GRANT UPDATE (email, total) ON `we``ird` TO {user}"),
        format!("GRANT SELECT ON v1 TO {user}"),
    ] {
        scratch.connection.execute(&sql).unwrap();
    }
    Some(Odd { scratch, user })
}

/// Returns what the server itself says of everything but the table.
fn around(odd: &mut Odd) -> Vec<String> {
    let user = odd.user.clone();
    let questions = [
        "SHOW CREATE TABLE child".to_owned(),
        "SHOW CREATE VIEW v1".to_owned(),
        "SHOW CREATE VIEW v2".to_owned(),
        "SELECT TRIGGER_NAME, ACTION_STATEMENT, ACTION_TIMING, EVENT_OBJECT_TABLE, DEFINER, SQL_MODE, CREATED
         FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()"
            .to_owned(),
        format!("SHOW GRANTS FOR {user}"),
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1"
            .to_owned(),
    ];
    let mut answers: Vec<String> = questions.iter().flat_map(|question| odd.scratch.rows(question)).collect();
    // The server shows grants in any order.
    answers.sort();
    answers
}

fn alter(actions: &str) -> Vec<Operation> {
    upgrade_of(&format!(
        "revision = \"b\"\n[[upgrade]]\nalter_table = \"we`ird\"\nrecreate = \"always\"\nactions = [{actions}]\n"
    ))
}

#[test]
fn a_table_that_is_made_anew_as_it_was_is_as_before() {
    let Some(mut odd) = odd() else { return };
    let table = "SHOW CREATE TABLE `we``ird`";
    let (before, others) = (odd.scratch.rows(table), around(&mut odd));
    let id = "SELECT TABLE_ID FROM information_schema.INNODB_SYS_TABLES WHERE NAME = CONCAT(DATABASE(), '/we@0060ird')";
    let old = odd.scratch.rows(id);
    assert_eq!(old.len(), 1);
    let again = alter(r#"{ drop_constraint = "ck" }, { add_check = "total >= 0", name = "ck" }"#);
    let lowered = odd.scratch.run(&again).unwrap();
    assert_eq!(lowered[0].way(), Some(Way::MoveAndCopy));
    assert_ne!(odd.scratch.rows(id), old, "it is the old table");
    assert_eq!(odd.scratch.rows(table), before);
    assert_eq!(around(&mut odd), others);
}

#[test]
fn what_stands_on_a_table_that_is_made_anew_still_works() {
    let Some(mut odd) = odd() else { return };
    let others = around(&mut odd);
    let before = odd.scratch.folded.clone();
    // The same column twice, and what is built on its new name: by itself this would take several statements.
    let change = alter(
        r#"{ add_column = "second", type = "integer", default = 5, after = "id" },
           { alter_column = "old name", comment = "what" },
           { rename_column = "old name", to = "new name" },
           { create_index = "ix_new", columns = ["new name", "second"] },
           { alter_column = "total", type = "decimal(12, 3)" },
           { alter_column = "total", nullable = false }"#,
    );
    let lowered = odd.scratch.run(&change).unwrap();
    let alters = lowered[0].statements.iter().filter(|statement| statement.sql.starts_with("ALTER"));
    assert_eq!(alters.count(), 1);
    let after = odd.scratch.folded.clone();
    same(&mut odd.scratch, &after);
    assert_eq!(around(&mut odd), others);
    let scratch = &mut odd.scratch;
    let rows = "SELECT id, second, org_id, email, total, twice FROM `we``ird` ORDER BY id";
    let wanted = [
        "1 | 5 | 1 | a@x | 1.000 | 2.00",
        "2 | 5 | 2 | b@x | 2.000 | 4.00",
        "3 | 5 | 1 | a@x | 1.000 | 2.00",
    ];
    assert_eq!(scratch.rows(rows), wanted);
    scratch.connection.execute("UPDATE `we``ird` SET email = 'A@x' WHERE id = 1").unwrap();
    assert_eq!(scratch.rows("SELECT said FROM diary"), ["a@x A@x"]);
    scratch.connection.execute("INSERT INTO `we``ird` (email) VALUES ('d@x')").unwrap();
    assert_eq!(scratch.rows("SELECT id FROM `we``ird` WHERE email = 'd@x'"), ["6"]);
    for refused in [
        "INSERT INTO child VALUES (2, 99)",
        "INSERT INTO `we``ird` (email, org_id) VALUES ('e@x', 9)",
        "INSERT INTO `we``ird` (email, total) VALUES ('e@x', -1)",
        "DELETE FROM org WHERE id = 1",
    ] {
        assert!(scratch.connection.execute(refused).is_err(), "{refused}");
    }
    assert_eq!(scratch.rows("SELECT n FROM v2"), ["4"]);
    let undo = change[0].invert(&before).unwrap();
    scratch.run(&undo).unwrap();
    same(&mut odd.scratch, &before);
    assert_eq!(around(&mut odd), others);
}

#[test]
fn a_table_that_cannot_be_made_anew_is_as_it_was_and_nothing_is_left_behind() {
    let Some(mut odd) = odd() else { return };
    let table = "SHOW CREATE TABLE `we``ird`";
    let (before, others) = (odd.scratch.rows(table), around(&mut odd));
    // Two rows have the same, behind changes that would have gone through.
    let change = alter(
        r#"{ alter_column = "total", type = "decimal(12, 3)" },
           { alter_column = "total", comment = "in cents" },
           { add_unique = ["email"], name = "uq_email" }"#,
    );
    let fault = odd.scratch.run(&change).unwrap_err();
    assert_eq!(fault.code, Code::StatementFailed, "{fault}");
    assert_eq!(odd.scratch.rows(table), before);
    assert_eq!(around(&mut odd), others);
    let left =
        "SELECT NAME FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE CONCAT(DATABASE(), '/#%')";
    assert_eq!(odd.scratch.rows(left), [""; 0]);
}

#[test]
fn a_column_that_a_foreign_key_holds_is_not_renamed_in_a_copy() {
    let Some(mut odd) = odd() else { return };
    for column in ["org_id", "id"] {
        let fault = odd.scratch.run(&alter(&format!("{{ rename_column = \"{column}\", to = \"x\" }}")));
        let fault = fault.unwrap_err();
        let told = fault.message.contains(&format!("`we`ird.{column}`")) && fault.hint.is_some();
        assert!(fault.code == Code::Unsupported && told || column == "id", "{fault}");
    }
}
