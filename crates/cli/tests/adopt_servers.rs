//! Databases of other tools on the servers, taken over.
#![cfg(all(feature = "postgres", feature = "mysql"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

#[path = "support/server.rs"]
mod server;

use std::fs;
use std::process::{Command, Stdio};

/// A tool, its statements on a server, the table to look at, and the revision that comes of it.
type Case = (&'static str, &'static str, &'static str, &'static str);

const POSTGRES: &[Case] = &[
    (
        "Alembic",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
         INSERT INTO alembic_version VALUES ('ae1027a6acf0')",
        "alembic_version",
        "ae1027a6acf0",
    ),
    (
        "Flyway",
        "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL,
         type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INTEGER, installed_by VARCHAR(100) NOT NULL,
         installed_on TIMESTAMP NOT NULL DEFAULT now(), execution_time INTEGER NOT NULL, success BOOLEAN NOT NULL);
         ALTER TABLE flyway_schema_history ADD CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank);
         CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
         INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', 1, 'me', now(), 1, true)",
        "flyway_schema_history",
        "1",
    ),
    (
        "Diesel",
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20240102000000')",
        "__diesel_schema_migrations",
        "20240102000000",
    ),
    (
        "golang-migrate",
        "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null);
         INSERT INTO schema_migrations VALUES (7, false)",
        "schema_migrations",
        "7",
    ),
    (
        "dbmate",
        "CREATE TABLE schema_migrations (version varchar primary key);
         INSERT INTO schema_migrations VALUES ('20240103000000')",
        "schema_migrations",
        "20240103000000",
    ),
    (
        "Rails",
        "CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);
         CREATE TABLE ar_internal_metadata (key character varying NOT NULL PRIMARY KEY, value character varying,
         created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL);
         INSERT INTO schema_migrations VALUES ('20240105000000')",
        "schema_migrations",
        "20240105000000",
    ),
    (
        "Atlas",
        "CREATE SCHEMA atlas_schema_revisions;
         CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version character varying NOT NULL,
         description character varying NOT NULL, type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0,
         total bigint NOT NULL DEFAULT 0, executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text NULL,
         error_stmt text NULL, hash character varying NOT NULL, partial_hashes jsonb NULL,
         operator_version character varying NOT NULL, PRIMARY KEY (version));
         INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ('20240102', 'a', 2, 1, 1, now(), 5, NULL, NULL, 'h', NULL, 'v')",
        "atlas_schema_revisions.atlas_schema_revisions",
        "20240102",
    ),
];

const MARIADB: &[Case] = &[
    (
        "Alembic",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
         INSERT INTO alembic_version VALUES ('ae1027a6acf0')",
        "alembic_version",
        "ae1027a6acf0",
    ),
    (
        "Flyway",
        "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL, version VARCHAR(50), description VARCHAR(200) NOT NULL,
         type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, installed_by VARCHAR(100) NOT NULL,
         installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL,
         CONSTRAINT flyway_schema_history_pk PRIMARY KEY (installed_rank)) ENGINE=InnoDB;
         CREATE INDEX flyway_schema_history_s_idx ON flyway_schema_history (success);
         INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', 1, 'me', '2024-01-01', 1, 1)",
        "flyway_schema_history",
        "1",
    ),
    (
        "Diesel",
        "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
         run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
         INSERT INTO __diesel_schema_migrations (version) VALUES ('20240102000000')",
        "__diesel_schema_migrations",
        "20240102000000",
    ),
    (
        "golang-migrate",
        "CREATE TABLE schema_migrations (version bigint not null primary key, dirty boolean not null);
         INSERT INTO schema_migrations VALUES (7, false)",
        "schema_migrations",
        "7",
    ),
    (
        "dbmate",
        "CREATE TABLE schema_migrations (version varchar(128) primary key);
         INSERT INTO schema_migrations VALUES ('20240103000000')",
        "schema_migrations",
        "20240103000000",
    ),
    (
        "Rails",
        "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY);
         CREATE TABLE ar_internal_metadata (`key` varchar(255) NOT NULL PRIMARY KEY, value varchar(255),
         created_at datetime(6) NOT NULL, updated_at datetime(6) NOT NULL);
         INSERT INTO schema_migrations VALUES ('20240105000000')",
        "schema_migrations",
        "20240105000000",
    ),
];

/// What the application has.
const APPLICATION: &str = "CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE);
    CREATE TABLE account (id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL, size DECIMAL(10, 2) DEFAULT 1, note TEXT,
        CONSTRAINT fk_org FOREIGN KEY (org_id) REFERENCES org (id) ON DELETE CASCADE, CONSTRAINT ck_size CHECK (size > 0));
    CREATE INDEX ix_note ON account (size)";

fn adopt(url: &str, (tool, layout, table, head): &Case) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    fs::write(folder.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    let run = |args: &[&str]| -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
        command
            .args(args)
            .current_dir(folder.path())
            .env_clear()
            .env("LIMBECK_URL", url)
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), text)
    };
    let mut connection = limbeck::connect(url).unwrap();
    connection.execute(APPLICATION).unwrap();
    connection.execute(layout).unwrap();
    let seen = format!("SELECT * FROM {table}");
    let before = connection.query(&seen).unwrap();
    let (done, shown) = run(&["--json", "adopt"]);
    assert!(done && shown.contains(&format!("\"tool\":\"{tool}\"")), "{tool}: {shown}");
    assert!(shown.contains(&format!("\"heads\":[\"{head}\"]")), "{tool}: {shown}");
    let (done, shown) = run(&["check"]);
    assert!(done, "{tool}: {shown}");
    let text = format!(
        "revision = \"next\"\ndown_revision = \"{head}\"\n[[upgrade]]\nalter_table = \"org\"\nactions = [{{ add_column = \"more\", type = \"text\" }}]\n"
    );
    fs::write(folder.path().join("migrations/next.toml"), text).unwrap();
    let (done, shown) = run(&["upgrade", "heads"]);
    assert!(done, "{tool}: {shown}");
    connection.execute("INSERT INTO org (id, name, more) VALUES (2, 'b', 'c')").unwrap();
    assert_eq!(connection.query(&seen).unwrap(), before, "{tool}");
    assert!(!before.is_empty());
}

#[test]
fn databases_on_postgres_are_adopted() {
    for case in POSTGRES {
        CASE.with(|at| at.set(Some(case)));
        server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| {
            adopt(url, CASE.with(|at| at.get()).unwrap())
        });
    }
}

#[test]
fn databases_on_mariadb_are_adopted() {
    for case in MARIADB {
        CASE.with(|at| at.set(Some(case)));
        server::with_database("LIMBECK_TEST_MARIADB_URL", |url| {
            adopt(url, CASE.with(|at| at.get()).unwrap())
        });
    }
}

/// Adopts a database that has what the model does not hold, and says what is told of it.
fn left(url: &str, made: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("migrations")).unwrap();
    fs::write(folder.path().join("limbeck.toml"), "[migrations]\nlocations = [\"migrations\"]\n").unwrap();
    let mut connection = limbeck::connect(url).unwrap();
    for sql in [APPLICATION, POSTGRES[0].1].iter().chain(made) {
        connection.execute(sql).unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_limbeck"));
    command.args(["--json", "adopt"]).current_dir(folder.path()).env_clear().env("LIMBECK_URL", url);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (_, left) = shown.split_once("\"left\":").unwrap();
    left.split_once(",\"stamped\"").unwrap().0.to_owned()
}

#[test]
fn what_the_baseline_does_not_make_on_postgres_is_told() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| {
        let made = [
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "CREATE TRIGGER t BEFORE INSERT ON org FOR EACH ROW EXECUTE FUNCTION f()",
            "CREATE DOMAIN d AS integer",
        ];
        assert_eq!(left(url, &made), "[\"domain `d`\",\"routine `f`\",\"trigger `t`\"]");
    });
}

#[test]
fn what_the_baseline_does_not_make_on_mariadb_is_told() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", |url| {
        let made = ["CREATE TRIGGER t BEFORE INSERT ON org FOR EACH ROW SET NEW.name = 'a'"];
        assert_eq!(left(url, &made), "[\"trigger `t`\"]");
    });
}

thread_local! {
    /// The case at hand, for a function that takes nothing but a URL.
    static CASE: std::cell::Cell<Option<&'static Case>> = const { std::cell::Cell::new(None) };
}
