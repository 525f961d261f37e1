//! Scripts of Alembic's that ask what the database holds, on databases that are and are not what their history says.

#![cfg(all(feature = "sqlite", feature = "alembic"))]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::fs;
use std::path::Path;

use limbeck::config::Config;
use limbeck::core::diagnostic::Code;
use limbeck::core::name::TableName;
use limbeck::prelude::*;
use limbeck::project::Project;

/// A copy of the scripts, with a database beside them.
struct Guarded {
    directory: tempfile::TempDir,
}

impl Guarded {
    fn new() -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/alembic/guarded");
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join("versions")).unwrap();
        for name in ["alembic.ini", "env.py"] {
            fs::copy(from.join(name), directory.path().join(name)).unwrap();
        }
        for entry in fs::read_dir(from.join("versions")).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), directory.path().join("versions").join(entry.file_name())).unwrap();
        }
        let ini = directory.path().join("alembic.ini");
        let text = fs::read_to_string(&ini).unwrap().replace("= .\n", "= %(here)s\n");
        fs::write(&ini, text).unwrap();
        Self { directory }
    }

    fn project(&self) -> Project {
        let config = Config::load(&self.directory.path().join("alembic.ini"), &|_| None).unwrap();
        Project::open(config).unwrap()
    }

    fn connect(&self) -> Box<dyn Connection> {
        connect(&format!("sqlite:{}", self.directory.path().join("guarded.db").display())).unwrap()
    }

    fn run(&self, target: &str) -> Result<Outcome, Diagnostics> {
        let (project, down) = (self.project(), target == "base");
        let target = target.parse().unwrap();
        let settings = Settings { version_table: project.config().version_table.clone(), ..settings() };
        let mut connection = self.connect();
        let mut migrator = Migrator::new(project.history(), &mut *connection, settings);
        if down { migrator.downgrade(&target) } else { migrator.upgrade(&target) }
    }

    fn execute(&self, sql: &str) {
        self.connect().execute(sql).unwrap();
    }

    /// Returns the names of all tables and indexes, and the columns of `account`.
    fn shape(&self) -> String {
        let own = "name NOT LIKE 'sqlite%' AND name NOT LIKE 'limbeck%' AND name <> 'alembic_version'";
        let sql = format!(
            "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE {own} \
             UNION ALL SELECT 'account.' || name FROM pragma_table_info('account') ORDER BY 1)"
        );
        let rows = self.connect().query(&sql).unwrap();
        rows[0][0].as_text().unwrap_or_default().to_owned()
    }
}

const GUARDS: &str = "account account.email account.id account.nickname ix_tag_name order tag";

#[test]
fn guards_are_told_by_the_history_and_the_database_where_both_say_the_same() {
    let guarded = Guarded::new();
    guarded.run("reflected").unwrap();
    assert_eq!(guarded.shape(), GUARDS);
    guarded.run("base").unwrap();
    assert_eq!(guarded.shape(), "");
}

#[test]
fn a_database_that_is_not_what_the_history_says_is_asked_and_leads_back_to_it() {
    let guarded = Guarded::new();
    guarded.run("first").unwrap();
    guarded.execute("CREATE TABLE tag (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(20))");
    guarded.execute("ALTER TABLE account ADD COLUMN nickname VARCHAR(20)");
    guarded.execute("DROP INDEX ix_order_state");
    guarded.run("reflected").unwrap();
    assert_eq!(guarded.shape(), GUARDS);
    guarded.run("base").unwrap();
    assert_eq!(guarded.shape(), "");
}

#[test]
fn what_may_have_been_made_is_not_taken_for_missing_and_is_seen_once_the_database_is_there() {
    let guarded = Guarded::new();
    let fault = guarded.run("behind").unwrap_err();
    assert_eq!(fault.first().code, Code::Untold, "{fault}");
    assert!(fault.first().hint.as_deref().unwrap().contains("limbeck upgrade"), "{fault}");
    assert_eq!(guarded.shape(), "");
    guarded.run("unread").unwrap();
    guarded.run("behind").unwrap();
    assert_eq!(
        guarded.shape(),
        "account account.email account.id account.nickname beside ix_account_nickname ix_tag_name made order tag"
    );
    let folded = guarded.project().history().schema_at(&Heads::from_iter(["behind"]), "sqlite").unwrap();
    assert!(!folded.tables.contains_key(&TableName::parse("beside").unwrap()) && !folded.opaque.is_empty());
}

/// A script whose statements commit by themselves, so that a run of it can be broken off within.
const ASIDE: &str = "
import sqlalchemy as sa
from alembic import op

revision = 'aside'
down_revision = 'first'


def upgrade():
    inspector = sa.inspect(op.get_bind())
    with op.get_context().autocommit_block():
        if not inspector.has_table('tag'):
            op.execute('CREATE TABLE tag (id INTEGER)')
        op.execute('CREATE TABLE beside (id INTEGER)')
";

/// Makes a database on which a run of that script was broken off after the first of so many statements.
fn broken_off(of: usize) -> Guarded {
    let guarded = Guarded::new();
    fs::write(guarded.directory.path().join("versions/aside.py"), ASIDE).unwrap();
    guarded.run("first").unwrap();
    guarded.execute("CREATE TABLE tag (id INTEGER)");
    let checksum = guarded.project().history().body(&"aside".into()).unwrap().checksum();
    guarded.execute(&format!(
        "INSERT INTO limbeck_log (id, revision, direction, started_at, outcome, checksum, tool_version, statements_done, \
         statements_total) SELECT max(id) + 1, 'aside', 'upgrade', '', 'running', '{checksum}', '', 1, {of} FROM limbeck_log"
    ));
    guarded
}

#[test]
fn a_revision_that_was_broken_off_goes_on_with_what_its_guards_were_told_and_is_refused_where_that_is_lost() {
    // The table is there now, because the script has made it; the guard must not be asked again.
    let guarded = broken_off(2);
    guarded.run("aside").unwrap();
    let rows =
        guarded.connect().query("SELECT statements_done FROM limbeck_log WHERE revision = 'aside'").unwrap();
    assert_eq!(rows, [[Literal::Integer(2)]]);
    let other = broken_off(1);
    let fault = other.run("aside").unwrap_err();
    assert_eq!(fault.first().code, Code::BrokenOff, "{fault}");
}

#[test]
fn what_could_not_be_finished_once_it_is_broken_off_is_not_begun() {
    let guarded = Guarded::new();
    fs::write(guarded.directory.path().join("versions/aside.py"), ASIDE).unwrap();
    guarded.run("first").unwrap();
    guarded.execute("CREATE TABLE tag (id INTEGER)");
    let fault = guarded.run("aside").unwrap_err();
    assert_eq!(fault.first().code, Code::Unsupported, "{fault}");
    guarded.execute("DROP TABLE tag");
    guarded.run("aside").unwrap();
}

const ASKED: &str = "
import sqlalchemy as sa
from alembic import op

revision = 'asked'
down_revision = 'first'


def upgrade():
    inspector = sa.inspect(op.get_bind())
    try:
        there = QUESTION
    except sa.exc.NoSuchTableError:
        there = False
    if there:
        op.create_table('found', sa.Column('id', sa.Integer()))
";

#[test]
fn what_is_there_and_not_in_the_model_is_not_taken_for_missing() {
    for (sql, question, told) in [
        ("CREATE VIRTUAL TABLE docs USING fts5(body)", "inspector.has_table('docs')", false),
        ("CREATE VIRTUAL TABLE docs USING fts5(body)", "inspector.has_table('other')", true),
        ("CREATE VIEW seen AS SELECT 1 AS a", "inspector.get_columns('seen')", false),
        ("CREATE VIEW seen AS SELECT 1 AS a", "inspector.get_columns('unseen')", true),
        ("CREATE VIEW seen (b) AS SELECT 1", "inspector.has_table('seen')", false),
    ] {
        let guarded = Guarded::new();
        let script = ASKED.replace("QUESTION", question);
        fs::write(guarded.directory.path().join("versions/asked.py"), script).unwrap();
        guarded.run("first").unwrap();
        guarded.execute(sql);
        let done = guarded.run("asked");
        match told {
            true => assert!(done.is_ok(), "{question}: {}", done.unwrap_err()),
            false => assert_eq!(done.unwrap_err().first().code, Code::Untold, "{question}"),
        }
        assert!(!guarded.shape().contains("found"));
    }
}
