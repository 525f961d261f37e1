//! The history that is raced for, the process that migrates, and the database that it should leave.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use limbeck::core::dialect::ConnectOptions;
use limbeck::prelude::*;
use limbeck_tests::{BACKENDS, Backend, Scratch, same};
use tempfile::TempDir;

/// Set in the process that migrates: the URL and the folder.
const URL: &str = "LIMBECK_TEST_SERVERS_URL";
const FOLDER: &str = "LIMBECK_TEST_SERVERS_FOLDER";
pub(super) const REVISIONS: usize = 24;

/// Makes revisions with several statements each that change the schema, rows between them, and raw SQL.
pub(super) fn write() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..REVISIONS {
        let parent = n.checked_sub(1).map(|n| format!("down_revision = \"r{n:04}\"\n")).unwrap_or_default();
        let text = format!(
            r#"revision = "r{n:04}"
{parent}
[[upgrade]]
create_table = "t{n}"
columns = [
    {{ name = "id", type = "integer", primary_key = true }},
    {{ name = "a", type = "string(50)", default = "x" }},
    {{ name = "b", type = "integer" }},
]
checks = [{{ name = "ck_t{n}", sql = "b > 0" }}]
indexes = [{{ name = "ix_t{n}_a", columns = ["a"] }}, {{ name = "ix_t{n}_b", columns = ["b"] }}]

[[upgrade]]
insert = "t{n}"
rows = [{{ a = "one", b = 1 }}, {{ a = "it's", b = 5 }}]

[[upgrade]]
alter_table = "t{n}"
actions = [{{ add_column = "c", type = "integer", default = 3 }}, {{ rename_column = "a", to = "aa" }}]

[[upgrade]]
execute = "CREATE TABLE raw{n} (a INTEGER); INSERT INTO raw{n} VALUES (1), (2); CREATE INDEX rawix{n} ON raw{n} (a); UPDATE t{n} SET b = b + 1"
state = [{{ create_table = "raw{n}", columns = [{{ name = "a", type = "integer" }}], indexes = [{{ name = "rawix{n}", columns = ["a"] }}] }}]

[[upgrade]]
create_index = "ix_t{n}_cc"
table = "t{n}"
columns = ["c"]
concurrently = true
dialects = ["postgres"]

[[upgrade]]
execute = "CREATE INDEX CONCURRENTLY rawcc{n} ON raw{n} (a); DROP INDEX CONCURRENTLY rawcc{n}"
state = []
transaction = "outside"
dialects = ["postgres"]

[[upgrade]]
create_index = "ix_t{n}_d"
table = "t{n}"
columns = ["aa", "b"]
unique = true

[[upgrade]]
rename_table = "t{n}"
to = "u{n}"
"#
        );
        std::fs::write(folder.path().join(format!("r{n:04}.toml")), text).unwrap();
    }
    folder
}

pub(super) fn history(folder: &Path) -> History {
    History::builder().directories(&[folder.to_owned()]).build().unwrap()
}

/// Is a process that migrates.
#[test]
fn migrates() {
    let (Ok(url), Some(folder)) = (std::env::var(URL), std::env::var_os(FOLDER)) else { return };
    let history = history(&PathBuf::from(folder));
    // On a busy machine eight processes take their time.
    let patient = ConnectOptions { lock_timeout: Duration::from_secs(240), ..ConnectOptions::default() };
    let mut connection = limbeck::connect_with(&url, &patient).unwrap();
    let run = Migrator::new(&history, &mut *connection, limbeck::settings()).upgrade(&Target::heads());
    if let Err(faults) = run {
        panic!("{faults}");
    }
}

/// Starts a process that migrates.
pub(super) fn spawn(url: &str, folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "revisions::migrates", "--nocapture"]).env(URL, url).env(FOLDER, folder);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for processes that migrate, none of which may fail.
pub(super) fn all_succeed(running: Vec<Child>) {
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A database of its own.
pub(super) struct Place {
    pub(super) scratch: Scratch,
    pub(super) url: String,
    _folder: Option<TempDir>,
}

impl Place {
    /// Makes an empty database on a back end; `None` when there is no server.
    pub(super) fn new(backend: &Backend) -> Option<Self> {
        if backend.name == "sqlite" {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("a.db").display());
            return Some(Self { scratch: Scratch::open(&url), url, _folder: Some(folder) });
        }
        let scratch = (backend.open)()?;
        let url = scratch.url().unwrap();
        Some(Self { scratch, url, _folder: None })
    }

    /// Takes a database that another way leads to.
    pub(super) fn at(url: String) -> Self {
        Self { scratch: Scratch::open(&url), url, _folder: None }
    }
}

/// Makes an empty database on each back end.
pub(super) fn places() -> impl Iterator<Item = (&'static Backend, Place)> {
    BACKENDS.iter().filter_map(|backend| Some((*backend, Place::new(backend)?)))
}

/// Fails unless all revisions ran, each once, and the database is what they add up to.
pub(super) fn is_finished(scratch: &mut Scratch, folder: &Path) {
    let history = history(folder);
    let last = format!("r{:04}", REVISIONS - 1);
    assert_eq!(scratch.rows("SELECT version_num FROM limbeck_version"), std::slice::from_ref(&last));
    let steps = scratch.rows("SELECT revision FROM limbeck_log WHERE outcome = 'done' ORDER BY revision");
    let ids: Vec<String> = (0..REVISIONS).map(|n| format!("r{n:04}")).collect();
    assert_eq!(steps, ids);
    for n in 0..REVISIONS {
        assert_eq!(scratch.rows(&format!("SELECT b, c FROM u{n} ORDER BY b")), ["2 | 3", "6 | 3"], "u{n}");
        assert_eq!(scratch.rows(&format!("SELECT a FROM raw{n} ORDER BY a")), ["1", "2"], "raw{n}");
    }
    let heads = [last.as_str()].into_iter().collect();
    let mut folded = history.schema_at(&heads, scratch.connection.server().names()).unwrap();
    for name in ["limbeck_version", "limbeck_log"] {
        let name = limbeck::core::name::TableName::parse(name).unwrap();
        let table = scratch.connection.reflect(Some(std::slice::from_ref(&name))).unwrap();
        folded.tables.extend(table.tables);
    }
    same(scratch, &folded);
}
