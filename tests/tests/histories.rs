//! Random histories with branches, on each database: what is folded is what is there, each revision goes up, down and up
//! again with its rows, and the script run by the database's own client leads to the same.
//!
//! `PROPTEST_CASES=2000 cargo xtask with cargo test --package limbeck-tests --test histories` asks for so many on each.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::process::Command;
use std::sync::Arc;

use limbeck_core::arbitrary::{Reach, Step, branches};
use limbeck_core::diagnostic::{Code, Diagnostics};
use limbeck_core::dialect::{Dialect, ServerInfo, Texts, spell_alike};
use limbeck_core::diff::diff;
use limbeck_core::graph::{Heads, Target};
use limbeck_core::history::{History, Task};
use limbeck_core::merge::judge_heads;
use limbeck_core::migrator::{Migrator, Settings, offline_idempotent, offline_upgrade};
use limbeck_core::op::{Change, Operation, ScopedOperation};
use limbeck_core::revision::{RevisionHeader, RevisionId};
use limbeck_core::schema::Schema;
use limbeck_core::script::{Downgrade, Format, Script, print};
use limbeck_core::verify::{Verified, verify};
use limbeck_tests::client::{has_client, run_client};
use limbeck_tests::{BACKENDS, Backend, Scratch, random};
use proptest::strategy::{Strategy, ValueTree};

/// Runs what the database takes and gives back behind some operations, and returns that. Where a statement commits by itself, a
/// change that is refused half way leaves its first half behind: all is made anew without it.
fn what_fits(
    backend: &Backend,
    scratch: &mut Scratch,
    before: &[Operation],
    operations: &[Operation],
) -> Vec<Operation> {
    let mut ran = Vec::new();
    for operation in operations {
        if random::is_data(operation) || leaves_home(operation, scratch) {
            continue;
        }
        match scratch.run(std::slice::from_ref(operation)) {
            Ok(_) => ran.push(operation.clone()),
            Err(fault) if backend.name == "mysql" && fault.code == Code::StatementFailed => {
                (backend.empty)(scratch);
                scratch.run(before).unwrap();
                scratch.run(&ran).unwrap();
            }
            Err(_) => {}
        }
    }
    ran
}

/// Says whether an operation is about another schema on MySQL, where that is a database, which other tests would meet.
fn leaves_home(operation: &Operation, scratch: &Scratch) -> bool {
    let about_schema = matches!(operation, Operation::CreateSchema(_) | Operation::DropSchema(_));
    let is_mysql = scratch.connection.dialect().name() == "mysql";
    is_mysql && (about_schema || format!("{operation:?}").contains("schema: Some("))
}

fn file(id: &str, parents: &[&str], operations: &[Operation]) -> (String, Arc<str>) {
    let header =
        RevisionHeader::new(RevisionId::new(id), parents.iter().map(|parent| RevisionId::new(*parent)));
    let upgrade: Vec<ScopedOperation> = operations.iter().cloned().map(ScopedOperation::from).collect();
    let text = print(&header, &Script::new(upgrade, Downgrade::Derived), Format::Toml).unwrap();
    (format!("{id}.toml"), text.into())
}

/// What a history does: a base, and two branches of a revision an operation.
struct Drawn {
    base: Vec<Operation>,
    branches: [Vec<Operation>; 2],
}

impl Drawn {
    /// Keeps what the database takes and gives back.
    fn fit(&mut self, backend: &Backend, [first, second]: &mut [Scratch; 2]) {
        (backend.empty)(first);
        (backend.empty)(second);
        self.base = what_fits(backend, first, &[], &self.base);
        second.run(&self.base).unwrap();
        self.branches = [
            what_fits(backend, first, &self.base, &self.branches[0]),
            what_fits(backend, second, &self.base, &self.branches[1]),
        ];
    }

    /// Makes a history with a merge. `None` where the branches do not get along.
    fn history(&self, backend: &Backend, server: &ServerInfo) -> Option<History> {
        let mut files = vec![file("root", &[], &self.base)];
        let mut ends = Vec::new();
        for (letter, operations) in ["a", "b"].into_iter().zip(&self.branches) {
            let mut last = "root".to_owned();
            for (number, operation) in operations.iter().enumerate() {
                let id = format!("{letter}{letter}{number}");
                files.push(file(&id, &[&last], std::slice::from_ref(operation)));
                last = id;
            }
            ends.push(last);
        }
        if !ends.iter().any(|end| end == "root") {
            files.push(file("merge", &[&ends[0], &ends[1]], &[]));
        }
        let builder = files
            .into_iter()
            .fold(History::builder(), |builder, (path, text)| builder.text(path.into(), text));
        let history = builder.build().unwrap_or_else(|faults| panic!("{faults}"));
        let heads: Vec<RevisionId> =
            ends.iter().filter(|end| *end != "root").map(|end| RevisionId::new(end.as_str())).collect();
        let normal = |schema: &Schema| backend.dialect.normal_form(schema, server);
        let pairs =
            judge_heads(&history, &heads, server.names(), normal).unwrap_or_else(|faults| panic!("{faults}"));
        pairs.iter().all(|pair| pair.judgement.class.is_clean()).then_some(history)
    }

    /// Leaves out a revision's operation; what stood on it no longer fits.
    fn leave_out(&mut self, revision: &RevisionId) {
        let (branch, number) = revision.as_str().split_at(2);
        self.branches[usize::from(branch == "bb")].remove(number.parse().unwrap());
    }
}

/// What is said when it is the rows that keep a change from being made, or from being taken back: a rule that they break, a
/// value that does not fit the new type, nothing to put into a column that must have a value.
const ROWS_REFUSE: [&str; 24] = [
    // Of Limbeck, before it runs anything.
    "would point at rows",
    "rows that hold NULL",
    "that break the check",
    "rows that would lack a value",
    // Of SQLite.
    "NOT NULL constraint failed",
    "UNIQUE constraint failed",
    "CHECK constraint failed",
    "FOREIGN KEY constraint failed",
    // Of PostgreSQL.
    "contains null values",
    "violates foreign key constraint",
    "is violated by some row",
    "could not create unique index",
    "invalid input syntax",
    "cannot be cast",
    "value too long",
    "out of range",
    // Of MariaDB.
    "Cannot add or update a child row",
    "Duplicate entry",
    "Data truncated",
    "Data too long",
    "Out of range value",
    "Incorrect ",
    "Truncated incorrect",
    "Invalid use of NULL value",
];

fn is_of_rows(fault: &str) -> bool {
    ROWS_REFUSE.iter().any(|words| fault.contains(words))
}

/// How many histories and revisions there were, how many changes were left out because rows refused them.
#[derive(Default)]
struct Count {
    histories: u32,
    revisions: usize,
    refused: usize,
    /// How many scripts were run by the client, and how many could not be made without a database.
    compared: usize,
    left_open: usize,
}

/// Verifies a history, each time without the change that rows refused; returns what is left.
fn verified(
    backend: &Backend,
    scratches: &mut [Scratch; 2],
    mut drawn: Drawn,
    count: &mut Count,
    faults: &mut Vec<String>,
) -> Option<History> {
    let settings = limbeck::settings();
    loop {
        drawn.fit(backend, scratches);
        let [scratch, _] = scratches;
        let history = drawn.history(backend, scratch.connection.server())?;
        (backend.empty)(scratch);
        let mut stood = 0;
        let all = match verify(&history, &mut *scratch.connection, &settings, |_| stood += 1) {
            Ok(all) => all,
            Err(refused) => {
                let route = history.graph().upgrade(&Heads::default(), &Target::heads()).unwrap();
                let revision = &route.steps[stood].revision;
                let text = refused.to_string();
                if is_of_rows(&text) && revision.as_str() != "root" {
                    count.refused += 1;
                    drawn.leave_out(revision);
                    continue;
                }
                faults.push(format!("{revision} cannot be run: {text}\n{}", told(&history)));
                return None;
            }
        };
        let held_back =
            |one: &&Verified| !one.undone && one.findings.iter().all(|one| is_of_rows(&one.to_string()));
        if let Some(one) = all.iter().find(held_back).filter(|one| one.revision.as_str() != "root") {
            count.refused += 1;
            drawn.leave_out(&one.revision);
            continue;
        }
        for one in &all {
            if !one.findings.is_empty() || !one.undone {
                let findings: Vec<String> = one.findings.iter().map(|one| one.to_string()).collect();
                faults.push(format!(
                    "{}, undone {}: {}\n{}",
                    one.revision,
                    one.undone,
                    findings.join("\n"),
                    told(&history)
                ));
            }
        }
        count.histories += 1;
        count.revisions += all.len();
        return Some(history);
    }
}

/// Writes what a history does, for whoever looks for the fault.
fn told(history: &History) -> String {
    let route = history.graph().upgrade(&Heads::default(), &Target::heads()).unwrap();
    let text = |revision: &RevisionId| {
        let body = history.body(revision).unwrap();
        let operations = body.upgrade.iter().map(|task| match task {
            Task::Operation(scoped) => scoped.clone(),
            other => panic!("{other:?}"),
        });
        let script = Script::new(operations.collect(), Downgrade::Derived);
        print(&RevisionHeader::new(revision.clone(), []), &script, Format::Toml).unwrap()
    };
    route.steps.iter().map(|step| text(&step.revision)).collect()
}

/// What prints a script.
type Print = fn(
    &History,
    &'static dyn Dialect,
    &ServerInfo,
    &Settings,
    &Target,
    &Target,
) -> Result<String, Diagnostics>;

/// What the client runs leads to what the migrator leads to.
fn offline_is_online(
    backend: &Backend,
    scratch: &mut Scratch,
    history: &History,
    count: &mut Count,
    faults: &mut Vec<String>,
) {
    if !has_client(backend) {
        return;
    }
    (backend.empty)(scratch);
    let folder = tempfile::tempdir().unwrap();
    let (settings, head) = (limbeck::settings(), Target::heads());
    let server = match backend.name {
        // The client's own version decides what it can run.
        "sqlite" => {
            let output = Command::new("sqlite3").arg("--version").output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            backend.dialect.server("sqlite", text.split(' ').next()).unwrap()
        }
        _ => scratch.connection.server().clone(),
    };
    // Every other script passes over what is applied, which the second run of it finds to be everything.
    let (printed, runs): (Print, _) = match count.compared % 2 {
        0 => (offline_upgrade, 1),
        _ => (offline_idempotent, 2),
    };
    // Some changes need what only the database says.
    let Ok(script) = printed(history, backend.dialect, &server, &settings, &Target::base(), &head) else {
        count.left_open += 1;
        return;
    };
    let url = match scratch.url() {
        Some(url) => url,
        None => format!("sqlite:{}", folder.path().join("offline.db").display()),
    };
    count.compared += 1;
    for _ in 0..runs {
        let output = run_client(backend, &url, &script, folder.path());
        if !output.status.success() {
            faults.push(format!("{}\n{script}", String::from_utf8_lossy(&output.stderr)));
            return;
        }
    }
    let mut offline = limbeck::connect(&url).unwrap();
    let mut there = offline.reflect(None).unwrap();
    drop(offline);
    (backend.empty)(scratch);
    Migrator::new(history, &mut *scratch.connection, settings).upgrade(&head).unwrap();
    let online = scratch.connection.reflect(None).unwrap();
    spell_alike(&mut *scratch.connection, &online, &mut there, Texts::Printed).unwrap();
    let differences = diff(&online, &there, |schema| backend.dialect.normal_form(schema, &server));
    if !differences.is_empty() {
        let differences: Vec<String> = differences.iter().map(Operation::describe).collect();
        faults.push(format!("the client leads elsewhere: {}\n{script}", differences.join("; ")));
    }
}

fn law(backend: &Backend, most: u32, scripts: u32) {
    let (asked, mut runner) = (random::asked(), random::runner());
    let Some(one) = (backend.open)() else { return };
    let Some(other) = (backend.open)() else { return };
    let mut scratches = [one, other];
    let mut count = Count::default();
    let mut faults = Vec::new();
    while count.histories < asked.unwrap_or(most) && faults.len() < 8 {
        // Of all that the model has, a database takes less.
        let reach = if count.histories % 2 == 0 { Reach::Portable } else { Reach::Everything };
        let drawn = branches(reach, 3).new_tree(&mut runner).unwrap().current();
        // Running costs more than a draw.
        if drawn.branches.iter().any(Vec::is_empty) {
            continue;
        }
        let operations =
            |steps: &[Step]| -> Vec<Operation> { steps.iter().map(|step| step.operation.clone()).collect() };
        let drawn =
            Drawn { base: operations(&drawn.base), branches: drawn.branches.map(|one| operations(&one)) };
        let Some(history) = verified(backend, &mut scratches, drawn, &mut count, &mut faults) else {
            continue;
        };
        if asked.is_some() || count.histories <= scripts {
            offline_is_online(backend, &mut scratches[0], &history, &mut count, &mut faults);
        }
    }
    let Count { histories, revisions, refused, compared, left_open } = count;
    random::tell(&format!(
        "{}: {histories} histories of {revisions} revisions, {refused} changes refused by rows, {compared} scripts compared, \
         {left_open} left open",
        backend.name
    ));
    assert!(left_open == 0 || compared > left_open, "{}: {left_open} scripts are left open", backend.name);
    assert!(refused * 4 < revisions.max(40), "{}: {refused} changes are refused by rows", backend.name);
    assert!(faults.is_empty(), "{}: in {histories} histories:\n{}", backend.name, faults.join("\n\n"));
}

#[test]
fn random_histories_hold_on_sqlite() {
    law(BACKENDS[0], 30, 6);
}

#[test]
fn random_histories_hold_on_postgres() {
    law(BACKENDS[1], 4, 2);
}

#[test]
fn random_histories_hold_on_mariadb() {
    law(BACKENDS[2], 6, 2);
}
