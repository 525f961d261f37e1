//! Revisions that are written by comparing a model with a database or with the history.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

#[cfg(any(feature = "postgres", feature = "mysql"))]
#[path = "support/server.rs"]
mod server;

#[path = "support/page.rs"]
mod page;

use std::fs;

use support::Session;

const CONFIG: &str = "[migrations]\nlocations = [\"migrations\"]\nmodel = \"schema.toml\"\n";

const MODEL: &str = r#"[[table]]
name = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "string(320)", nullable = false, default = "it's" },
]
uniques = [{ name = "uq_account_email", columns = ["email"] }]

[[table]]
name = "se\"lect"
columns = [
    { name = "Größe", type = "decimal(10, 2)", default.sql = "0" },
    { name = "account_id", type = "integer", references = "account.id" },
]
checks = [{ name = "ck", sql = "account_id > 0" }]
indexes = [{ name = "ix", columns = ["account_id"], unique = true }]
"#;

/// A model that differs from the first in every kind of thing.
const CHANGED: &str = r#"[[table]]
name = "account"
columns = [
    { name = "id", type = "integer", primary_key = true },
    { name = "email", type = "text" },
    { name = "born", type = "date" },
]

[[table]]
name = "se\"lect"
columns = [
    { name = "Größe", type = "decimal(12, 2)", nullable = false, default.sql = "0" },
    { name = "account_id", type = "integer", references = "account.id", on_delete = "cascade" },
]
checks = [{ name = "ck", sql = "account_id > 1" }]
indexes = [{ name = "ix", columns = ["account_id", "Größe"] }]

[[table]]
name = "new"
columns = [{ name = "id", type = "bigint", primary_key = true }]
"#;

fn session(url: &str) -> Session {
    let mut session = Session::new();
    session.set("LIMBECK_URL", url);
    fs::create_dir(session.path().join("migrations")).unwrap();
    write(&session, "limbeck.toml", CONFIG);
    session
}

fn write(session: &Session, name: &str, text: &str) {
    let path = session.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Runs what must work, and returns what it shows.
fn run(session: &Session, line: &str) -> String {
    let shown = session.run(line);
    assert!(shown.contains("\nexit: 0\n"), "{shown}");
    shown
}

/// Fails unless a model becomes a revision that leads there, with and without the database, once and not again.
fn leads_there(session: &Session, model: &str, id: &str) {
    write(session, "schema.toml", model);
    let offline = |id: &str| format!("revision --autogenerate --offline -m x --rev-id {id}");
    // Which server is meant offline is told by the URL.
    run(session, &offline("offline"));
    let path = session.path().join("migrations/offline_x.toml");
    let without = fs::read_to_string(&path).unwrap();
    fs::remove_file(path).unwrap();
    run(session, &format!("revision --autogenerate -m x --rev-id {id}"));
    let with = fs::read_to_string(session.path().join(format!("migrations/{id}_x.toml"))).unwrap();
    let operations = |text: &str| text.split_once("\n\n").map(|(_, rest)| rest.to_owned()).unwrap();
    assert_eq!(operations(&with), operations(&without));
    run(session, "upgrade heads");
    for line in ["revision --autogenerate -m again", &offline("again")] {
        let shown = run(session, line);
        assert!(shown.contains("no revision is written"), "{shown}");
    }
    run(session, "check");
}

/// Leads a database from nothing to a model, to another one, and back by what is derived.
fn goes_round(url: &str) {
    let session = session(url);
    leads_there(&session, MODEL, "aaaa");
    leads_there(&session, CHANGED, "bbbb");
    run(&session, "downgrade -1");
    let stale = session.run("revision --autogenerate -m x");
    assert!(
        stale.contains("exit: 1") && stale.contains("L0807") && stale.contains("lacks `bbbb`"),
        "{stale}"
    );
    fs::remove_file(session.path().join("migrations/bbbb_x.toml")).unwrap();
    write(&session, "schema.toml", MODEL);
    let shown = run(&session, "revision --autogenerate -m x");
    assert!(shown.contains("no revision is written"), "{shown}");
    run(&session, "downgrade base");
}

#[test]
fn the_page_on_autogenerate_shows_what_happens() {
    page::check("autogenerate.md");
}

#[test]
fn a_model_leads_a_sqlite_database_there_and_back() {
    goes_round("sqlite:shop.db");
}

#[cfg(feature = "postgres")]
#[test]
fn a_model_leads_a_postgres_database_there_and_back() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", goes_round);
}

#[cfg(feature = "mysql")]
#[test]
fn a_model_leads_a_mariadb_database_there_and_back() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", goes_round);
}

#[test]
fn what_no_revision_made_counts_and_is_told_of() {
    let session = session("sqlite:shop.db");
    write(&session, "schema.toml", MODEL);
    run(&session, "revision --autogenerate -m x --rev-id aaaa");
    run(&session, "upgrade heads");
    let mut connection =
        limbeck::connect(&format!("sqlite:{}", session.path().join("shop.db").display())).unwrap();
    connection.execute("CREATE TABLE by_hand (a INTEGER)").unwrap();
    let shown = run(&session, "revision --autogenerate -m y");
    assert!(shown.contains("no revision is written"), "{shown}");
    assert!(shown.contains("it is left alone: table `by_hand`"), "{shown}");
    // One that takes the name of what the model has, or looks at what changes, is in the way.
    connection.execute("CREATE VIEW report AS SELECT id FROM account").unwrap();
    let shown = run(&session, "revision --autogenerate -m y");
    assert!(shown.contains("it is left alone: view `report`; table `by_hand`"), "{shown}");
    let report = "\n[[view]]\nname = \"report\"\nsql = \"SELECT email FROM account\"\n";
    write(&session, "schema.toml", &format!("{MODEL}{report}"));
    let shown = session.run("revision --autogenerate -m y");
    assert!(shown.contains("exit: 1") && shown.contains("does not fit the history"), "{shown}");
    write(&session, "schema.toml", &MODEL.replace("string(320)", "string(400)"));
    let shown = session.run("revision --autogenerate -m y");
    assert!(shown.contains("exit: 1") && shown.contains("does not fit the history"), "{shown}");
    write(&session, "schema.toml", MODEL);
    connection.execute("DROP VIEW report").unwrap();
    connection.execute("ALTER TABLE account ADD COLUMN by_hand INTEGER").unwrap();
    let shown = session.run("revision --autogenerate -m y");
    assert!(shown.contains("exit: 1") && shown.contains("does not fit the history"), "{shown}");
    connection.execute("ALTER TABLE account DROP COLUMN by_hand").unwrap();
    assert_eq!(fs::read_dir(session.path().join("migrations")).unwrap().count(), 1);
    let offline = run(&session, "revision --autogenerate --offline -m y");
    assert!(offline.contains("no revision is written"), "{offline}");
    write(&session, "limbeck.toml", &format!("{CONFIG}[autogenerate]\nexclude = [\"by_*\"]\n"));
    let shown = run(&session, "revision --autogenerate -m y");
    assert!(shown.contains("no revision is written") && !shown.contains("by_hand"), "{shown}");
}

#[test]
fn bad_models_are_told_of_with_file_and_line_and_nothing_is_written() {
    let session = session("sqlite:shop.db");
    write(&session, "schema.toml", MODEL);
    write(&session, "empty.toml", " \n");
    write(&session, "broken.toml", "[[table]\nname = 1\n");
    write(
        &session,
        "unknown.toml",
        "[[table]]\nname = \"t\"\ncolumns = [{ name = \"a\", type = \"intger\" }]\n",
    );
    write(
        &session,
        "twice/a.toml",
        "[[table]]\nname = \"t\"\ncolumns = [{ name = \"a\", type = \"text\" }]\n",
    );
    write(&session, "twice/b.sql", "CREATE TABLE u (a TEXT);\nCREATE TABLE t (a TEXT);\n");
    write(&session, "broken.sql", "CREATE TABLE t (a TEXT);\nCREATE TABL u;\n");
    write(&session, "opaque.sql", "CREATE TABLE t AS SELECT 1;\n");
    write(&session, "none/readme.md", "no model\n");
    let before = session.files();
    let mut shown = String::new();
    for model in [
        "missing.toml",
        "empty.toml",
        "broken.toml",
        "unknown.toml",
        "twice",
        "broken.sql",
        "opaque.sql",
        "none",
        "none/readme.md",
        "oracle://me:s3cret@host/db",
        "sqlite:missing.db",
    ] {
        shown.push_str(&session.run(&format!("revision --autogenerate --offline -m x --model {model}")));
        shown.push('\n');
    }
    // The command line itself is shown.
    assert_eq!(shown.matches("s3cret").count(), 1, "{shown}");
    assert_eq!(session.files(), before);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("bad_models", shown.replace("me:s3cret@", "me:…@"));
    });
}

#[test]
fn another_database_is_a_model_and_what_cannot_be_sql_is_refused_as_such() {
    let session = session("sqlite:shop.db");
    let other = session.path().join("other.db");
    let mut connection = limbeck::connect(&format!("sqlite:{}", other.display())).unwrap();
    connection.execute("CREATE TABLE t (a INTEGER NOT NULL)").unwrap();
    let line = "revision --autogenerate --offline -m x --model sqlite:other.db --format sql --rev-id";
    run(&session, &format!("{line} aaaa"));
    let text = fs::read_to_string(session.path().join("migrations/aaaa_x.sql")).unwrap();
    assert!(text.contains("-- limbeck:upgrade dialects=sqlite\nCREATE TABLE \"t\" ("), "{text}");
    connection.execute("DROP TABLE t").unwrap();
    connection.execute("CREATE TABLE t (a TEXT NOT NULL)").unwrap();
    let shown = session.run(&format!("{line} bbbb"));
    assert!(shown.contains("exit: 1") && shown.contains("cannot be written as SQL"), "{shown}");
    run(&session, "revision --autogenerate --offline -m x --model sqlite:other.db --rev-id bbbb");
}

/// What a person sees who changes names: with `--rename` the rows stay.
fn renames_keep_rows(url: &str) {
    let session = session(url);
    let model = |table: &str, column: &str| {
        format!(
            "[[table]]\nname = \"{table}\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}, \
             {{ name = \"{column}\", type = \"string(9)\" }}, {{ name = \"more\", type = \"date\" }}]\n"
        )
    };
    write(&session, "schema.toml", &model("it's", "select"));
    run(&session, "revision --autogenerate -m x --rev-id aaaa");
    write(
        &session,
        "migrations/rows.toml",
        "revision = \"rows\"\ndown_revision = \"aaaa\"\n\n[[upgrade]]\ninsert = \"it's\"\nrows = [{ id = 1, select = \"kept\" }]\n",
    );
    run(&session, "upgrade heads");
    write(&session, "schema.toml", &model("Größe", "select"));
    let shown = run(&session, "revision --autogenerate -m lost --rev-id lost");
    assert!(shown.contains("with the same columns") && shown.contains("--rename it's=Größe"), "{shown}");
    fs::remove_file(session.path().join("migrations/lost_lost.toml")).unwrap();
    write(&session, "schema.toml", &model("Größe", "name"));
    let shown = run(&session, "revision --autogenerate -m lost --rev-id lost");
    assert!(!shown.contains("goes and"), "{shown}");
    fs::remove_file(session.path().join("migrations/lost_lost.toml")).unwrap();
    let shown = run(&session, "revision --autogenerate -m y --rev-id lost --rename it's=Größe");
    assert!(shown.contains("say `--rename Größe.select=name`"), "{shown}");
    fs::remove_file(session.path().join("migrations/lost_y.toml")).unwrap();
    for (rename, part) in [
        ("it's", "does not say what is renamed to what"),
        ("its=Größe", "a table with a similar name exists: `it's`"),
        ("it's.selec=name", "a column with a similar name exists: `select`"),
        ("it's=Grösse", "the model has no table `Grösse`"),
        ("it's.more=later --rename it's=Größe", "the model has no column `later`"),
        ("it's.more=name --rename it's=Größe", "is renamed, and the model has it still"),
        ("it's.more=id", "cannot"),
    ] {
        let shown = session.run(&format!("revision --autogenerate -m no --rename {rename}"));
        assert!(!shown.contains("exit: 0") && shown.contains(part), "{shown}");
    }
    run(&session, "revision --autogenerate -m z --rev-id bbbb --rename it's=Größe --rename it's.select=name");
    run(&session, "upgrade heads");
    let shown = run(&session, "revision --autogenerate -m again");
    assert!(shown.contains("no revision is written"), "{shown}");
    let mut connection =
        limbeck::connect(&url.replace("sqlite:", &format!("sqlite:{}/", session.path().display()))).unwrap();
    let quote = if url.starts_with("mysql") || url.starts_with("mariadb") { '`' } else { '"' };
    let rows = connection.query(&format!("SELECT name FROM {quote}Größe{quote}")).unwrap();
    assert_eq!(rows[0][0].as_text(), Some("kept"));
    run(&session, "downgrade base");
}

#[test]
fn renamed_tables_and_columns_of_sqlite_keep_their_rows() {
    renames_keep_rows("sqlite:shop.db");
}

#[cfg(feature = "postgres")]
#[test]
fn renamed_tables_and_columns_of_postgres_keep_their_rows() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", renames_keep_rows);
}

#[cfg(feature = "mysql")]
#[test]
fn renamed_tables_and_columns_of_mariadb_keep_their_rows() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", renames_keep_rows);
}

/// A key to what becomes unique later must not come before, or the database refuses it, or the old program's rows.
fn a_key_waits_for_what_it_points_at(url: &str) {
    let session = session(url);
    let plain = "[[table]]\nname = \"account\"\ncolumns = [{ name = \"email\", type = \"string(80)\", nullable = false }]\n";
    write(&session, "schema.toml", plain);
    run(&session, "revision --autogenerate -m first --rev-id first");
    run(&session, "upgrade heads");
    let keyed = format!(
        "{plain}uniques = [{{ name = \"uq_account\", columns = [\"email\"] }}]\n\n[[table]]\nname = \"item\"\n\
         columns = [{{ name = \"owner\", type = \"string(80)\" }}]\n\
         foreign_keys = [{{ name = \"fk_item\", columns = [\"owner\"], references = \"account\", referred_columns = [\"email\"] }}]\n"
    );
    write(&session, "schema.toml", &keyed);
    run(&session, "revision --autogenerate -m second --phase both --rev-id b");
    run(&session, "upgrade expand@head");
    let schema = run(&session, "schema b_expand");
    assert!(schema.contains("name = \"item\"") && !schema.contains("fk_item"), "{schema}");
    run(&session, "upgrade heads");
    let left = run(&session, "diff database model");
    assert!(!left.contains("[[upgrade]]"), "{left}");
}

#[test]
fn a_key_waits_for_what_it_points_at_on_sqlite() {
    a_key_waits_for_what_it_points_at("sqlite:app.db");
}

#[cfg(feature = "postgres")]
#[test]
fn a_key_waits_for_what_it_points_at_on_postgres() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", a_key_waits_for_what_it_points_at);
}

/// A column that is computed from one whose type changes would stand in the way of that change.
fn a_computed_column_waits_for_the_type_that_it_is_computed_from(url: &str) {
    let session = session(url);
    let model = |width: &str, more: &str| {
        let column = format!("{{ name = \"width\", type = \"{width}\" }}");
        format!("[[table]]\nname = \"box\"\ncolumns = [{column}{more}]\n")
    };
    write(&session, "schema.toml", &model("integer", ""));
    run(&session, "revision --autogenerate -m first --rev-id first");
    run(&session, "upgrade heads");
    let more = r#", { name = "twice", type = "bigint", generated = { sql = "width * 2", storage = "stored" } },
        { name = "depth", type = "integer" }"#;
    let view = "\n[[view]]\nname = \"doubled\"\nsql = \"SELECT twice FROM box\"\n";
    write(&session, "schema.toml", &(model("bigint", more) + view));
    run(&session, "revision --autogenerate -m second --phase both --rev-id b");
    run(&session, "upgrade expand@head");
    let schema = run(&session, "schema b_expand");
    assert!(schema.contains("\"depth\"") && !schema.contains("\"twice\""), "{schema}");
    run(&session, "upgrade heads");
    let left = run(&session, "diff database model");
    assert!(!left.contains("[[upgrade]]"), "{left}");
}

#[test]
fn a_computed_column_waits_for_the_type_that_it_is_computed_from_on_sqlite() {
    a_computed_column_waits_for_the_type_that_it_is_computed_from("sqlite:app.db");
}

#[cfg(feature = "postgres")]
#[test]
fn a_computed_column_waits_for_the_type_that_it_is_computed_from_on_postgres() {
    server::with_database(
        "LIMBECK_TEST_POSTGRES_URL",
        a_computed_column_waits_for_the_type_that_it_is_computed_from,
    );
}

#[test]
fn a_revision_of_two_phases_is_written_whole_or_not_at_all() {
    let session = session("sqlite:app.db");
    write(&session, "limbeck.toml", &CONFIG.replace("[migrations]\n", "[migrations]\nheads_file = true\n"));
    let plain = "[[table]]\nname = \"account\"\ncolumns = [{ name = \"a\", type = \"text\" }]\n";
    write(&session, "schema.toml", plain);
    run(&session, "revision --autogenerate -m first --rev-id first");
    run(&session, "upgrade heads");
    write(&session, "schema.toml", &plain.replace("\"a\"", "\"b\""));
    let names = |session: &Session| {
        let files = fs::read_dir(session.path().join("migrations")).unwrap();
        let mut names: Vec<String> =
            files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    // What the second would be called is there already.
    fs::create_dir(session.path().join("migrations/b_contract_x_contract.toml")).unwrap();
    let before = (names(&session), fs::read_to_string(session.path().join("migrations/HEADS")).unwrap());
    let shown = session.run("revision --autogenerate -m x --phase both --rev-id b");
    assert!(!shown.contains("exit: 0") && shown.contains("b_contract_x_contract.toml"), "{shown}");
    let after = (names(&session), fs::read_to_string(session.path().join("migrations/HEADS")).unwrap());
    assert_eq!(after, before);
}

/// What the database has beside the history is in one table; an unnamed rule of another one changes.
fn drift_elsewhere_does_not_hinder(url: &str) {
    let session = session(url);
    let model = |check: &str, more: &str| {
        let table = |name: &str, rest: &str| {
            format!(
                "[[table]]\nname = \"{name}\"\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}{rest}]\n"
            )
        };
        let column = format!(", {{ name = \"x\", type = \"integer\", check = \"{check}\" }}");
        write(&session, "schema.toml", &format!("{}{}", table("t", &column), table("u", more)));
    };
    model("x > 0", "");
    run(&session, "revision --autogenerate -m a --rev-id a");
    run(&session, "upgrade heads");
    let path = url.replace("sqlite:", &format!("sqlite:{}/", session.path().display()));
    limbeck::connect(&path).unwrap().execute("ALTER TABLE u ADD COLUMN extra INTEGER").unwrap();
    model("x > 1", ", { name = \"extra\", type = \"integer\" }");
    let shown = run(&session, "revision --autogenerate -m b --rev-id b");
    assert!(shown.contains("is not what the history says: alter table `u`: add column `extra`"), "{shown}");
    assert!(shown.contains("found: alter table `t`: drop constraint `check (x > 0)`, add check"), "{shown}");
    assert!(!shown.contains("found: alter table `u`"), "{shown}");
    run(&session, "upgrade heads");
    let shown = run(&session, "revision --autogenerate -m again");
    assert!(shown.contains("no revision is written"), "{shown}");
    run(&session, "downgrade base");
}

#[test]
fn drift_elsewhere_does_not_hinder_on_sqlite() {
    drift_elsewhere_does_not_hinder("sqlite:app.db");
}

#[cfg(feature = "postgres")]
#[test]
fn drift_elsewhere_does_not_hinder_on_postgres() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", drift_elsewhere_does_not_hinder);
}

#[cfg(feature = "mysql")]
#[test]
fn drift_elsewhere_does_not_hinder_on_mariadb() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", drift_elsewhere_does_not_hinder);
}

/// A schema is made for what stands in it, once; one that is there is not, nor is the usual one.
#[cfg(feature = "postgres")]
#[test]
fn a_schema_comes_with_what_stands_in_it() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", |url| {
        let session = session(url);
        let table = |name: &str| {
            format!(
                "[[table]]\nname = '{name}'\ncolumns = [{{ name = \"id\", type = \"integer\", primary_key = true }}]\n"
            )
        };
        limbeck::connect(url).unwrap().execute("CREATE SCHEMA there").unwrap();
        let mut model = String::new();
        for (at, (name, made)) in
            [("there.log", false), ("Größe.log", true), ("Größe.more", false)].into_iter().enumerate()
        {
            model.push_str(&table(name));
            write(&session, "schema.toml", &model);
            let shown = run(&session, &format!("revision --autogenerate -m x --rev-id r{at}"));
            assert_eq!(shown.contains("found: create schema `Größe`"), made, "{shown}");
            assert_eq!(shown.matches("found: create schema").count(), usize::from(made), "{shown}");
            run(&session, "upgrade heads");
            assert!(run(&session, "revision --autogenerate -m again").contains("no revision is written"));
        }
        write(&session, "schema.sql", "CREATE TABLE public.t (id INT PRIMARY KEY);");
        let shown =
            run(&session, "revision --autogenerate --offline -m p --model schema.sql --model schema.toml");
        assert!(!shown.contains("found: create schema"), "{shown}");
    });
}

/// A column comes last, and where the model has it only where that is asked for.
fn columns_come_where_they_are_asked_for(url: &str) {
    let session = session(url);
    let model = |columns: &str| {
        let text = format!("[[table]]\nname = \"t\"\ncolumns = [{columns}]\n");
        write(&session, "schema.toml", &text);
    };
    let id = "{ name = \"id\", type = \"integer\", primary_key = true }";
    model(&format!("{id}, {{ name = \"last\", type = \"text\" }}"));
    run(&session, "revision --autogenerate -m a --rev-id a");
    run(&session, "upgrade heads");
    model(&format!("{id}, {{ name = \"middle\", type = \"text\" }}, {{ name = \"last\", type = \"text\" }}"));
    let is_placed = |line: &str| session.run(line).contains("after = \"id\"");
    assert!(!is_placed("diff head model") && is_placed("diff head model --column-order"));
    assert!(session.run("check --column-order").contains("add column `middle`"));
    run(&session, "revision --autogenerate -m last --rev-id last");
    let path = session.path().join("migrations/last_last.toml");
    assert!(!fs::read_to_string(&path).unwrap().contains("after = "));
    fs::remove_file(path).unwrap();
    let config = format!("{CONFIG}[autogenerate]\ncolumn_order = true\n");
    for (config, option) in [(CONFIG, " --column-order"), (&config, "")] {
        write(&session, "limbeck.toml", config);
        run(&session, &format!("revision --autogenerate -m b --rev-id b{option}"));
        run(&session, "upgrade heads");
        let order: Vec<usize> = ["id", "middle", "last"]
            .iter()
            .map(|name| place(&session.run("diff base database"), name))
            .collect();
        assert!(order.is_sorted(), "{}", session.run("diff base database"));
        run(&session, "check --column-order");
        run(&session, "downgrade -1");
        fs::remove_file(session.path().join("migrations/b_b.toml")).unwrap();
    }
}

fn place(shown: &str, name: &str) -> usize {
    shown.find(&format!("name = \"{name}\"")).unwrap()
}

#[test]
fn columns_come_where_they_are_asked_for_on_sqlite() {
    columns_come_where_they_are_asked_for("sqlite:app.db");
}

#[cfg(feature = "postgres")]
#[test]
fn columns_come_where_they_are_asked_for_on_postgres() {
    server::with_database("LIMBECK_TEST_POSTGRES_URL", columns_come_where_they_are_asked_for);
}

#[cfg(feature = "mysql")]
#[test]
fn columns_come_where_they_are_asked_for_on_mariadb() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", columns_come_where_they_are_asked_for);
}

/// MariaDB writes checks anew, by the types of their columns.
#[cfg(feature = "mysql")]
#[test]
fn checks_that_mariadb_writes_anew_are_the_same() {
    server::with_database("LIMBECK_TEST_MARIADB_URL", |url| {
        let session = session(url);
        let model = |checks: &[&str]| {
            let checks: Vec<String> = checks
                .iter()
                .enumerate()
                .map(|(at, sql)| format!("{{ name = \"c{at}\", sql = \"{sql}\" }}"))
                .collect();
            let columns = "{ name = \"id\", type = \"integer\", primary_key = true }, { name = \"big\", type = \"bigint\" }, \
                           { name = \"word\", type = \"string(9)\" }";
            let text =
                format!("[[table]]\nname = \"t\"\ncolumns = [{columns}]\nchecks = [{}]\n", checks.join(", "));
            write(&session, "schema.toml", &text);
        };
        model(&["big <> 'text'", "not (big = 1)", "word in ('x')", "big % 2 = 0", "not word is null"]);
        run(&session, "revision --autogenerate -m one --rev-id aaaa --model schema.toml");
        run(&session, "upgrade heads");
        let nothing = "the model has no changes";
        for checks in [
            &["big <> 'text'", "not (big = 1)", "word in ('x')", "big % 2 = 0", "not word is null"][..],
            &["big != 0", "big <> 1", "word = 'x'", "mod(big, 2) = 0", "word is not null"],
        ] {
            model(checks);
            let shown = run(&session, "revision --autogenerate -m two --model schema.toml");
            assert!(shown.contains(nothing) && !shown.contains("warning"), "{shown}");
            let shown = session.run("diff database schema.toml");
            assert!(shown.contains("exit: 0"), "{shown}");
        }
        // Without the database the texts are compared.
        model(&["big <> 'text'", "not (big = 1)", "word in ('x')", "big % 2 = 0", "not word is null"]);
        assert!(run(&session, "check").contains("all is well"));
        model(&["big <> 'text'", "not (big = 2)", "word in ('x')", "big % 2 = 0", "not word is null"]);
        let shown = run(&session, "revision --autogenerate -m three --rev-id bbbb --model schema.toml");
        assert!(shown.contains("found: alter table `t`: drop constraint `c1`, add check `c1`"), "{shown}");
        run(&session, "upgrade heads");
        assert!(run(&session, "check").contains("all is well"));
        // Nothing of what was asked stays.
        let mut connection = limbeck::connect(url).unwrap();
        assert_eq!(connection.relations().unwrap().iter().filter(|name| name.contains("asked")).count(), 0);
    });
}
