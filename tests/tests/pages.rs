//! The generated pages of `docs/` say what is true: each operation's SQL for every database, and what each can do.
//!
//! `cargo xtask docs` writes them anew.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::action::ActionKind;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::dialect::{Dialect, Lowered, ServerInfo, Way};
use limbeck_core::op::{Change, Operation, OperationKind, Transaction};
use limbeck_core::schema::Schema;
use limbeck_core::script::{self, Naming};
use limbeck_tests::operations;
use strum::IntoEnumIterator;

/// Set to write the pages instead of comparing them.
const WRITE: &str = "LIMBECK_WRITE_PAGES";

/// The servers that the pages are about, as `--server` names them.
const SERVERS: [(&str, &str); 4] = [
    ("sqlite", "SQLite"),
    ("postgres:15", "PostgreSQL 15"),
    ("mysql:8.4", "MySQL 8.4"),
    ("mariadb:10.11", "MariaDB 10.11"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An operation as a file writes it.
struct Example {
    text: String,
    operation: Operation,
}

fn examples(name: &str) -> Vec<Example> {
    let path = root().join("fixtures/examples").join(name);
    let text = fs::read_to_string(&path).unwrap();
    let parsed = script::parse(&path, text.as_str().into(), &Naming::default());
    let (_, script) = parsed.unwrap_or_else(|faults| panic!("{faults}"));
    let texts = text.split("[[upgrade]]\n").skip(1).map(|text| text.trim_end().to_owned());
    let operations = script.upgrade.into_iter().map(|scoped| scoped.operation);
    texts.zip(operations).map(|(text, operation)| Example { text, operation }).collect()
}

fn servers() -> Vec<(&'static str, &'static dyn Dialect, ServerInfo)> {
    let named = |(name, title): (&str, &'static str)| {
        let (dialect, server) = limbeck::server(name).unwrap_or_else(|fault| panic!("{fault}"));
        (title, dialect, server)
    };
    SERVERS.into_iter().map(named).collect()
}

fn before() -> Schema {
    let mut schema = Schema::new();
    for example in examples("before.toml") {
        example.operation.apply(&mut schema).unwrap();
    }
    schema
}

/// Writes what an operation becomes on a server.
fn sql(lowered: &Result<Lowered, Diagnostic>) -> String {
    let lowered = match lowered {
        Ok(lowered) => lowered,
        Err(fault) => return format!("refused: {}\n", fault.message),
    };
    if lowered.statements.is_empty() {
        return "nothing to do\n".to_owned();
    }
    let mut text = String::from("```sql\n");
    for statement in &lowered.statements {
        if statement.transaction == Transaction::Outside && statement.sql.contains("CONCURRENTLY") {
            text.push_str("-- outside the transaction\n");
        }
        // What looks around in the catalogs is the same for every table, and long.
        let sql = match statement.sql.find("gone(num) AS") {
            Some(_) => {
                format!("-- {}\nCREATE TEMPORARY TABLE _limbeck_carried ON COMMIT DROP AS …", statement.why)
            }
            None => statement.sql.replace('\t', "    "),
        };
        let lines: Vec<&str> = sql.lines().map(str::trim_end).collect();
        writeln!(text, "{};", lines.join("\n")).unwrap();
    }
    text.push_str("```\n");
    text
}

/// Says in a word how a server does it.
fn verdict(lowered: &Result<Lowered, Diagnostic>) -> &'static str {
    match lowered {
        Err(_) => "–",
        Ok(lowered) if lowered.statements.is_empty() => "nothing to do",
        Ok(lowered) => match lowered.way() {
            Some(Way::SchemaEdit) => "edit of the stored text",
            Some(Way::MoveAndCopy) => "move and copy",
            Some(Way::Native) | None => "native",
        },
    }
}

fn kind(operation: &Operation) -> String {
    let kind = OperationKind::from(operation).to_string();
    match operation {
        Operation::AlterTable(alter) => {
            let actions: Vec<String> =
                alter.actions.iter().map(|action| ActionKind::from(action).to_string()).collect();
            format!("{kind}: {}", actions.join(", "))
        }
        _ => kind,
    }
}

const NOTE: &str = "<!-- Written by `cargo xtask docs` from `fixtures/examples`. Do not edit. -->\n";

fn operations_page(before: &Schema) -> String {
    let mut page = format!(
        "# Each operation on each database\n\n{NOTE}\nEach example stands by itself on the tables of \
         `fixtures/examples/before.toml`, and its SQL is what `limbeck upgrade --sql` prints without a database at hand.\n\
         What each database can do is in [support.md](support.md).\n"
    );
    for Example { text, operation } in examples("examples.toml") {
        write!(page, "\n## {}\n\n```toml\n[[upgrade]]\n{text}\n```\n", kind(&operation)).unwrap();
        let mut alike: Vec<(Vec<&str>, String)> = Vec::new();
        for (title, dialect, server) in servers() {
            let sql = sql(&dialect.lower(&operation, before, &server));
            match alike.iter_mut().find(|(_, other)| *other == sql) {
                Some((titles, _)) => titles.push(title),
                None => alike.push((vec![title], sql)),
            }
        }
        for (titles, sql) in alike {
            write!(page, "\n**{}**\n\n{sql}", titles.join(", ")).unwrap();
        }
    }
    page
}

fn support_page(before: &Schema) -> String {
    let mut page = format!(
        "# What each database can do\n\n{NOTE}\nHow each example of [operations.md](operations.md) is done. A dash is \
         refused before anything runs, for the reason below.\n\n|"
    );
    let servers = servers();
    for title in ["operation"].into_iter().chain(servers.iter().map(|(title, ..)| *title)) {
        write!(page, " {title} |").unwrap();
    }
    writeln!(page, "\n|{}", "---|".repeat(servers.len() + 1)).unwrap();
    let mut refused: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    for Example { text, operation } in examples("examples.toml") {
        let detail = match &operation {
            Operation::AlterTable(_) => text.lines().skip(1).collect::<Vec<_>>().join(" "),
            _ => text.lines().filter(|line| !line.starts_with("columns")).collect::<Vec<_>>().join(" "),
        };
        let short: String =
            detail.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(110).collect();
        write!(page, "| {}<br>`{}` |", kind(&operation), short.replace('|', "\\|")).unwrap();
        for (at, (_, dialect, server)) in servers.iter().enumerate() {
            let lowered = dialect.lower(&operation, before, server);
            write!(page, " {} |", verdict(&lowered)).unwrap();
            refused.entry(at).or_default().extend(lowered.err().map(|fault| fault.message));
        }
        page.push('\n');
    }
    page.push_str("\n## What is refused, and why\n\nBy the examples and by the fixtures of the tests:\n");
    for fixture in operations() {
        for (at, (_, dialect, server)) in servers.iter().enumerate() {
            refused.entry(at).or_default().extend(refusals(&fixture, *dialect, server));
        }
    }
    for (at, (title, ..)) in servers.iter().enumerate() {
        write!(page, "\n### {title}\n\n").unwrap();
        for message in &refused[&at] {
            writeln!(page, "- {message}").unwrap();
        }
    }
    page
}

/// Returns why a server refuses operations of a fixture.
fn refusals(fixture: &limbeck_tests::Fixture, dialect: &dyn Dialect, server: &ServerInfo) -> Vec<String> {
    let names = server.names();
    let mut schema = Schema::new();
    let mut messages = Vec::new();
    for operation in fixture.setup(names).iter().chain(&fixture.change(names)) {
        if let Err(fault) = dialect.lower(operation, &schema, server)
            && fault.code == limbeck_core::diagnostic::Code::Unsupported
        {
            messages.push(fault.message);
        }
        if operation.apply(&mut schema).is_err() {
            break;
        }
    }
    messages
}

fn is_current(name: &str, page: &str) {
    let path = root().join("docs").join(name);
    if std::env::var_os(WRITE).is_some() {
        fs::write(&path, page).unwrap();
        return;
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    let differ = there.lines().zip(page.lines()).enumerate().find(|(_, (there, page))| there != page);
    assert!(there == page, "docs/{name} is stale: run `cargo xtask docs`; the first difference: {differ:#?}");
}

#[test]
fn the_page_of_operations_is_current() {
    is_current("operations.md", &operations_page(&before()));
}

#[test]
fn the_page_of_support_is_current() {
    is_current("support.md", &support_page(&before()));
}

#[test]
fn every_operation_and_every_action_has_an_example() {
    let examples = examples("examples.toml");
    let kinds: BTreeSet<OperationKind> =
        examples.iter().map(|one| OperationKind::from(&one.operation)).collect();
    assert_eq!(kinds, OperationKind::iter().collect());
    let actions = examples.iter().filter_map(|one| match &one.operation {
        Operation::AlterTable(alter) => Some(alter.actions.iter().map(ActionKind::from)),
        _ => None,
    });
    assert_eq!(actions.flatten().collect::<BTreeSet<_>>(), ActionKind::iter().collect());
}
