//! Databases of other tools, taken over: each is laid out as the tool's source or documentation has it, is adopted, gets one
//! new revision, and keeps the tool's tables as they were.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

#[path = "support/page.rs"]
mod page;
mod support;
mod tools;

use std::fs;

use limbeck::core::dialect::Connection;
use support::Session;
use tools::{TOOLS, Tool};

fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// What the application has.
const APPLICATION: &str = "CREATE TABLE org (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE);
    CREATE TABLE \"we\"\"ird\" (id INTEGER NOT NULL PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES org (id) ON DELETE CASCADE,
        \"Größe\" NUMERIC(10, 2) DEFAULT 1 CHECK (\"Größe\" > 0), note TEXT DEFAULT 'it''s');
    CREATE INDEX ix_org ON \"we\"\"ird\" (org_id);
    CREATE VIEW named AS SELECT name FROM org;
    CREATE VIEW columned (called) AS SELECT name FROM org;
    CREATE TRIGGER instead INSTEAD OF INSERT ON columned BEGIN DELETE FROM org; END;
    CREATE TRIGGER keep AFTER INSERT ON org BEGIN UPDATE org SET name = name; END;
    INSERT INTO org VALUES (1, 'a')";

fn project() -> Session {
    let session = Session::new();
    fs::create_dir(session.path().join("migrations")).unwrap();
    fs::write(
        session.path().join("limbeck.toml"),
        "[migrations]\nlocations = [\"migrations\"]\n[database.default]\nurl = \"sqlite:app.db\"\n",
    )
    .unwrap();
    session
}

fn connect(session: &Session) -> Box<dyn Connection> {
    limbeck::connect(&format!("sqlite:{}", session.path().join("app.db").display())).unwrap()
}

/// Returns what the tool would see: the texts of its tables and their rows.
fn history_of(connection: &mut dyn Connection, tool: &Tool) -> String {
    let mut seen = String::new();
    for table in tool.tables {
        let name =
            connection.dialect().sql().ident(&limbeck::core::name::Ident::new(table).unwrap()).finish();
        seen.push_str(&format!("{:?}", connection.query(&format!("SELECT * FROM {name}")).unwrap()));
    }
    for row in connection.query("SELECT tbl_name, sql FROM sqlite_schema ORDER BY name").unwrap() {
        if tool.tables.iter().any(|table| row[0].as_text() == Some(*table)) {
            seen.push_str(&format!("{row:?}"));
        }
    }
    seen
}

#[test]
fn every_tool_is_adopted_and_still_sees_its_own_table_unchanged() {
    for tool in TOOLS {
        let session = project();
        let mut connection = connect(&session);
        connection.execute(APPLICATION).unwrap();
        connection.execute(tool.layout).unwrap();
        let before = history_of(&mut *connection, tool);
        let shown = session.run("--json adopt");
        assert!(shown.contains("exit: 0"), "{}: {shown}", tool.name);
        let says = format!("\"tool\":\"{}\"", tool.name);
        assert!(shown.contains(&says), "{}: {shown}", tool.name);
        assert!(shown.contains(&format!("\"heads\":{}", tool.heads)), "{}: {shown}", tool.name);
        assert_eq!(history_of(&mut *connection, tool), before, "{}", tool.name);

        let heads: Vec<String> = connection
            .query("SELECT version_num FROM limbeck_version ORDER BY 1")
            .unwrap()
            .iter()
            .map(|row| row[0].as_text().unwrap().to_owned())
            .collect();
        let checked = session.run("check");
        assert!(checked.contains("exit: 0") || heads.len() > 1, "{}: {checked}", tool.name);
        // The next revision follows all of them.
        let follow: Vec<String> = heads.iter().map(|head| format!("\"{head}\"")).collect();
        let text = format!(
            "revision = \"next\"\ndown_revision = [{}]\n[[upgrade]]\nalter_table = \"org\"\nactions = [{{ add_column = \"more\", type = \"text\" }}]\n",
            follow.join(", ")
        );
        fs::write(session.path().join("migrations/next.toml"), text).unwrap();
        let upgraded = session.run("upgrade heads");
        assert!(upgraded.contains("exit: 0"), "{}: {upgraded}", tool.name);
        connection.execute("INSERT INTO org (id, name, more) VALUES (2, 'b', 'c')").unwrap();
        let rows = connection.query("SELECT * FROM org").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(history_of(&mut *connection, tool), before, "{}", tool.name);
        assert!(before.contains(tool.tables[0]), "{before}");
    }
    assert_eq!(TOOLS.len(), 16);
}

#[test]
fn the_page_on_folders_of_other_tools_shows_what_happens() {
    page::check("sql-folders.md");
}

#[test]
fn a_database_of_a_folder_that_is_read_in_place_is_compared_and_stamped() {
    let session = Session::in_copy_of("folders/goose");
    let config = session.path().join("limbeck.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{text}[database.default]\nurl = \"sqlite:app.db\"\n")).unwrap();
    assert!(session.run("upgrade 2").contains("exit: 0"));
    let tool = TOOLS.iter().find(|tool| tool.name == "goose").unwrap();
    let mut connection = connect(&session);
    connection.execute("DROP TABLE limbeck_version; DROP TABLE limbeck_log").unwrap();
    connection.execute(tool.layout).unwrap();
    let files = session.files();
    let rows = "SELECT version_id, is_applied FROM goose_db_version ORDER BY id";
    let before = format!("{:?}", connection.query(rows).unwrap());
    let shown = session.run("--json adopt");
    assert!(shown.contains("exit: 0") && shown.contains("\"heads\":[\"2\"]"), "{shown}\n{before}");
    let upgraded = session.run("upgrade heads");
    assert!(upgraded.contains("exit: 0") && upgraded.contains("10"), "{upgraded}");
    let migrations = |files: &std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>| {
        files.keys().filter(|path| path.to_string_lossy().contains("migrations")).cloned().collect::<Vec<_>>()
    };
    assert_eq!(migrations(&session.files()), migrations(&files));
    assert_eq!(format!("{:?}", connection.query(rows).unwrap()), before);
}

#[test]
fn the_next_database_of_the_project_is_compared_and_stamped() {
    let tool = &TOOLS[0];
    let session = project();
    connect(&session).execute(APPLICATION).unwrap();
    connect(&session).execute(tool.layout).unwrap();
    let mut shown = session.run_all(&["adopt --plan", "adopt", "adopt", "current", "heads"]);
    // Another one, at the same place; and one that is not what the history says.
    fs::remove_file(session.path().join("app.db")).unwrap();
    connect(&session).execute(APPLICATION).unwrap();
    connect(&session).execute(tool.layout).unwrap();
    connect(&session).execute("ALTER TABLE org ADD COLUMN drift TEXT").unwrap();
    shown.push('\n');
    shown.push_str(&session.run("adopt"));
    connect(&session)
        .execute("ALTER TABLE org DROP COLUMN drift; UPDATE alembic_version SET version_num = 'old'")
        .unwrap();
    shown.push('\n');
    shown.push_str(&session.run("adopt"));
    connect(&session).execute("UPDATE alembic_version SET version_num = 'ae1027a6acf0'").unwrap();
    shown.push('\n');
    shown.push_str(&session.run_all(&["adopt", "current", "check", "downgrade -1"]));
    // And one that is made anew.
    fs::remove_file(session.path().join("app.db")).unwrap();
    shown.push('\n');
    shown.push_str(&session.run_all(&["upgrade heads", "check"]));
    let made = "SELECT 1 FROM sqlite_schema WHERE name IN ('keep', 'columned', 'instead')";
    assert_eq!(connect(&session).query(made).unwrap().len(), 3);
    check("adopt_alembic", &shown);
}

#[test]
fn what_the_tool_is_not_done_with_is_refused_in_its_words() {
    let cases = [
        ("sqlx", "UPDATE _sqlx_migrations SET success = 0 WHERE version = 2"),
        ("Flyway", "UPDATE flyway_schema_history SET success = 0 WHERE version = '2.1'"),
        ("Liquibase", "UPDATE DATABASECHANGELOGLOCK SET LOCKED = 1, LOCKEDBY = 'host (10.0.0.1)'"),
        ("Liquibase", "UPDATE DATABASECHANGELOG SET EXECTYPE = 'FAILED' WHERE ORDEREXECUTED = 2"),
        ("golang-migrate", "UPDATE schema_migrations SET dirty = 1"),
        (
            "Atlas",
            "UPDATE atlas_schema_revisions SET applied = 1, error = 'no such table: x' WHERE version = '20240102'",
        ),
        ("Prisma", "UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '20240102_more'"),
        (
            "Sqitch",
            "INSERT INTO events VALUES ('fail', 'c3', 'third', 'app', '', '', '', '', '2024-01-03', 'a', 'a', '2024-01-03', 'a', 'a')",
        ),
    ];
    let mut shown = String::new();
    for (name, change) in cases {
        let tool = TOOLS.iter().find(|tool| tool.name == name).unwrap();
        let session = project();
        let mut connection = connect(&session);
        connection.execute(tool.layout).unwrap();
        connection.execute(change).unwrap();
        shown.push_str(&session.run("adopt"));
        shown.push('\n');
        assert_eq!(fs::read_dir(session.path().join("migrations")).unwrap().count(), 0);
        assert!(
            connection.query("SELECT 1 FROM sqlite_schema WHERE name LIKE 'limbeck%'").unwrap().is_empty()
        );
    }
    check("adopt_refused", &shown);
}

#[test]
fn a_table_is_never_taken_for_a_history_by_its_name_alone() {
    let mut shown = String::new();
    let mut run = |sql: &str, line: &str| {
        let session = project();
        connect(&session).execute(sql).unwrap();
        shown.push_str(&format!("-- {sql}\n{}\n", session.run(line)));
    };
    run("CREATE TABLE t (a)", "adopt");
    // Ecto's.
    run("CREATE TABLE schema_migrations (version BIGINT PRIMARY KEY, inserted_at DATETIME)", "adopt");
    // As dbmate's and as that of an old Rails, but for the key of the one and the index of the other.
    run("CREATE TABLE schema_migrations (version TEXT)", "adopt");
    run("CREATE TABLE schema_migrations (version TEXT)", "--json adopt --tool rails");
    run("CREATE TABLE alembic_version (version_num INTEGER)", "adopt");
    // Sqitch's names are those of many an application's tables.
    run("CREATE TABLE changes (id INTEGER, text TEXT)", "adopt");
    run("CREATE TABLE changes (id INTEGER, text TEXT)", "adopt --tool phinx");
    let two = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); \
               CREATE TABLE seaql_migrations (version VARCHAR NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)";
    run(two, "adopt");
    run(two, "--json adopt --tool seaorm");
    run(
        "CREATE TABLE our_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); INSERT INTO our_version VALUES ('a1')",
        "--json adopt --history-table our_version",
    );
    run("CREATE TABLE our_version (a TEXT)", "adopt --history-table our_version");
    check("adopt_names", &shown);
}

#[test]
fn a_scratch_database_with_something_in_it_is_left_alone() {
    let session = project();
    connect(&session).execute(APPLICATION).unwrap();
    connect(&session).execute(TOOLS[0].layout).unwrap();
    let other = session.path().join("other.db");
    let mut held = limbeck::connect(&format!("sqlite:{}", other.display())).unwrap();
    held.execute("CREATE TABLE precious (a TEXT)").unwrap();
    let shown = session.run("adopt --plan --scratch sqlite:other.db");
    assert!(shown.contains("the scratch database is not empty: it has `precious`"), "{shown}");
    let names = held.query("SELECT name FROM sqlite_schema").unwrap();
    assert_eq!(names.len(), 1);
}

#[test]
fn an_id_names_a_file_beside_the_others() {
    let session = project();
    connect(&session)
        .execute(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
             INSERT INTO alembic_version VALUES ('../../evil'), ('a-1'), ('a_1');
             CREATE TABLE org (id INTEGER PRIMARY KEY); CREATE TABLE legacy_t (id INTEGER PRIMARY KEY);
             CREATE VIEW V (a) AS SELECT id FROM org; CREATE VIEW legacy_v (a) AS SELECT id FROM legacy_t;
             CREATE TRIGGER tv INSTEAD OF INSERT ON v BEGIN DELETE FROM org; END",
        )
        .unwrap();
    let config = fs::read_to_string(session.path().join("limbeck.toml")).unwrap();
    fs::write(
        session.path().join("limbeck.toml"),
        format!("{config}\n[autogenerate]\nexclude = [\"legacy_*\"]\n"),
    )
    .unwrap();
    let shown = session.run("--json adopt");
    assert!(shown.contains("\"heads\":[\"______evil\",\"a_1\",\"a_1_2\"]"), "{shown}");
    let files = fs::read_dir(session.path().join("migrations")).unwrap().count();
    let base = fs::read_dir(session.path().join("migrations")).unwrap().find_map(|file| {
        let path = file.unwrap().path();
        path.to_string_lossy().contains("adopted_alembic").then(|| fs::read_to_string(path).unwrap())
    });
    let base = base.unwrap();
    assert!(files >= 4, "{files}");
    assert!(base.contains("CREATE TRIGGER tv") && !base.contains("legacy"), "{base}");
}
