//! Idempotent scripts, run by the databases' own clients, from wherever a database is, and again.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::{Path, PathBuf};

use limbeck::core::dialect::ServerInfo;
use limbeck::core::migrator::{TransactionMode, offline_idempotent};
use limbeck::prelude::*;
use limbeck_tests::backend::{MARIADB, POSTGRES, SQLITE};
use limbeck_tests::client::{has_client, run_client};
use limbeck_tests::{Backend, Scratch};

/// A database for a script.
struct Site {
    backend: &'static Backend,
    scratch: Scratch,
    url: String,
    folder: tempfile::TempDir,
}

/// What a client made of a script.
type Ran = Result<(), String>;

impl Site {
    /// Opens an empty database; `None` when there is no server or no client, which is told.
    fn open(backend: &'static Backend) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        if !has_client(backend) {
            return None;
        }
        let (scratch, url) = match backend.name {
            "sqlite" => {
                let url = format!("sqlite:{}", folder.path().join("it's here.db").display());
                (Scratch::open(&url), url)
            }
            _ => {
                let scratch = (backend.open)()?;
                let url = scratch.url().unwrap();
                (scratch, url)
            }
        };
        Some(Self { backend, scratch, url, folder })
    }

    fn server(&self) -> ServerInfo {
        self.scratch.connection.server().clone()
    }

    fn upgrade(&mut self, history: &History, to: &str) {
        let to = to.parse().unwrap();
        Migrator::new(history, &mut *self.scratch.connection, limbeck::settings()).upgrade(&to).unwrap();
    }

    fn run(&self, script: &str) -> Ran {
        let output = run_client(self.backend, &self.url, script, self.folder.path());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    }

    /// Returns all that the database holds, without the times of the log; the log in order of revisions.
    fn contents(&mut self) -> Vec<String> {
        let backend = self.backend;
        let server = self.server();
        let reflected = self.scratch.connection.reflect(None).unwrap();
        let mut found = vec![format!("{:#?}", backend.dialect.normal_form(&reflected, &server))];
        found.extend(
            (backend.rows)(&mut self.scratch)
                .lines()
                .filter(|line| !line.contains("upgrade"))
                .map(str::to_owned),
        );
        found.extend(
            (backend.others)(&mut self.scratch).into_iter().filter(|line| !line.contains(" | view | ")),
        );
        let log = "SELECT revision, direction, outcome, checksum FROM limbeck_log ORDER BY revision";
        found.extend(self.scratch.rows(log));
        found
    }
}

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects").join(name).join("migrations")
}

fn script(backend: &Backend, history: &History, server: &ServerInfo, from: &str, to: &str) -> String {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    offline_idempotent(history, backend.dialect, server, &limbeck::settings(), &from, &to).unwrap()
}

#[track_caller]
fn same(found: &[String], wanted: &[String], what: &str) {
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found == wanted, "{what}:\n{found:.2000}\nis not\n{wanted:.2000}");
    }
    assert_eq!(found.len(), wanted.len(), "{what}");
}

/// From every revision, one branch ahead of the others included, a script comes to what the online run gives.
fn leads_from_everywhere(backend: &'static Backend, name: &str) {
    let history = History::builder().directories(&[project(name)]).build().unwrap();
    let Some(mut online) = Site::open(backend) else { return };
    online.upgrade(&history, "heads");
    let wanted = online.contents();
    let script = script(backend, &history, &online.server(), "base", "heads");
    let starts = history.graph().in_order().map(|header| header.revision.to_string());
    let starts: Vec<String> = std::iter::once("base".to_owned()).chain(starts).collect();
    for start in &starts {
        let mut site = Site::open(backend).unwrap();
        site.upgrade(&history, start);
        for round in ["first", "second"] {
            site.run(&script).unwrap_or_else(|said| panic!("{name} from {start}, {round} run: {said}"));
        }
        same(&site.contents(), &wanted, &format!("{name} from {start}, run twice"));
    }
    assert!(starts.len() > 5, "{starts:?}");
}

#[test]
fn sqlite_leads_from_everywhere_to_the_end() {
    leads_from_everywhere(&SQLITE, "shop");
}

#[test]
fn postgres_leads_from_everywhere_to_the_end() {
    leads_from_everywhere(&POSTGRES, "everywhere");
}

#[test]
fn mariadb_leads_from_everywhere_to_the_end() {
    leads_from_everywhere(&MARIADB, "everywhere");
}

const TANGLED: [(&str, &str); 6] = [
    ("a", "revision = \"a\"\n"),
    ("b", "revision = \"b\"\ndown_revision = \"a\"\n"),
    ("x", "revision = \"x\"\nbranch_labels = [\"right\"]\n"),
    ("y", "revision = \"y\"\ndown_revision = \"x\"\ndepends_on = [\"b\"]\n"),
    ("c", "revision = \"c\"\ndown_revision = \"b\"\n"),
    ("it's \"d\"", "revision = \"it's \\\"d\\\"\"\ndown_revision = [\"c\", \"y\"]\n"),
];

/// A history with a dependency between its branches, and a revision whose id has to be quoted.
fn tangled(folder: &Path) -> History {
    for (number, (id, head)) in TANGLED.iter().enumerate() {
        // One statement holds another's end, a backslash and what psql would take for a variable.
        let body = format!(
            "message = \"m\"\n[[upgrade]]\ncreate_table = \"t{number}\"\n\
             columns = [{{ name = \"id\", type = \"integer\", primary_key = true }}, {{ name = \"n\", type = \"text\" }}]\n\
             [[upgrade]]\ninsert = \"t{number}\"\nrows = [{{ id = 1, n = {:?} }}]\n",
            format!("{id}; -- '\\ :limbeck_runs\n.read")
        );
        fs::write(folder.join(format!("{number}.toml")), format!("{head}{body}")).unwrap();
    }
    History::builder().directories(&[folder.to_owned()]).build().unwrap()
}

/// Dependencies and quoted ids come through; a database that is past the end, or before the start, is told apart.
fn tells_places_apart(backend: &'static Backend) {
    let folder = tempfile::tempdir().unwrap();
    let history = tangled(folder.path());
    let Some(mut online) = Site::open(backend) else { return };
    let server = online.server();
    online.upgrade(&history, "heads");
    let wanted = online.contents();
    let whole = script(backend, &history, &server, "base", "heads");
    for start in ["base", "a", "b", "x", "y", "c", "heads"] {
        let mut site = Site::open(backend).unwrap();
        site.upgrade(&history, start);
        site.run(&whole).unwrap_or_else(|said| panic!("from {start}: {said}"));
        same(&site.contents(), &wanted, &format!("from {start}"));
    }
    // A part of the history: what is past its end stays where it is.
    let part = script(backend, &history, &server, "a", "y");
    online.run(&part).unwrap();
    same(&online.contents(), &wanted, "past the end");
    let mut before = Site::open(backend).unwrap();
    before.upgrade(&history, "x");
    let at_x = before.contents();
    let said = before.run(&part).unwrap_err();
    assert!(said.contains("the database is before `a`, where this script starts"), "{said}");
    same(&before.contents(), &at_x, "before the start");
    before.upgrade(&history, "a");
    before.run(&part).unwrap();
    let rows = before.scratch.rows("SELECT version_num FROM limbeck_version ORDER BY version_num");
    assert_eq!(rows, ["y"]);
}

#[test]
fn sqlite_tells_places_apart() {
    tells_places_apart(&SQLITE);
}

#[test]
fn postgres_tells_places_apart() {
    tells_places_apart(&POSTGRES);
}

#[test]
fn mariadb_tells_places_apart() {
    tells_places_apart(&MARIADB);
}

/// A revision that the script does not know may stand for anything, so that nothing is run.
fn leaves_unknown_revisions_alone(backend: &'static Backend) {
    let history = History::builder().directories(&[project("everywhere")]).build().unwrap();
    let Some(mut site) = Site::open(backend) else { return };
    let script = script(backend, &history, &site.server(), "base", "heads");
    site.upgrade(&history, "1e00000000a1");
    site.scratch.connection.execute("UPDATE limbeck_version SET version_num = 'newer'").unwrap();
    let before = site.contents();
    let said = site.run(&script).unwrap_err();
    assert!(said.contains("the database holds a revision that this script does not know"), "{said}");
    same(&site.contents(), &before, "an unknown revision");
}

#[test]
fn sqlite_leaves_unknown_revisions_alone() {
    leaves_unknown_revisions_alone(&SQLITE);
}

#[test]
fn postgres_leaves_unknown_revisions_alone() {
    leaves_unknown_revisions_alone(&POSTGRES);
}

#[test]
fn mariadb_leaves_unknown_revisions_alone() {
    leaves_unknown_revisions_alone(&MARIADB);
}

const SAME_TABLE: [&str; 3] = [
    "revision = \"a\"\nmessage = \"m\"\n[[upgrade]]\ncreate_table = \"t\"\ncolumns = [\
     { name = \"id\", type = \"integer\", primary_key = true }, { name = \"n\", type = \"string(5)\" }]\n",
    "revision = \"l\"\ndown_revision = \"a\"\nmessage = \"m\"\n[[upgrade]]\nalter_table = \"t\"\n\
     actions = [{ alter_column = \"n\", nullable = false }]\n",
    "revision = \"r\"\ndown_revision = \"a\"\nmessage = \"m\"\n[[upgrade]]\nalter_table = \"t\"\n\
     actions = [{ alter_column = \"n\", type = \"string(50)\" }]\n",
];

/// A change of a table as the history has it would undo what another branch did to the table, which is ahead.
fn does_not_undo_what_is_ahead(backend: &'static Backend) {
    let folder = tempfile::tempdir().unwrap();
    for (number, text) in SAME_TABLE.iter().enumerate() {
        fs::write(folder.path().join(format!("{number}.toml")), text).unwrap();
    }
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    let Some(mut online) = Site::open(backend) else { return };
    let script = script(backend, &history, &online.server(), "base", "heads");
    online.upgrade(&history, "heads");
    let wanted = online.contents();
    let mut stopped = 0;
    for start in ["a", "l", "r"] {
        let mut site = Site::open(backend).unwrap();
        site.upgrade(&history, start);
        let before = site.contents();
        match site.run(&script) {
            Ok(()) => same(&site.contents(), &wanted, start),
            Err(said) => {
                assert!(said.contains("knows how to apply"), "{said}");
                same(&site.contents(), &before, start);
                stopped += 1;
            }
        }
    }
    assert_eq!(stopped, 1, "one of the two branches comes first in the script");
}

#[test]
fn sqlite_does_not_undo_what_is_ahead() {
    does_not_undo_what_is_ahead(&SQLITE);
}

#[test]
fn postgres_does_not_undo_what_is_ahead() {
    does_not_undo_what_is_ahead(&POSTGRES);
}

#[test]
fn mariadb_does_not_undo_what_is_ahead() {
    does_not_undo_what_is_ahead(&MARIADB);
}

#[test]
fn a_run_that_was_broken_off_is_left_to_be_taken_up() {
    let history = History::builder().directories(&[project("shop")]).build().unwrap();
    let Some(mut site) = Site::open(&SQLITE) else { return };
    let script = script(&SQLITE, &history, &site.server(), "base", "heads");
    site.upgrade(&history, "1a5e000000a1");
    site.scratch.connection.execute("UPDATE limbeck_log SET outcome = 'running'").unwrap();
    let said = site.run(&script).unwrap_err();
    assert!(said.contains("a run was broken off"), "{said}");
}

/// What fails stops the script at the revision that it was in.
#[test]
fn sqlite_stops_where_a_revision_fails_and_goes_on_from_there() {
    let history = History::builder().directories(&[project("shop")]).build().unwrap();
    let Some(mut site) = Site::open(&SQLITE) else { return };
    let script = script(&SQLITE, &history, &site.server(), "base", "heads");
    site.upgrade(&history, "4d0e6e000001");
    site.scratch.connection.execute("UPDATE purchase SET quantity = -1 WHERE id = 5").unwrap();
    let before = site.contents();
    let said = site.run(&script).unwrap_err();
    assert!(said.contains("ck_purchase_quantity"), "{said}");
    same(&site.contents(), &before, "a script that failed");
    site.scratch.connection.execute("UPDATE purchase SET quantity = 1 WHERE id = 5").unwrap();
    site.run(&script).unwrap();
    let rows = site.scratch.rows("SELECT version_num FROM limbeck_version");
    assert_eq!(rows, ["5e1c0de5a1e5"]);
}

#[test]
fn a_part_that_was_not_run_is_noticed() {
    let history = History::builder().directories(&[project("shop")]).build().unwrap();
    let Some(mut site) = Site::open(&SQLITE) else { return };
    let script = script(&SQLITE, &history, &site.server(), "base", "heads");
    site.upgrade(&history, "1a5e000000a2");
    let before = site.contents();
    // As when another run in the same directory has emptied the file: what follows would build on nothing.
    let lines: Vec<&str> = script.lines().collect();
    let next = lines.iter().position(|line| line.contains("Running upgrade 1a5e000000a2 ->")).unwrap();
    let read = (next..lines.len()).find(|at| lines[*at].starts_with(".read ")).unwrap();
    let broken: Vec<&str> = [&lines[..read], &lines[read + 1..]].concat();
    let said = site.run(&broken.join("\n")).unwrap_err();
    assert!(said.contains("was not run"), "{said}");
    same(&site.contents(), &before, "a part that was not run");
}

#[test]
fn other_transactions_than_one_a_revision_are_refused() {
    let history = History::builder().directories(&[project("shop")]).build().unwrap();
    let server = SQLITE.dialect.server("sqlite", None).unwrap();
    let mut settings = limbeck::settings();
    let (base, heads) = (Target::base(), Target::heads());
    for mode in [TransactionMode::Run, TransactionMode::None] {
        settings.transaction = mode;
        let refused =
            offline_idempotent(&history, SQLITE.dialect, &server, &settings, &base, &heads).unwrap_err();
        assert!(refused.to_string().contains("needs a transaction for each of them"), "{refused}");
    }
}

#[test]
fn what_mysql_does_not_prepare_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "-- revision = \"a\"\n-- message = \"m\"\n\n-- limbeck:upgrade transaction=outside\n\
                CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.n = 1;\n";
    fs::write(folder.path().join("a.sql"), text).unwrap();
    let history = History::builder().directories(&[folder.path().to_owned()]).build().unwrap();
    let (base, heads) = (Target::base(), Target::heads());
    let printed = |flavour: &str| {
        let server = MARIADB.dialect.server(flavour, None).unwrap();
        offline_idempotent(&history, MARIADB.dialect, &server, &limbeck::settings(), &base, &heads)
    };
    assert!(printed("mariadb").unwrap().contains("CREATE TRIGGER"));
    let refused = printed("mysql").unwrap_err();
    assert!(refused.to_string().contains("prepares no statement about a TRIGGER"), "{refused}");
}
