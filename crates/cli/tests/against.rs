//! `check --against`: the files as they would be after a merge, also those of other tools that are read in place.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod support;

use std::fs;
use std::process::Command;

use support::Session;

/// A project of another tool, before a branch and on both sides.
struct Case {
    /// What stands in `limbeck.toml`.
    config: &'static str,
    before: &'static [(&'static str, &'static str)],
    /// What the other branch adds.
    theirs: &'static [(&'static str, &'static str)],
    /// What this one adds.
    ours: &'static [(&'static str, &'static str)],
    /// What is told when both are merged.
    told: &'static str,
}

const MIGRATIONS: &str =
    "[migrations]\nlocations = [\"migrations\"]\n[database.default]\nurl = \"sqlite:app.db\"\n";

const CASES: &[Case] = &[
    Case {
        config: MIGRATIONS,
        before: &[("migrations/a.toml", "revision = \"a\"\n")],
        theirs: &[("migrations/b.toml", "revision = \"b\"\ndown_revision = \"a\"\n")],
        ours: &[("migrations/c.toml", "revision = \"c\"\ndown_revision = \"a\"\n")],
        told: "2 heads",
    },
    Case {
        config: MIGRATIONS,
        before: &[("migrations/2024-01-01-000000_org/up.sql", "CREATE TABLE org (id INTEGER PRIMARY KEY);")],
        theirs: &[(
            "migrations/2024-01-02-000000_more/up.sql",
            "CREATE TABLE more (id INTEGER PRIMARY KEY);",
        )],
        ours: &[(
            "migrations/2024-01-02-000000_other/up.sql",
            "CREATE TABLE other (id INTEGER PRIMARY KEY);",
        )],
        told: "two migrations have the version `20240102000000`",
    },
    Case {
        config: MIGRATIONS,
        before: &[("migrations/001_org.sql", "-- +goose Up\nCREATE TABLE org (id INTEGER PRIMARY KEY);\n")],
        theirs: &[("migrations/002_more.sql", "-- +goose Up\nCREATE TABLE more (id INTEGER PRIMARY KEY);\n")],
        ours: &[("migrations/002_other.sql", "-- +goose Up\nCREATE TABLE other (id INTEGER PRIMARY KEY);\n")],
        told: "two migrations have the version `2`",
    },
    Case {
        config: MIGRATIONS,
        before: &[("migrations/V1__org.sql", "CREATE TABLE org (id INTEGER PRIMARY KEY);\n")],
        theirs: &[("migrations/new/V2.1__more.sql", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")],
        ours: &[("migrations/V2.1__other.sql", "CREATE TABLE other (id INTEGER PRIMARY KEY);\n")],
        told: "two migrations have the version `2.1`",
    },
    #[cfg(feature = "alembic")]
    Case {
        config: "[alembic]\nconfig = \"alembic.ini\"\n[database.default]\nurl = \"sqlite:app.db\"\n",
        before: &[
            ("alembic.ini", "[alembic]\nscript_location = scripts\n"),
            ("scripts/versions/a.py", "revision = \"a\"\ndown_revision = None\ndef upgrade():\n    pass\n"),
        ],
        theirs: &[(
            "scripts/versions/b.py",
            "revision = \"b\"\ndown_revision = \"a\"\ndef upgrade():\n    pass\n",
        )],
        ours: &[(
            "scripts/versions/c.py",
            "revision = \"c\"\ndown_revision = \"a\"\ndef upgrade():\n    pass\n",
        )],
        told: "2 heads",
    },
];

fn write(session: &Session, files: &[(&str, impl AsRef<[u8]>)]) {
    for (name, text) in files {
        let path = session.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn git(session: &Session, arguments: &[&str]) {
    let who =
        ["-c", "user.name=someone", "-c", "user.email=someone@example.org", "-c", "init.defaultBranch=main"];
    let mut command = Command::new("git");
    command.args(who).args(arguments).current_dir(session.path());
    let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(session: &Session) {
    git(session, &["add", "--all"]);
    git(session, &["commit", "--quiet", "--message", "a commit"]);
}

/// Makes a repository with a project in it.
fn repository(config: &str, files: &[(&str, &str)]) -> Session {
    let session = Session::new();
    git(&session, &["init", "--quiet"]);
    write(&session, &[("limbeck.toml", config)]);
    write(&session, files);
    commit(&session);
    session
}

/// Commits files on a new branch, and goes back to `main`.
fn branch(session: &Session, name: &str, files: &[(&str, impl AsRef<[u8]>)]) {
    git(session, &["checkout", "--quiet", "-b", name]);
    write(session, files);
    commit(session);
    git(session, &["checkout", "--quiet", "main"]);
}

#[test]
fn files_of_every_tool_are_judged_as_after_a_merge() {
    for Case { config, before, theirs, ours, told } in CASES {
        let session = repository(config, before);
        branch(&session, "other", theirs);
        let shown = session.run("check --offline --against other");
        assert!(shown.contains("exit: 0"), "what only they have is fine: {shown}");
        write(&session, ours);
        let shown = session.run("check --offline");
        assert!(shown.contains("exit: 0"), "what only we have is fine: {shown}");
        let shown = session.run("check --offline --against other");
        assert!(!shown.contains("exit: 0") && shown.contains(told), "{told}: {shown}");
        // What they have deleted is gone after the merge.
        commit(&session);
        git(&session, &["checkout", "--quiet", "-b", "third"]);
        fs::remove_file(session.path().join(ours[0].0)).unwrap();
        write(&session, theirs);
        commit(&session);
        git(&session, &["checkout", "--quiet", "main"]);
        let shown = session.run("check --offline --against third");
        assert!(shown.contains("exit: 0"), "what they have deleted is gone: {shown}");
    }
}

#[test]
fn a_file_that_only_they_have_is_read_as_git_has_it() {
    let session = repository(MIGRATIONS, CASES[2].before);
    branch(&session, "other", CASES[2].theirs);
    let own = "revision = \"own\"\ndown_revision = \"1\"\n[[upgrade]]\ncreate_table = \"more\"\n\
               columns = [{ name = \"id\", type = \"integer\" }]\n";
    write(&session, &[("migrations/own.toml", own)]);
    let shown = session.run("check --offline --against other");
    assert!(shown.contains("`2` and `own` are in conflict at table `more`"), "{shown}");
    assert!(shown.contains("migrations/002_more.sql:2:1"), "{shown}");
}

#[test]
fn what_is_not_read_need_not_be_text_and_what_is_read_is_named() {
    let session = repository(MIGRATIONS, CASES[2].before);
    git(&session, &["checkout", "--quiet", "-b", "other"]);
    write(&session, &[("migrations/seeds/cities.sql", b"INSERT INTO city VALUES ('M\xfcnchen');\n")]);
    commit(&session);
    git(&session, &["checkout", "--quiet", "-b", "broken"]);
    write(&session, &[("migrations/b.toml", b"revision = \"b\" # \xfc\ndown_revision = \"1\"\n")]);
    commit(&session);
    git(&session, &["checkout", "--quiet", "main"]);
    let shown = session.run("check --offline --against other");
    assert!(shown.contains("exit: 0"), "{shown}");
    let shown = session.run("check --offline --against broken");
    assert!(
        shown.contains("a migration file must be UTF-8") && shown.contains("migrations/b.toml:1:"),
        "{shown}"
    );
}

#[test]
fn git_is_asked_of_the_directory_whatever_hook_it_is_asked_in() {
    let mut session = repository(MIGRATIONS, CASES[0].before);
    session.set("GIT_DIR", "elsewhere");
    session.set("GIT_INDEX_FILE", "elsewhere/index");
    let shown = session.run("check --offline --against main");
    assert!(shown.contains("exit: 0"), "{shown}");
}

#[test]
fn histories_have_nothing_in_common_only_where_all_of_them_is_there() {
    let session = repository(MIGRATIONS, CASES[0].before);
    git(&session, &["checkout", "--quiet", "-b", "other"]);
    write(&session, CASES[0].theirs);
    commit(&session);
    git(&session, &["checkout", "--quiet", "--orphan", "unrelated"]);
    commit(&session);
    git(&session, &["checkout", "--quiet", "main"]);
    let shown = session.run("check --offline --against unrelated");
    assert!(shown.contains("exit: 0"), "{shown}");
    let from = format!("file://{}", session.path().display());
    git(&session, &["clone", "--quiet", "--depth", "1", "--no-single-branch", &from, "shallow"]);
    let shown = session.run_in("shallow", "check --offline --against origin/other");
    assert!(shown.contains("exit: 2") && shown.contains("`git fetch --unshallow`"), "{shown}");
    let shown = session.run_in("shallow", "check --offline --against nowhere");
    assert!(shown.contains("exit: 2") && shown.contains("git ls-tree"), "{shown}");
}
