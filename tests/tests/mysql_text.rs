//! The SQL for MySQL and MariaDB is that of Alembic 1.20 and SQLAlchemy 2.1, names in backticks aside.
//!
//! Kept apart on purpose: `RENAME COLUMN` keeps all that a column is, where Alembic's `CHANGE` keeps what it is told;
//! dropping the default of a column that allows NULL sets it to NULL, because without any default an INSERT would have
//! to name the column; a default that is an expression stands in parentheses in `SET DEFAULT` too, as both servers want.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::path::Path;

use limbeck_core::dialect::Dialect;
use limbeck_core::fold::Fold;
use limbeck_core::script::{self, Naming};
use limbeck_mysql::MYSQL;

/// The tables that the changes find.
const SCENE: &str = r#"
create_table = "o"
columns = [{ name = "id", type = "integer", primary_key = true }]
[[upgrade]]
create_table = "t"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "a", type = "integer", nullable = false, default = 5, comment = "k" },
    { name = "b", type = "string(9)", nullable = false },
    { name = "x", type = "text" },
]
uniques = [{ name = "uq0", columns = ["b"] }]
foreign_keys = [{ name = "fk0", columns = ["a"], references = "o", referred_columns = ["id"] }]
checks = [{ name = "ck0", sql = "a > 0" }]
indexes = [{ name = "ix0", columns = ["b", "a"] }]
"#;

/// Returns the SQL that a change is lowered to, without backticks; the statements set apart by semicolons.
fn lowered(server: &str, change: &str) -> String {
    let (flavour, version) = server.split_once(':').unwrap();
    let server = MYSQL.server(flavour, Some(version)).unwrap();
    let text = format!("revision = \"a\"\nmessage = \"\"\n[[upgrade]]\n{SCENE}\n[[upgrade]]\n{change}\n");
    let parsed = script::parse(Path::new("a.toml"), text.as_str().into(), &Naming::default());
    let (_, script) = parsed.unwrap_or_else(|faults| panic!("{change}: {faults}"));
    let (last, scene) = script.upgrade.split_last().unwrap();
    let mut fold = Fold::new(server.names());
    scene.iter().for_each(|operation| fold.apply(operation).unwrap());
    let lowered = MYSQL.lower(&last.operation, fold.schema(), &server);
    let lowered = lowered.unwrap_or_else(|fault| panic!("{change}: {fault}"));
    let asks = |sql: &&str| !sql.starts_with("SELECT n FROM");
    let sql: Vec<&str> = lowered.statements.iter().map(|one| one.sql.as_str()).filter(asks).collect();
    sql.join("; ").replace('`', "")
}

fn actions(actions: &str) -> String {
    format!("alter_table = \"t\"\nactions = [{actions}]")
}

#[test]
fn changes_of_a_table_are_alembics() {
    for (action, sql) in [
        (
            r#"{ add_column = "n", type = "string(20)", nullable = false, default = "it's", comment = "c" }"#,
            "ADD COLUMN n VARCHAR(20) NOT NULL COMMENT 'c' DEFAULT 'it''s'",
        ),
        (r#"{ drop_column = "x" }"#, "DROP COLUMN x"),
        (r#"{ alter_column = "a", type = "bigint" }"#, "MODIFY a BIGINT NOT NULL DEFAULT 5 COMMENT 'k'"),
        (r#"{ alter_column = "b", nullable = true }"#, "MODIFY b VARCHAR(9) NULL"),
        (r#"{ alter_column = "a", default.sql = "7" }"#, "ALTER COLUMN a SET DEFAULT 7"),
        (r#"{ alter_column = "a", default = 7 }"#, "ALTER COLUMN a SET DEFAULT 7"),
        (r#"{ alter_column = "a", default.drop = true }"#, "ALTER COLUMN a DROP DEFAULT"),
        (r#"{ alter_column = "x", comment = "x" }"#, "MODIFY x TEXT NULL COMMENT 'x'"),
        (r#"{ alter_column = "id", type = "bigint" }"#, "MODIFY id BIGINT NOT NULL AUTO_INCREMENT"),
        (
            r#"{ add_foreign_key = ["a"], name = "fk", references = "o", referred_columns = ["id"], on_delete = "cascade", on_update = "restrict" }"#,
            "ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES o (id) ON DELETE CASCADE ON UPDATE RESTRICT",
        ),
        (r#"{ add_check = "a > 0", name = "ck" }"#, "ADD CONSTRAINT ck CHECK (a > 0)"),
        (r#"{ drop_constraint = "uq0" }"#, "DROP INDEX uq0"),
        (r#"{ set_comment = "it's" }"#, "COMMENT 'it''s'"),
        (r#"{ set_comment.drop = true }"#, "COMMENT ''"),
        (r#"{ drop_index = "ix0" }"#, "DROP INDEX ix0"),
    ] {
        for server in ["mysql:8.4", "mariadb:10.11"] {
            assert_eq!(lowered(server, &actions(action)), format!("ALTER TABLE t {sql}"), "{server}");
        }
    }
    // The index that the server made for the key is needed no more: MySQL takes it away by itself, MariaDB is told to.
    let unique = actions(r#"{ add_unique = ["a", "b"], name = "uq" }"#);
    assert_eq!(lowered("mysql:8.4", &unique), "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a, b)");
    assert_eq!(
        lowered("mariadb:10.11", &unique),
        "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a, b), DROP INDEX IF EXISTS fk0"
    );
    assert_eq!(
        lowered("mysql:8.4", &actions(r#"{ drop_constraint = "ck0" }"#)),
        "ALTER TABLE t DROP CHECK ck0"
    );
    assert_eq!(
        lowered("mariadb:10.11", &actions(r#"{ drop_constraint = "ck0" }"#)),
        "ALTER TABLE t DROP CONSTRAINT ck0"
    );
    // The index that the server made for the key goes with it.
    assert_eq!(
        lowered("mysql:8.4", &actions(r#"{ drop_constraint = "fk0" }"#)),
        "ALTER TABLE t DROP FOREIGN KEY fk0, DROP INDEX fk0"
    );
    assert_eq!(
        lowered("mysql:5.7", &actions(r#"{ drop_constraint = "ck0" }, { rename_column = "x", to = "y" }"#)),
        "ALTER TABLE t DROP CHECK ck0, CHANGE x y TEXT NULL"
    );
}

#[test]
fn other_operations_are_alembics() {
    for (change, sql) in [
        (
            "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"a\", \"b\"]\nunique = true",
            "CREATE UNIQUE INDEX ix ON t (a, b)",
        ),
        (
            "create_index = \"ix\"\ntable = \"t\"\ncolumns = [{ column = \"x\", length = 5 }]",
            "CREATE INDEX ix ON t (x(5))",
        ),
        (
            "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"x\"]\nmysql = { prefix = \"FULLTEXT\" }",
            "CREATE FULLTEXT INDEX ix ON t (x)",
        ),
        (
            "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"a\"]\nusing = \"hash\"",
            "CREATE INDEX ix ON t (a) USING hash",
        ),
        (
            "create_index = \"ix\"\ntable = \"t\"\ncolumns = [\"a\"]\nmysql = { algorithm = \"inplace\", lock = \"none\" }",
            "CREATE INDEX ix ON t (a) ALGORITHM=INPLACE LOCK=NONE",
        ),
        ("drop_index = \"ix0\"", "DROP INDEX ix0 ON t"),
        ("rename_table = \"t\"\nto = \"u\"", "ALTER TABLE t RENAME TO u"),
        ("drop_table = \"t\"", "DROP TABLE t"),
        (
            "insert = \"t\"\nrows = [{ a = 1, b = \"x\\\\y'z\" }]",
            "INSERT INTO t (a, b) VALUES (1, 'x\\\\y''z')",
        ),
        (
            "create_table = \"q\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"a\", type = \"integer\", references = \"o.id\" }, { name = \"d\", type = \"datetime\", default.sql = \"now()\" }]\nindexes = [{ name = \"ix_q\", columns = [\"a\"], unique = true }]\ncomment = \"hi\"\nmysql = { engine = \"InnoDB\", charset = \"utf8mb4\", collate = \"utf8mb4_bin\" }",
            "CREATE TABLE q (\n\tid INTEGER NOT NULL AUTO_INCREMENT, \n\ta INTEGER, \n\td DATETIME DEFAULT (now()), \n\tPRIMARY KEY (id), \n\tFOREIGN KEY(a) REFERENCES o (id)\n)ENGINE=InnoDB CHARSET=utf8mb4 COMMENT='hi' COLLATE utf8mb4_bin; CREATE UNIQUE INDEX ix_q ON q (a)",
        ),
    ] {
        for server in ["mysql:8.4", "mariadb:10.11"] {
            assert_eq!(lowered(server, change), sql, "{server}");
        }
    }
}

#[test]
fn what_differs_between_the_servers_is_lowered_for_each() {
    let uuid = "create_table = \"q\"\ncolumns = [{ name = \"u\", type = \"uuid\" }]";
    assert_eq!(lowered("mysql:8.4", uuid), "CREATE TABLE q (\n\tu CHAR(32)\n)");
    assert_eq!(lowered("mariadb:10.11", uuid), "CREATE TABLE q (\n\tu UUID\n)");
    assert_eq!(lowered("mariadb:10.6", uuid), "CREATE TABLE q (\n\tu CHAR(32)\n)");
    let expression =
        "create_index = \"ix\"\ntable = \"t\"\ncolumns = [{ sql = \"lower(b)\", order = \"desc\" }]";
    assert_eq!(lowered("mysql:8.4", expression), "CREATE INDEX ix ON t ((lower(b)) DESC)");
    let lenient = "drop_index = \"gone\"\ntable = \"t\"\nif_exists = true";
    assert_eq!(lowered("mysql:8.4", lenient), "");
    assert_eq!(lowered("mariadb:10.11", lenient), "DROP INDEX IF EXISTS gone ON t");
    let large = "create_table = \"q\"\ncolumns = [{ name = \"x\", type = \"text\", default = \"a\" }]";
    assert_eq!(lowered("mysql:8.4", large), "CREATE TABLE q (\n\tx TEXT DEFAULT ('a')\n)");
    assert_eq!(lowered("mariadb:10.11", large), "CREATE TABLE q (\n\tx TEXT DEFAULT 'a'\n)");
}

/// Only MariaDB itself knows the name of a check without one, which stands in the way of a column on which another stood.
#[test]
fn a_column_goes_alone_where_a_check_without_a_name_stands_in_its_way() {
    let change = r#"create_table = "v"
columns = [
    { name = "old", type = "integer" },
    { name = "c", type = "integer", generated = { sql = "old + 1", storage = "virtual" } },
]
checks = [{ sql = "c <> 3" }]
[[upgrade]]
alter_table = "v"
actions = [
    { add_column = "new", type = "integer" },
    { alter_column = "c", generated = { sql = "new + 1", storage = "virtual" } },
    { drop_column = "old" },
]"#;
    let [added, modified, dropped] = [
        "ADD COLUMN new INTEGER",
        "MODIFY c INTEGER GENERATED ALWAYS AS (new + 1) VIRTUAL",
        "DROP COLUMN old",
    ];
    let apart = format!("ALTER TABLE v {added}, {modified}; ALTER TABLE v {dropped}");
    assert_eq!(lowered("mariadb:10.11", change), apart);
    assert_eq!(lowered("mysql:8.4", change), format!("ALTER TABLE v {added}, {modified}, {dropped}"));
}
