//! Offline SQL, run by the database's own client, gives the same database as the online run.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use limbeck::core::diagnostic::Code;
use limbeck::core::migrator::offline_upgrade;
use limbeck::prelude::*;
use limbeck_sqlite::normal_form;
use limbeck_tests::operations;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// Returns the version of the client; without one, prints that the test is skipped, which CI does not accept.
fn client() -> Option<String> {
    let found = Command::new("sqlite3").arg("--version").output().ok();
    let version = found.and_then(|output| {
        let text = String::from_utf8(output.stdout).ok()?;
        text.split(' ').next().map(str::to_owned)
    });
    if version.is_none() {
        assert!(std::env::var_os("CI").is_none(), "skipped: there is no client `sqlite3`");
        // Not by a macro, whose words are kept from whoever runs the tests.
        std::io::stderr().write_all(b"skipped: there is no client `sqlite3`\n").unwrap();
    }
    version
}

/// What the client does after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Errors {
    Stop,
    GoOn,
}

fn run_client(database: &Path, script: &str, errors: Errors) -> Output {
    let mut command = Command::new("sqlite3");
    if errors == Errors::Stop {
        command.arg("-bail");
    }
    command.arg("-batch").arg(database);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let script = script.to_owned();
    // A client that stops early closes its end.
    let writer = std::thread::spawn(move || {
        let _ = input.write_all(script.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn migrations(name: &str, folder: &Path) -> PathBuf {
    let fixtures = fixtures();
    if name == "shop" {
        return fixtures.join("projects/shop/migrations");
    }
    let target = folder.join(format!("{name} migrations"));
    fs::create_dir(&target).unwrap();
    fs::copy(fixtures.join("operations").join(format!("{name}.toml")), target.join("f1.toml")).unwrap();
    target
}

/// Returns all that a database holds. Times of the log are left out.
fn contents(connection: &mut dyn Connection) -> Vec<String> {
    let mut found = vec![format!("{:#?}", normal_form(&connection.reflect(None).unwrap()))];
    let texts = "SELECT name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name";
    found.push(format!("{:?}", connection.query(texts).unwrap()));
    for row in connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap()
    {
        let name = row[0].as_text().unwrap().to_owned();
        let columns = if name == "limbeck_log" { "revision, direction, outcome, checksum" } else { "*" };
        let sql = format!("SELECT {columns} FROM \"{}\" ORDER BY 1, 2", name.replace('"', "\"\""));
        let sql = if name == "limbeck_version" { sql.replace(", 2", "") } else { sql };
        let rows = connection.query(&sql).or_else(|_| connection.query(&sql.replace(", 2", ""))).unwrap();
        found.push(format!("{name} {rows:?}"));
    }
    found.push(format!("{:?}", connection.query("SELECT * FROM pragma_integrity_check").unwrap()));
    found
}

fn open(path: &Path) -> Box<dyn Connection> {
    limbeck::connect(&format!("sqlite:{}", path.display())).unwrap()
}

#[test]
fn a_script_run_by_the_client_gives_what_the_online_run_gives() {
    let Some(version) = client() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dialect = limbeck::dialect_named("sqlite").unwrap();
    let server = dialect.server("sqlite", Some(&version)).unwrap();
    let names = operations().into_iter().filter(|fixture| !fixture.change("sqlite").is_empty());
    let names = names.map(|fixture| fixture.name).chain(["shop".to_owned()]);
    let (mut compared, mut only_online) = (0, Vec::new());
    for name in names {
        let history = History::builder().directories(&[migrations(&name, folder.path())]).build().unwrap();
        let (base, head, settings) = (Target::base(), Target::heads(), limbeck::settings());
        let online = folder.path().join(format!("{name} online.db"));
        let mut connection = open(&online);
        let run = Migrator::new(&history, &mut *connection, settings.clone()).upgrade(&head);
        let script = match offline_upgrade(&history, dialect, &server, &settings, &base, &head) {
            Ok(script) => script,
            Err(refused) => {
                let needs = refused.iter().all(|fault| fault.code == Code::Opaque);
                assert!(run.is_err() || needs, "{name} is refused offline alone: {refused}");
                only_online.extend(run.is_ok().then_some(name.clone()));
                continue;
            }
        };
        let offline = folder.path().join(format!("{name} offline.db"));
        let output = run_client(&offline, &script, Errors::Stop);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), run.is_ok(), "{name}: {said} {run:?}");
        if run.is_err() {
            assert_eq!(open(&offline).query("SELECT 1 FROM sqlite_schema").unwrap(), [[]; 0], "{name}");
            continue;
        }
        let (found, wanted) = (contents(&mut *open(&offline)), contents(&mut *connection));
        for (found, wanted) in found.iter().zip(&wanted) {
            assert!(found == wanted, "{name}:\n{found:.2000}\nis not\n{wanted:.2000}");
        }
        assert_eq!(found.len(), wanted.len(), "{name}");
        compared += 1;
    }
    assert!(compared > 15, "only {compared} fixtures were compared");
    // A script would lose the triggers that raw SQL has made, and is refused.
    for name in only_online {
        let file = fixtures().join("operations").join(format!("{name}.toml"));
        assert!(fs::read_to_string(file).unwrap().contains("CREATE TRIGGER"), "{name} is refused offline");
    }
}

#[test]
fn a_script_that_fails_half_way_leaves_everything_as_it_was() {
    if client().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("a.db");
    let history = History::builder().directories(&[migrations("shop", folder.path())]).build().unwrap();
    let dialect = limbeck::dialect_named("sqlite").unwrap();
    let server = dialect.server("sqlite", Some("3.40")).unwrap();
    let script = |from: &str, to: &str| {
        let (from, to) = (from.parse::<Target>().unwrap(), to.parse::<Target>().unwrap());
        offline_upgrade(&history, dialect, &server, &limbeck::settings(), &from, &to).unwrap()
    };
    assert!(run_client(&database, &script("base", "4d0e6e000001"), Errors::Stop).status.success());
    open(&database).execute("UPDATE purchase SET quantity = -1 WHERE id = 5").unwrap();
    let before = contents(&mut *open(&database));
    for errors in [Errors::Stop, Errors::GoOn] {
        let output = run_client(&database, &script("4d0e6e000001", "5e1c0de5a1e5"), errors);
        assert!(!output.status.success());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("ck_purchase_quantity"), "{said}");
        assert!(
            contents(&mut *open(&database)) == before,
            "{errors:?}: a script that failed changed something"
        );
    }
}

#[test]
fn a_script_that_would_lose_a_trigger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let history =
        History::builder().directories(&[migrations("group_in_one_copy", folder.path())]).build().unwrap();
    let dialect = limbeck::dialect_named("sqlite").unwrap();
    let server = dialect.server("sqlite", None).unwrap();
    let (base, heads) = (Target::base(), Target::heads());
    let refused =
        offline_upgrade(&history, dialect, &server, &limbeck::settings(), &base, &heads).unwrap_err();
    assert!(refused.to_string().contains("L0113"), "{refused}");
}

const RENEWED: [(&str, &str); 3] = [
    (
        "revision = \"a\"\n",
        "[[upgrade]]\ncreate_table = \"it's\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, \
         { name = \"n\", type = \"integer\" }]\nindexes = [{ name = \"ix\", columns = [\"n\"] }]\n",
    ),
    (
        "revision = \"b\"\ndown_revision = \"a\"\n",
        "[[upgrade]]\nalter_table = \"it's\"\nrecreate = \"always\"\nactions = [\
         { alter_column = \"n\", nullable = false }, { add_column = \"m\", type = \"text\", before = \"n\" }]\n",
    ),
    (
        "revision = \"c\"\ndown_revision = \"b\"\n",
        "[[upgrade]]\nalter_table = \"it's\"\nactions = [{ drop_column = \"m\" }]\n",
    ),
];

#[test]
fn a_shell_that_goes_on_after_errors_keeps_each_revision_whole_or_not_at_all() {
    if client().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("migrations");
    fs::create_dir(&files).unwrap();
    for (number, (head, body)) in RENEWED.iter().enumerate() {
        fs::write(files.join(format!("{number}.toml")), format!("{head}message = \"m\"\n{body}")).unwrap();
    }
    let history = History::builder().directories(&[files]).build().unwrap();
    let dialect = limbeck::dialect_named("sqlite").unwrap();
    let server = dialect.server("sqlite", Some("3.40")).unwrap();
    let script = |from: &str, to: &str| {
        let (from, to) = (from.parse::<Target>().unwrap(), to.parse::<Target>().unwrap());
        offline_upgrade(&history, dialect, &server, &limbeck::settings(), &from, &to).unwrap()
    };
    let start = folder.path().join("start.db");
    assert!(run_client(&start, &script("base", "a"), Errors::GoOn).status.success());
    open(&start).execute("INSERT INTO \"it's\" VALUES (1, 1), (2, NULL)").unwrap();
    let database = folder.path().join("run.db");
    let run = |script: &str| {
        fs::copy(&start, &database).unwrap();
        let succeeded = run_client(&database, script, Errors::GoOn).status.success();
        (succeeded, contents(&mut *open(&database)))
    };
    let before = contents(&mut *open(&start));
    let script = script("a", "c");
    assert!(run(&script) == (false, before.clone()), "a row with NULL was lost");
    open(&start).execute("UPDATE \"it's\" SET n = 2").unwrap();
    let before = contents(&mut *open(&start));
    let (succeeded, after) = run(&script);
    assert!(succeeded && after != before);
    let first_step = script.split("-- Running upgrade b -> c").next().unwrap();
    let (_, between) = run(first_step);
    // Each statement in turn is one that fails, or one that rolls everything back, as an error of the disk may.
    let statements: Vec<&str> = script.split_inclusive(";\n").collect();
    let mut within = false;
    for at in 0..statements.len() {
        match statements[at] {
            opened if opened.contains("(holds") => within = true,
            closed if closed.contains("COMMIT;") => within = false,
            _ => {}
        }
        // Nobody is worse off without a row of the log.
        if !within || statements[at].contains("INSERT INTO \"limbeck_log\"") {
            continue;
        }
        let broken = |by: &'static str| {
            let mut script = statements.clone();
            script[at] = by;
            run(&script.concat()).1
        };
        let found = broken("SELECT missing;\n");
        let whole = [&before, &between, &after].contains(&&found);
        assert!(whole, "half of a revision without {}:\n{found:#?}", statements[at]);
        let found = broken("ROLLBACK;\n");
        let is_there = |whole: &[String]| whole[2..].iter().all(|rows| found.contains(rows));
        let whole = is_there(&before) || is_there(&between);
        assert!(whole, "rows were lost after a rollback in place of {}:\n{:#?}", statements[at], &found[1..]);
    }
}

const EDITED: [(&str, &str); 2] = [
    (
        "revision = \"a\"\n",
        "[[upgrade]]\ncreate_table = \"it's\"\ncolumns = [{ name = \"id\", type = \"integer\", primary_key = true }, \
         { name = \"n\", type = \"integer\" }]\nchecks = [{ name = \"ck\", sql = \"n > 0\" }]\n\
         indexes = [{ name = \"ix\", columns = [\"n\"] }]\n\
         [[upgrade]]\nalter_table = \"it's\"\nactions = [{ add_column = \"late\", type = \"string(5)\", default = \"x\", \
         references = \"it's.id\" }, { rename_column = \"n\", to = \"a number\" }]\n",
    ),
    (
        "revision = \"b\"\ndown_revision = \"a\"\n",
        "[[upgrade]]\nalter_table = \"it's\"\nRECREATE\
         actions = [{ alter_column = \"a number\", default = 5 }]\n",
    ),
];

/// What somebody may have done to the table by hand; the last ones to its text.
const BY_HAND: [&str; 7] = [
    "ALTER TABLE \"it's\" ADD COLUMN extra TEXT",
    "CREATE INDEX mine ON \"it's\" (late)",
    "CREATE TRIGGER mine DELETE ON \"it's\" BEGIN SELECT 1; END",
    "replace(sql, '(5)', '(6)')",
    "replace(sql, ' > 0', ' > 1')",
    "replace(sql, '\"id\" INTEGER', '\"id\" /* mine */ INTEGER')",
    "replace(sql, 'INTEGER NOT NULL', 'INTEGER NOT NULL ON CONFLICT IGNORE')",
];

#[test]
fn a_script_does_not_write_over_a_table_that_is_not_what_the_history_says() {
    let Some(version) = client() else { return };
    for recreate in ["", "recreate = \"always\"\n"] {
        let folder = tempfile::tempdir().unwrap();
        let files = folder.path().join("migrations");
        fs::create_dir(&files).unwrap();
        for (number, (head, body)) in EDITED.iter().enumerate() {
            let body = body.replace("RECREATE", recreate);
            fs::write(files.join(format!("{number}.toml")), format!("{head}message = \"m\"\n{body}"))
                .unwrap();
        }
        let history = History::builder().directories(&[files]).build().unwrap();
        let dialect = limbeck::dialect_named("sqlite").unwrap();
        let server = dialect.server("sqlite", Some(&version)).unwrap();
        let script = |from: &str, to: &str| {
            let (from, to) = (from.parse::<Target>().unwrap(), to.parse::<Target>().unwrap());
            offline_upgrade(&history, dialect, &server, &limbeck::settings(), &from, &to).unwrap()
        };
        let start = folder.path().join("start.db");
        let made = run_client(&start, &script("base", "a"), Errors::Stop);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        open(&start).execute("INSERT INTO \"it's\" VALUES (1, 1, 1), (2, 3, 2)").unwrap();
        let script = script("a", "b");
        let database = folder.path().join("run.db");
        for change in BY_HAND {
            fs::copy(&start, &database).unwrap();
            let edit = format!(
                "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = {change} WHERE name = 'it''s';"
            );
            let change = if change.starts_with("replace") { edit } else { format!("{change};") };
            assert!(run_client(&database, &change, Errors::Stop).status.success(), "{change}");
            let changed = fs::read(&database).unwrap() != fs::read(&start).unwrap();
            assert!(changed, "{change}: nothing was changed by hand");
            let before = fs::read(&database).unwrap();
            for errors in [Errors::Stop, Errors::GoOn] {
                let output = run_client(&database, &script, errors);
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(!output.status.success() && said.contains("is not what the history says"), "{said}");
                assert!(before == fs::read(&database).unwrap(), "{change}: the script changed the file");
            }
        }
        fs::copy(&start, &database).unwrap();
        let output = run_client(&database, &script, Errors::Stop);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
