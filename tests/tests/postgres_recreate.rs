//! A table that is made anew on PostgreSQL keeps all that stands on it, and what cannot be kept is refused by name.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::process::Command;

use limbeck::core::diagnostic::Code;
use limbeck::core::migrator::offline_upgrade;
use limbeck::prelude::*;
use limbeck_core::dialect::Way;
use limbeck_core::op::{Change, Operation};
use limbeck_tests::backend::{POSTGRES, skip};
use limbeck_tests::{Scratch, same, upgrade_of};

/// A database with everything on one table, and roles that go with it.
struct Odd {
    scratch: Scratch,
    /// The beginning of the names of the roles.
    prefix: String,
}

impl Drop for Odd {
    fn drop(&mut self) {
        let prefix = &self.prefix;
        let roles = format!("\"{prefix} it's\", {prefix}_teller, {prefix}_keeper");
        let away = format!(
            "RESET ROLE; REASSIGN OWNED BY {roles} TO CURRENT_USER; DROP OWNED BY {roles}; DROP ROLE {roles}"
        );
        self.scratch.connection.execute(&away).unwrap();
    }
}

const TABLES: &str = r#"
revision = "a"

[[upgrade]]
create_table = "org"
columns = [{ name = "id", type = "integer", primary_key = true }]

[[upgrade]]
create_table = "we\"ird"
columns = [
    { name = "id", type = "integer", primary_key = true, identity = { always = true, start = 10, increment = 5 } },
    { name = "n", type = "integer", autoincrement = true },
    { name = "org_id", type = "integer", references = "org.id" },
    { name = "parent", type = "integer" },
    { name = "email", type = "string(320)", nullable = false, comment = "it's a column" },
    { name = "total", type = "decimal(10, 2)", default = 1 },
    { name = "twice", type = "decimal", generated = { sql = "total * 2", storage = "stored" } },
]
checks = [{ name = "ck", sql = "total >= 0" }]
foreign_keys = [{ name = "fk_self", columns = ["parent"], references = "we\"ird", referred_columns = ["id"], deferrable = "deferred" }]
comment = "odd"
postgres = { with = "fillfactor = 70" }

[[upgrade]]
create_table = "child"
columns = [{ name = "id", type = "integer", primary_key = true }, { name = "w", type = "integer", nullable = false }]
foreign_keys = [{ name = "fk_w", columns = ["w"], references = "we\"ird", referred_columns = ["id"], on_delete = "cascade" }]
"#;

/// What the history does not know. `ROLE` stands for the beginning of the names of the roles.
const BESIDE: &str = r#"
CREATE ROLE "ROLE it's"; CREATE ROLE ROLE_teller; CREATE ROLE ROLE_keeper;
GRANT CREATE ON SCHEMA public TO ROLE_keeper;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ROLE_teller;
CREATE TABLE diary (said text);
GRANT ALL ON diary TO PUBLIC;
CREATE UNIQUE INDEX "ix_it's" ON "we""ird" (lower(email)) INCLUDE (total) WHERE total > 0;
ALTER TABLE "we""ird" ADD CONSTRAINT uq_email UNIQUE (email) INCLUDE (total);
ALTER TABLE "we""ird" ADD CONSTRAINT "ck too" CHECK (total < 1000) NO INHERIT NOT VALID;
COMMENT ON INDEX "ix_it's" IS 'it''s'; COMMENT ON CONSTRAINT ck ON "we""ird" IS 'not negative';
COMMENT ON CONSTRAINT fk_w ON child IS 'a key';
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO diary VALUES (TG_OP || ' ' || new.email); RETURN new; END $$;
CREATE TRIGGER "tri'g" AFTER UPDATE OF email ON "we""ird" FOR EACH ROW WHEN (new.total > 0) EXECUTE FUNCTION tell();
CREATE TRIGGER off AFTER INSERT ON "we""ird" FOR EACH ROW EXECUTE FUNCTION tell();
ALTER TABLE "we""ird" DISABLE TRIGGER off;
COMMENT ON TRIGGER "tri'g" ON "we""ird" IS 'a trigger';
CREATE RULE keep AS ON DELETE TO "we""ird" WHERE old.total > 100 DO INSTEAD NOTHING;
COMMENT ON RULE keep ON "we""ird" IS 'a rule';
CREATE VIEW v1 WITH (security_barrier=true) AS SELECT id, email AS "E", total FROM "we""ird" WHERE total >= 0;
CREATE VIEW v2 AS SELECT count(*) AS n FROM v1;
CREATE VIEW "Größe" AS SELECT v1.id, child.w FROM v1 JOIN child ON child.w = v1.id;
COMMENT ON VIEW v1 IS 'a view'; COMMENT ON COLUMN v1."E" IS 'a column of a view';
ALTER VIEW v1 ALTER COLUMN total SET DEFAULT 5;
CREATE FUNCTION ins() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "we""ird" (email) VALUES (new."E"); RETURN new; END $$;
CREATE TRIGGER vt INSTEAD OF INSERT ON v1 FOR EACH ROW EXECUTE FUNCTION ins();
CREATE MATERIALIZED VIEW mv AS SELECT w.id, w.total, v2.n FROM "we""ird" AS w, v2;
CREATE UNIQUE INDEX mv_id ON mv (id);
CREATE MATERIALIZED VIEW hollow AS SELECT * FROM v2 WITH NO DATA;
GRANT SELECT, INSERT, DELETE ON "we""ird" TO ROLE_teller WITH GRANT OPTION;
GRANT UPDATE (email, total) ON "we""ird" TO "ROLE it's";
GRANT SELECT ON "we""ird" TO "ROLE it's";
GRANT SELECT ON v1 TO PUBLIC; GRANT SELECT (n) ON v2 TO "ROLE it's";
GRANT USAGE ON SEQUENCE "we""ird_n_seq", "we""ird_id_seq" TO ROLE_teller;
COMMENT ON SEQUENCE "we""ird_id_seq" IS 'counts';
CREATE STATISTICS st (dependencies) ON org_id, total FROM "we""ird"; COMMENT ON STATISTICS st IS 'statistics';
ALTER TABLE "we""ird" ALTER COLUMN email SET STATISTICS 500, ALTER COLUMN org_id SET (n_distinct = 7);
ALTER TABLE "we""ird" SET (toast.autovacuum_enabled = false);
ALTER TABLE "we""ird" ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY USING INDEX "we""ird_pkey", CLUSTER ON uq_email;
CREATE POLICY p1 ON "we""ird" TO ROLE_teller USING (total < 50) WITH CHECK (total < 60);
CREATE POLICY p2 ON "we""ird" TO "ROLE it's" USING (true);
COMMENT ON POLICY p1 ON "we""ird" IS 'few';
CREATE POLICY p3 ON child USING (w IN (SELECT id FROM v1));
INSERT INTO org VALUES (1), (2);
INSERT INTO "we""ird" (org_id, email, total) VALUES (1, 'a@x', 1), (2, 'b@x', 2), (NULL, 'c@x', 300);
DELETE FROM "we""ird" WHERE email = 'b@x';
INSERT INTO child VALUES (1, 10);
REFRESH MATERIALIZED VIEW mv;
ALTER TABLE "we""ird" OWNER TO ROLE_keeper;
"#;

fn odd() -> Option<Odd> {
    let mut scratch = (POSTGRES.open)()?;
    scratch.run(&upgrade_of(TABLES)).unwrap();
    let prefix = scratch.url().unwrap().rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
    for sql in BESIDE
        .replace("ROLE_", &format!("{prefix}_"))
        .replace("\"ROLE ", &format!("\"{prefix} "))
        .split(";\n")
    {
        scratch.connection.execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    Some(Odd { scratch, prefix })
}

/// Returns all that PostgreSQL's own client saves of a database; `None` without it, which is told.
fn dump(scratch: &Scratch) -> Option<String> {
    let Ok(output) = Command::new("pg_dump").arg(scratch.url().unwrap()).output() else {
        skip("there is no client `pg_dump`");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    // These lines hold a word that is another one in each run.
    Some(text.lines().filter(|line| !line.contains("restrict ")).map(|line| format!("{line}\n")).collect())
}

fn alter(actions: &str) -> Vec<Operation> {
    let text = format!(
        "revision = \"b\"\n[[upgrade]]\nalter_table = \"we\\\"ird\"\nrecreate = \"always\"\nactions = [{actions}]\n"
    );
    upgrade_of(&text)
}

/// Fails unless both texts are the same, and shows where they are not.
fn same_text(found: &str, wanted: &str) {
    let differ = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(differ.is_none() && found.len() == wanted.len(), "{differ:#?}");
}

#[test]
fn a_table_that_is_made_anew_as_it_was_is_saved_as_before() {
    let Some(mut odd) = odd() else { return };
    let Some(before) = dump(&odd.scratch) else { return };
    let oid = "SELECT 'we\"\"ird'::regclass::oid".replace("we\"\"ird", "\"we\"\"ird\"");
    let old = odd.scratch.rows(&oid);
    // The check goes and comes back the same.
    let same_again = alter(r#"{ drop_constraint = "ck" }, { add_check = "total >= 0", name = "ck" }"#);
    let lowered = odd.scratch.run(&same_again).unwrap();
    assert_eq!(lowered[0].way(), Some(Way::MoveAndCopy));
    assert_ne!(odd.scratch.rows(&oid), old, "it is the old table");
    same_text(&dump(&odd.scratch).unwrap(), &before);
    (POSTGRES.check)(&mut odd.scratch);
}

#[test]
fn what_stands_on_a_table_that_is_made_anew_still_works() {
    let Some(mut odd) = odd() else { return };
    let prefix = odd.prefix.clone();
    let change = alter(
        r#"{ add_column = "second", type = "integer", default = 5, after = "id" },
           { alter_column = "total", type = "decimal(12, 3)" },
           { rename_column = "org_id", to = "org" }"#,
    );
    let before = odd.scratch.folded.clone();
    odd.scratch.run(&change).unwrap();
    let scratch = &mut odd.scratch;
    let columns =
        "SELECT attname::text FROM pg_attribute WHERE attrelid = '\"we\"\"ird\"'::regclass AND attnum > 0
                   AND NOT attisdropped ORDER BY attnum";
    assert_eq!(scratch.rows(columns), ["id", "second", "n", "org", "parent", "email", "total", "twice"]);
    let rows = "SELECT id, second, n, email, total, twice FROM \"we\"\"ird\" ORDER BY id";
    let wanted = ["10 | 5 | 1 | a@x | 1.000 | 2.000", "20 | 5 | 3 | c@x | 300.000 | 600.000"];
    assert_eq!(scratch.rows(rows), wanted);
    // The trigger fires, and the one that was off is off.
    scratch.connection.execute("UPDATE \"we\"\"ird\" SET email = 'A@x' WHERE id = 10").unwrap();
    assert_eq!(scratch.rows("SELECT said FROM diary"), ["UPDATE A@x"]);
    // Both sequences go on.
    scratch.connection.execute("INSERT INTO \"we\"\"ird\" (email) VALUES ('d@x')").unwrap();
    assert_eq!(scratch.rows("SELECT id, n FROM \"we\"\"ird\" WHERE email = 'd@x'"), ["25 | 4"]);
    // Keys to it and from it hold, and so do its checks.
    for refused in [
        "INSERT INTO child VALUES (2, 11)",
        "INSERT INTO \"we\"\"ird\" (email, org) VALUES ('e@x', 9)",
        "INSERT INTO \"we\"\"ird\" (email) VALUES ('d@x')",
        "INSERT INTO \"we\"\"ird\" (email, total) VALUES ('e@x', -1)",
        "INSERT INTO \"we\"\"ird\" (email, total) VALUES ('e@x', 1001)",
        "INSERT INTO \"we\"\"ird\" (email) VALUES ('D@x')",
    ] {
        assert!(scratch.connection.execute(refused).is_err(), "{refused}");
    }
    // The rule keeps a row; the view takes one and shows it; what was stored is stored.
    scratch.connection.execute("DELETE FROM \"we\"\"ird\" WHERE id = 20").unwrap();
    assert_eq!(scratch.rows("SELECT id FROM \"we\"\"ird\" WHERE id = 20"), ["20"]);
    scratch.connection.execute("INSERT INTO v1 (\"E\") VALUES ('v@x')").unwrap();
    assert_eq!(scratch.rows("SELECT \"E\" FROM v1 ORDER BY id"), ["A@x", "c@x", "d@x", "v@x"]);
    assert_eq!(scratch.rows("SELECT n FROM v2"), ["4"]);
    assert_eq!(scratch.rows("SELECT id, n FROM mv ORDER BY id"), ["10 | 2", "20 | 2"]);
    // Grants and row security hold.
    scratch.connection.execute(&format!("SET ROLE {prefix}_teller")).unwrap();
    assert_eq!(scratch.rows("SELECT email FROM \"we\"\"ird\" ORDER BY id"), ["A@x", "d@x", "v@x"]);
    assert!(scratch.connection.execute("UPDATE \"we\"\"ird\" SET email = 'x'").is_err());
    scratch.connection.execute(&format!("SET ROLE \"{prefix} it's\"")).unwrap();
    scratch.connection.execute("UPDATE \"we\"\"ird\" SET email = 'z@x' WHERE id = 25").unwrap();
    assert!(scratch.connection.execute("UPDATE \"we\"\"ird\" SET org = 1").is_err());
    scratch.connection.execute("RESET ROLE").unwrap();
    // And it all goes back.
    let undo = change[0].invert(&before).unwrap();
    odd.scratch.run(&undo).unwrap();
    assert_eq!(odd.scratch.rows(columns), ["id", "n", "org_id", "parent", "email", "total", "twice"]);
    assert_eq!(odd.scratch.rows("SELECT \"E\" FROM v1 WHERE id = 10"), ["A@x"]);
}

#[test]
fn a_table_that_cannot_be_made_anew_is_as_it_was() {
    let Some(mut odd) = odd() else { return };
    let Some(before) = dump(&odd.scratch) else { return };
    // A row has none.
    let fault = odd.scratch.run(&alter(r#"{ alter_column = "org_id", nullable = false }"#)).unwrap_err();
    assert_eq!(fault.code, Code::StatementFailed, "{fault}");
    same_text(&dump(&odd.scratch).unwrap(), &before);
    let (folded, there) =
        (odd.scratch.folded.clone(), "SELECT relname::text FROM pg_class WHERE relname LIKE '%limbeck%'");
    assert_eq!(odd.scratch.rows(there), [""; 0]);
    assert_eq!(folded.tables.len(), 3);
}

#[test]
fn what_cannot_be_kept_is_refused_by_name_before_anything_runs() {
    let Some(mut odd) = odd() else { return };
    let plain = r#"{ add_column = "x", type = "integer" }"#;
    let cases = [
        (
            "CREATE TABLE heir () INHERITS (\"we\"\"ird\")",
            "DROP TABLE heir",
            plain,
            Code::WouldLose,
            "`heir` inherits from it",
        ),
        (
            "CREATE FUNCTION reads(\"we\"\"ird\") RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "DROP FUNCTION reads",
            plain,
            Code::WouldLose,
            "function reads(\"we\"\"ird\")",
        ),
        (
            "CREATE TABLE holds (w \"we\"\"ird\")",
            "DROP TABLE holds",
            plain,
            Code::WouldLose,
            "column w of table holds",
        ),
        (
            "CREATE PUBLICATION told FOR TABLE \"we\"\"ird\"",
            "DROP PUBLICATION told",
            plain,
            Code::WouldLose,
            "publication `told`",
        ),
        (
            "SELECT 1",
            "SELECT 1",
            r#"{ drop_column = "email" }"#,
            Code::StillInUse,
            "reads column `\"we\"\"ird\".email`",
        ),
    ];
    for (make, away, change, code, words) in cases {
        odd.scratch.connection.execute(make).unwrap();
        let before = odd.scratch.rows("SELECT '\"we\"\"ird\"'::regclass::oid");
        let fault = odd.scratch.run(&alter(change)).unwrap_err();
        assert_eq!(fault.code, code, "{fault}");
        assert!(fault.message.contains(words) && fault.hint.is_some(), "{fault}");
        assert_eq!(odd.scratch.rows("SELECT '\"we\"\"ird\"'::regclass::oid"), before);
        odd.scratch.connection.execute(away).unwrap();
    }
}

#[test]
fn a_script_keeps_what_the_history_does_not_know_and_refuses_what_it_cannot_keep() {
    const AGAIN: &str = r#"
revision = "b"
down_revision = "a"

[[upgrade]]
alter_table = "we\"ird"
actions = [{ add_column = "second", type = "integer", default = 5, after = "id" }]
recreate = "always"
"#;
    static FILES: &[limbeck::EmbeddedFile] = &[
        limbeck::EmbeddedFile { path: "a.toml", text: TABLES },
        limbeck::EmbeddedFile { path: "b.toml", text: AGAIN },
    ];
    let history = History::builder().embedded(limbeck::EmbeddedMigrations::new(FILES)).build().unwrap();
    let Some(mut online) = odd() else { return };
    let Some(mut offline) = odd() else { return };
    let Some(_) = dump(&online.scratch) else { return };
    let server = online.scratch.connection.server().clone();
    let (from, to) = ("a".parse::<Target>().unwrap(), "b".parse::<Target>().unwrap());
    let settings = limbeck::settings();
    let script = offline_upgrade(&history, POSTGRES.dialect, &server, &settings, &from, &to).unwrap();
    let stamp = "CREATE TABLE limbeck_version (version_num VARCHAR(255) NOT NULL, CONSTRAINT limbeck_version_pkc PRIMARY KEY (version_num));
                 INSERT INTO limbeck_version VALUES ('a')";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &script).unwrap();
    let run = |scratch: &Scratch| {
        let mut client = Command::new("psql");
        client.args(["--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f"]).arg(file.path());
        client.arg(scratch.url().unwrap()).output().unwrap()
    };
    offline.scratch.connection.execute(stamp).unwrap();
    // What cannot be kept ends the script before anything is changed.
    offline.scratch.connection.execute("CREATE TABLE holds (w \"we\"\"ird\")").unwrap();
    let before = dump(&offline.scratch).unwrap();
    let refused = run(&offline.scratch);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("column w of table holds"), "{said}");
    same_text(&dump(&offline.scratch).unwrap(), &before);
    offline.scratch.connection.execute("DROP TABLE holds").unwrap();
    let ran = run(&offline.scratch);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    online.scratch.connection.execute(stamp).unwrap();
    Migrator::new(&history, &mut *online.scratch.connection, settings).upgrade(&to).unwrap();
    let words = |odd: &mut Odd| {
        odd.scratch.connection.execute("DROP TABLE limbeck_log").unwrap();
        dump(&odd.scratch).unwrap().replace(&odd.prefix, "ROLE")
    };
    same_text(&words(&mut offline), &words(&mut online));
}

#[test]
fn a_table_that_was_made_anew_is_what_the_operations_add_up_to() {
    let Some(mut odd) = odd() else { return };
    odd.scratch.connection.execute("DROP VIEW \"Größe\"; DROP MATERIALIZED VIEW mv, hollow; DROP VIEW v2; DROP POLICY p3 ON child; DROP VIEW v1; ALTER TABLE \"we\"\"ird\" DROP CONSTRAINT uq_email, DROP CONSTRAINT \"ck too\"; DROP INDEX \"ix_it's\"; DROP TABLE diary").unwrap();
    odd.scratch
        .run(&alter(r#"{ alter_column = "org_id", type = "bigint" }, { drop_column = "parent" }"#))
        .unwrap();
    let folded = odd.scratch.folded.clone();
    same(&mut odd.scratch, &folded);
}

#[test]
fn what_cannot_be_kept_is_refused_before_the_revisions_ahead_of_it_run() {
    static FILES: &[limbeck::EmbeddedFile] = &[
        limbeck::EmbeddedFile { path: "a.toml", text: TABLES },
        limbeck::EmbeddedFile {
            path: "b.toml",
            text: "revision = \"b\"\ndown_revision = \"a\"\n[[upgrade]]\ncreate_table = \"other\"\ncolumns = [{ name = \"id\", type = \"integer\" }]\n",
        },
        limbeck::EmbeddedFile {
            path: "c.toml",
            text: "revision = \"c\"\ndown_revision = \"b\"\n[[upgrade]]\nalter_table = \"we\\\"ird\"\nactions = [{ add_column = \"x\", type = \"integer\", before = \"id\" }]\nrecreate = \"always\"\n",
        },
    ];
    let history = History::builder().embedded(limbeck::EmbeddedMigrations::new(FILES)).build().unwrap();
    let Some(mut scratch) = (POSTGRES.open)() else { return };
    let upgrade = |scratch: &mut Scratch, to: &str| {
        let to = to.parse::<Target>().unwrap();
        Migrator::new(&history, &mut *scratch.connection, limbeck::settings()).upgrade(&to).map(|_| ())
    };
    upgrade(&mut scratch, "a").unwrap();
    scratch.connection.execute("CREATE TABLE heir () INHERITS (\"we\"\"ird\")").unwrap();
    let faults = upgrade(&mut scratch, "c").unwrap_err();
    assert_eq!(faults.first().code, Code::WouldLose, "{faults}");
    assert_eq!(scratch.rows("SELECT version_num FROM limbeck_version"), ["a"]);
    scratch.connection.execute("DROP TABLE heir; CREATE VIEW reads AS SELECT id FROM \"we\"\"ird\"").unwrap();
    let target = Target::heads();
    let migrator =
        Migrator::new(&history, &mut *scratch.connection, limbeck::settings()).plan_upgrade(&target);
    let plan = migrator.unwrap();
    let planned: Vec<&str> = plan.steps[1].statements().map(|statement| statement.sql.as_str()).collect();
    assert!(planned.contains(&"DROP VIEW reads"), "{planned:#?}");
    upgrade(&mut scratch, "c").unwrap();
    assert_eq!(scratch.rows("SELECT count(*) FROM reads"), ["0"]);
}
