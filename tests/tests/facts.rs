//! What is known of locks and of work on rows is what the servers do.
//!
//! The cases are those of the linter: each is a revision behind `fixtures/lint/base.toml`, whose last operation is tried.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use limbeck_core::dialect::{Dialect, Lowered, Version};
use limbeck_core::history::{History, Task};
use limbeck_core::impact::{ChangeKind, Impact, RowWork, Setting, impacts};
use limbeck_core::op::{Change, Operation, Transaction};
use limbeck_core::schema::Schema;
use limbeck_tests::backend::{MARIADB, POSTGRES};
use limbeck_tests::{BACKENDS, Backend, Scratch, lower};

/// Returns the operations of a case for a dialect, those of the base first; `None` for one that is not for trying.
fn operations(case: &str, dialect: &'static dyn Dialect) -> Option<Vec<Operation>> {
    if case.contains("revision =") || case.contains("execute =") {
        return None;
    }
    let directory = tempfile::tempdir().unwrap();
    let base = fs::read_to_string(fixtures().join("base.toml")).unwrap();
    fs::write(directory.path().join("base.toml"), base).unwrap();
    let case = format!("revision = \"case\"\ndown_revision = \"start\"\n\n{case}");
    fs::write(directory.path().join("case.toml"), case).unwrap();
    let history = History::builder().directories(&[directory.path().to_owned()]).build().unwrap();
    let mut all = Vec::new();
    for id in history.graph().in_order().map(|header| header.revision.clone()) {
        for task in &history.body(&id).unwrap().upgrade {
            match task {
                Task::Operation(scoped) if scoped.scope.includes(dialect.name()) => {
                    all.push(scoped.operation.clone());
                }
                _ => {}
            }
        }
    }
    Some(all)
}

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/lint")
}

/// Returns the cases of all rules, each once.
fn cases() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let table: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        for list in ["fires", "quiet"].iter().filter_map(|key| table.get(*key)) {
            all.extend(list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()));
        }
    }
    all
}

const SERVERS: [&str; 2] = ["postgres:15", "mariadb:10.11"];

/// Whether an operation showed what it does.
#[derive(PartialEq, Eq)]
enum Tried {
    Yes,
    No,
}

/// Tries the last operation of each case, and lets `look` compare what was expected with what is done. Returns the kinds
/// of change that were looked at.
fn each(
    backend: &Backend,
    mut look: impl FnMut(&mut Scratch, &Lowered, &[Impact], &str) -> Tried,
) -> BTreeSet<ChangeKind> {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let Some(mut all) = operations(&case, backend.dialect) else { continue };
        let last = all.pop().unwrap();
        let mut before = Schema::new();
        if all.iter().any(|operation| operation.apply(&mut before).is_err()) {
            continue;
        }
        let fresh = BTreeSet::new();
        let (dialect, server) = limbeck::server(SERVERS[usize::from(backend.name == "mysql")]).unwrap();
        let kinds: Vec<ChangeKind> =
            impacts(&last, &before, Setting { dialect, server: &server, fresh: &fresh })
                .iter()
                .map(|impact| impact.kind)
                .collect();
        // Every kind is tried once, and opening a database takes its time.
        if kinds.iter().all(|kind| seen.contains(kind)) {
            continue;
        }
        let Some(mut scratch) = (backend.open)() else { return seen };
        // What the database refuses does nothing to anybody.
        if scratch.run(&all).is_err() {
            continue;
        }
        let server = scratch.connection.server().clone();
        let expected = impacts(&last, &before, Setting { dialect, server: &server, fresh: &fresh });
        let Ok(lowered) = lower(scratch.connection.as_mut(), &last, &scratch.folded) else { continue };
        assert!(expected.iter().all(|impact| impact.fact.is_some()), "nothing is known of {expected:?}");
        if look(&mut scratch, &lowered, &expected, &case) == Tried::Yes {
            seen.extend(kinds);
        }
    }
    seen
}

#[test]
fn postgres_takes_the_locks_that_are_known_and_rewrites_the_tables_that_are_known() {
    let seen = each(&POSTGRES, |scratch, lowered, expected, case| {
        let table = expected
            .iter()
            .find(|impact| impact.kind != ChangeKind::CreateTable)
            .and_then(|one| one.table.clone());
        let outside =
            lowered.statements.iter().any(|statement| statement.transaction == Transaction::Outside);
        let Some(table) = table.filter(|_| !outside) else { return Tried::No };
        let oid = scratch.rows(&format!("SELECT '{table}'::regclass::oid::text"))[0].clone();
        let node = format!("SELECT pg_relation_filenode({oid})::text");
        let before = scratch.rows(&node);
        scratch.connection.begin(Default::default()).unwrap();
        let mut run = lowered.statements.iter().map(|statement| scratch.connection.execute(&statement.sql));
        // A type of an extension that is not there, or an operator without one, is no fault of what is known.
        if run.any(|done| done.is_err()) {
            scratch.connection.rollback().unwrap();
            return Tried::No;
        }
        drop(run);
        let held = scratch.rows(&format!(
            "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = {oid} AND granted"
        ));
        let after = scratch.rows(&node);
        scratch.connection.rollback().unwrap();
        let own = || expected.iter().filter(|impact| impact.table.as_ref() == Some(&table));
        for lock in own().filter_map(|impact| impact.fact).map(|fact| fact.lock) {
            let mode = format!("{}Lock", lock.split(' ').map(capital).collect::<String>());
            assert!(held.contains(&mode), "{lock} was expected, and {held:?} are held\n{case}");
        }
        // `NULL` where the table is dropped.
        if own().all(|impact| impact.kind != ChangeKind::DropTable) {
            let rewrites = own().any(|impact| impact.rows() == RowWork::Rewrite);
            assert_eq!(before != after, rewrites, "whether the table is made anew\n{case}");
        }
        Tried::Yes
    });
    if !seen.is_empty() {
        assert!(seen.len() >= 20, "only {seen:?} were tried");
        for kind in [ChangeKind::ChangeType, ChangeKind::AddCheckNotValid, ChangeKind::SetNotNullChecked] {
            assert!(seen.contains(&kind), "no case shows {kind}");
        }
    }
}

fn capital(word: &str) -> String {
    format!("{}{}", &word[..1], word[1..].to_lowercase())
}

#[test]
fn mariadb_copies_the_tables_that_are_known_to_be_copied() {
    let seen = each(&MARIADB, |scratch, lowered, expected, case| {
        let work = expected.iter().filter(|impact| impact.table.is_some()).map(Impact::rows).max();
        let alters = |sql: &str| {
            sql.starts_with("ALTER TABLE") || sql.starts_with("CREATE") || sql.starts_with("DROP INDEX")
        };
        let altering = lowered.statements.iter().filter(|statement| alters(&statement.sql));
        let Some(work @ (RowWork::None | RowWork::Scan | RowWork::Rewrite)) = work else { return Tried::No };
        scratch.connection.execute("SET SESSION alter_algorithm = 'NOCOPY'").unwrap();
        let mut copies = None;
        for alter in altering {
            match scratch.connection.execute(&alter.sql).map_err(|error| error.to_string()) {
                Ok(()) => copies = copies.or(Some(false)),
                Err(refused) if refused.contains("ALGORITHM") => {
                    copies = Some(true);
                    break;
                }
                // Such as a name that is too long.
                Err(_) => return Tried::No,
            }
        }
        let Some(copies) = copies else { return Tried::No };
        assert_eq!(copies, work == RowWork::Rewrite, "whether the table is copied\n{case}");
        Tried::Yes
    });
    if !seen.is_empty() {
        assert!(seen.len() > 12, "only {seen:?} were tried");
        for kind in [ChangeKind::ChangeType, ChangeKind::AddColumn, ChangeKind::CreateIndex] {
            assert!(seen.contains(&kind), "no case shows {kind}");
        }
    }
}

#[test]
fn the_page_of_locks_is_as_the_facts_are() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/locks.md");
    let page = fs::read_to_string(&path).unwrap();
    let mark = "<!-- What follows is written by `cargo test --package limbeck-tests --test facts`. -->\n";
    let (start, found) = page.split_once(mark).expect("the page has its mark");
    let made: String = BACKENDS.iter().map(|backend| made(backend.dialect)).collect();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(&path, format!("{start}{mark}{made}")).unwrap();
        return;
    }
    assert_eq!(found, made, "`INSTA_UPDATE=always` writes it anew");
}

fn made(dialect: &dyn Dialect) -> String {
    let mut text = format!(
        "\n## {}\n\n| change | lock | blocks | rows there | source |\n|---|---|---|---|---|\n",
        dialect.name()
    );
    for fact in dialect.facts() {
        let since = match (fact.flavour, fact.since) {
            (None, Version { major: 0, .. }) => String::new(),
            (Some(flavour), Version { major: 0, .. }) => format!(" ({flavour})"),
            (flavour, version) => format!(" ({} {version} on)", flavour.unwrap_or(dialect.name())),
        };
        let [blocks, rows] =
            [fact.blocks.to_string(), fact.rows.to_string()].map(|word| word.replace('_', " "));
        let change = fact.change.to_string().replace('_', " ");
        text.push_str(&format!(
            "| {change}{since} | {} | {blocks} | {rows} | [page]({}) |\n",
            fact.lock, fact.source
        ));
    }
    text
}
