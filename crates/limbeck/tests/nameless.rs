//! Constraints without names are dropped by the name that the project would give them, and by their shape.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;

use limbeck::config::Config;
use limbeck::core::migrator::{Purge, offline_upgrade};
use limbeck::core::name::TableName;
use limbeck::core::schema::Table;
use limbeck::prelude::*;
use limbeck::project::Project;

const CONFIGURATION: &str = "[migrations]
naming = { uq = \"uq_{table}_{column_0}\", fk = \"fk_{table}_{column_0}\", ck = \"ck_{table}_{column_0}\", pk = \"pk_{table}\" }
";

const TABLES: &str = "revision = \"a\"
[[upgrade]]
create_table = \"org\"
columns = [{ name = \"id\", type = \"integer\", primary_key = true }]
[[upgrade]]
create_table = \"account\"
columns = [
    { name = \"id\", type = \"integer\", primary_key = true },
    { name = \"email\", type = \"text\", unique = true },
    { name = \"org_id\", type = \"integer\", references = \"org.id\" },
    { name = \"age\", type = \"integer\" },
]
checks = [{ sql = \"age > 5\" }]
";

/// The same tables, made by somebody else.
const NAMELESS: &str = "CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY);
CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, email TEXT UNIQUE, org_id INTEGER REFERENCES org (id),
    age INTEGER CHECK(age>5));
INSERT INTO org VALUES (1); INSERT INTO account VALUES (1, 'a', 1, 6)";

const BY_NAME: &str =
    "{ drop_constraint = \"uq_account_email\" }, { drop_constraint = \"fk_account_org_id\" },
    { rename_column = \"age\", to = \"years\" }, { drop_constraint = \"ck_account_age\" }";

const BY_SHAPE: &str =
    "{ drop_constraint = { unique = [\"email\"] } }, { drop_constraint = { foreign_key = [\"org_id\"] } },
    { drop_constraint = { check = \"( AGE>5 )\" } }, { rename_column = \"age\", to = \"years\" }";

fn project(actions: &str) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("limbeck.toml");
    fs::create_dir(folder.path().join("migrations")).unwrap();
    fs::write(&path, CONFIGURATION).unwrap();
    fs::write(folder.path().join("migrations/a.toml"), TABLES).unwrap();
    let change = format!(
        "revision = \"b\"\ndown_revision = \"a\"\n[[upgrade]]\nalter_table = \"account\"\nactions = [{actions}]\n"
    );
    fs::write(folder.path().join("migrations/b.toml"), change).unwrap();
    let project = Project::open(Config::load(&path, &|_| None).unwrap()).unwrap();
    (folder, project)
}

fn settings(project: &Project) -> Settings {
    project.config().settings(std::sync::Arc::new(limbeck::SystemClock::new()))
}

fn account(connection: &mut dyn Connection) -> Table {
    let mut schema = connection.reflect(None).unwrap();
    schema.tables.remove(&TableName::parse("account").unwrap()).unwrap()
}

/// Returns how many constraints are left besides the primary key, and whether the row is still there.
fn left(connection: &mut dyn Connection) -> (usize, usize) {
    let rows = connection.query("SELECT id, email, org_id, years FROM account").unwrap();
    (account(connection).constraints.len() - 1, rows.len())
}

#[test]
fn online_a_nameless_constraint_goes_by_the_name_of_the_convention_or_by_shape() {
    for actions in [BY_NAME, BY_SHAPE] {
        let (_folder, project) = project(actions);
        let mut connection = limbeck::connect("sqlite::memory:").unwrap();
        connection.execute(NAMELESS).unwrap();
        let mut migrator = Migrator::new(project.history(), &mut *connection, settings(&project));
        migrator.stamp(&["a".parse().unwrap()], Purge::Keep).unwrap();
        migrator.upgrade(&Target::heads()).unwrap_or_else(|fault| panic!("{actions}: {fault}"));
        assert_eq!(left(&mut *connection), (0, 1), "{actions}");
    }
}

#[test]
fn offline_they_go_from_the_folded_schema() {
    for actions in [BY_NAME, BY_SHAPE] {
        let (_folder, project) = project(actions);
        let dialect = limbeck::dialect_named("sqlite").unwrap();
        let server = dialect.server("sqlite", None).unwrap();
        let (history, settings) = (project.history(), settings(&project));
        let mut connection = limbeck::connect("sqlite::memory:").unwrap();
        let mut script = |from: &str, to: &str| {
            let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
            let script = offline_upgrade(history, dialect, &server, &settings, &from, &to);
            connection.execute(&script.unwrap_or_else(|fault| panic!("{actions}: {fault}"))).unwrap();
        };
        script("base", "a");
        script("a", "b");
        // Against each of the three rules.
        connection.execute("INSERT INTO account VALUES (1, 'a', NULL, 4), (2, 'a', 7, 4)").unwrap();
        assert_eq!(left(&mut *connection), (0, 2), "{actions}");
    }
}

#[test]
fn a_name_that_nothing_goes_by_is_refused() {
    let (_folder, project) = project("{ drop_constraint = \"uq_account_age\" }");
    let mut connection = limbeck::connect("sqlite::memory:").unwrap();
    connection.execute(NAMELESS).unwrap();
    let mut migrator = Migrator::new(project.history(), &mut *connection, settings(&project));
    migrator.stamp(&["a".parse().unwrap()], Purge::Keep).unwrap();
    let fault = migrator.upgrade(&Target::heads()).unwrap_err();
    assert!(fault.to_string().contains("`uq_account_age`"), "{fault}");
}
