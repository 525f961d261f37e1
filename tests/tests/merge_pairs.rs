//! Every pair of kinds of change that can meet: its judgement agrees with running both orders, and stands in the docs.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::action::{Action, ActionKind};
use limbeck_core::dialect::Names;
use limbeck_core::diff::diff;
use limbeck_core::fold::Fold;
use limbeck_core::merge::{Branch, MergeClass, Step, judge};
use limbeck_core::op::{Operation, OperationKind, ScopedOperation};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::Schema;
use limbeck_core::script::{Naming, parse};
use limbeck_tests::{BACKENDS, Backend, Scratch};
use strum::IntoEnumIterator;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The changes by name, and what comes before all of them.
fn changes() -> (Vec<ScopedOperation>, BTreeMap<String, Vec<ScopedOperation>>) {
    let mut all: BTreeMap<String, Vec<ScopedOperation>> = BTreeMap::new();
    for entry in fs::read_dir(root().join("fixtures/merge")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text: Arc<str> = fs::read_to_string(&path).unwrap().into();
        let (_, script) = parse(&path, text, &Naming::default()).unwrap_or_else(|faults| panic!("{faults}"));
        all.insert(name, script.upgrade);
    }
    (all.remove("base").unwrap(), all)
}

fn branch(operations: &[ScopedOperation], name: &str) -> Branch {
    let revision = RevisionId::new(name);
    Branch { steps: operations.iter().map(|scoped| Step::operation(&revision, scoped)).collect() }
}

fn on(operations: &[ScopedOperation], names: Names) -> Vec<Operation> {
    let included = operations.iter().filter(|scoped| scoped.scope.includes(names));
    included.map(|scoped| scoped.operation.clone()).collect()
}

fn normal(backend: &Backend, scratch: &Scratch, schema: &Schema) -> Schema {
    let mut schema = backend.dialect.normal_form(schema, scratch.connection.server());
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

#[test]
fn there_is_a_change_of_every_kind() {
    let (_, changes) = changes();
    let operations: Vec<&Operation> = changes.values().flatten().map(|scoped| &scoped.operation).collect();
    let kinds: BTreeSet<OperationKind> =
        operations.iter().map(|operation| OperationKind::from(*operation)).collect();
    assert_eq!(kinds, OperationKind::iter().collect());
    let actions = operations.iter().filter_map(|operation| match operation {
        Operation::AlterTable(alter) => Some(&alter.actions),
        _ => None,
    });
    let mut kinds: BTreeSet<ActionKind> =
        actions.flatten().map(|action: &Action| ActionKind::from(action)).collect();
    // These two are what `create_index` and `drop_index` are as operations.
    kinds.extend([ActionKind::CreateIndex, ActionKind::DropIndex]);
    assert_eq!(kinds, ActionKind::iter().collect());
}

/// Runs both orders on a database; `None` when the database does not take a change even alone.
fn outcome(
    backend: &Backend,
    base: &[Operation],
    one: &[Operation],
    other: &[Operation],
) -> Option<MergeClass> {
    let mut ran = Vec::new();
    for order in [[one, other], [other, one]] {
        let mut scratch = (backend.open)()?;
        scratch.run(base).unwrap_or_else(|fault| panic!("{}: {fault}", backend.name));
        if scratch.run(order[0]).is_err() {
            return None;
        }
        if scratch.run(order[1]).is_err() {
            return Some(MergeClass::Conflict);
        }
        let schema = scratch.connection.reflect(None).unwrap();
        ran.push((schema, scratch));
    }
    let (there, back) = (&ran[0].0, &ran[1].0);
    let differences = diff(there, back, |schema| normal(backend, &ran[0].1, schema));
    Some(if differences.is_empty() { MergeClass::Commuting } else { MergeClass::OrderDependent })
}

/// Judges every pair on a kind of server.
fn judged(names: Names, normal: &dyn Fn(&Schema) -> Schema) -> BTreeMap<(String, String), MergeClass> {
    let (base, changes) = changes();
    let mut fold = Fold::new(names);
    base.iter().for_each(|scoped| fold.apply(scoped).unwrap());
    let mut classes = BTreeMap::new();
    for (one, ours) in &changes {
        for (other, theirs) in changes.range(one.clone()..) {
            let judgement = judge(&fold, &branch(ours, one), &branch(theirs, other), names, normal);
            let judgement = judgement.unwrap_or_else(|faults| panic!("{one} and {other}: {faults}"));
            classes.insert((one.clone(), other.clone()), judgement.class);
        }
    }
    classes
}

fn agree(backend: &Backend) {
    let Some(scratch) = (backend.open)() else { return };
    let names = scratch.connection.server().names();
    let (base, changes) = changes();
    let base = on(&base, names);
    let mut wrong = Vec::new();
    for ((one, other), class) in judged(names, &|schema| normal(backend, &scratch, schema)) {
        let (ours, theirs) = (on(&changes[&one], names), on(&changes[&other], names));
        // What has nothing in common is not run: there are many such pairs, and the random ones are among them.
        if class == MergeClass::Unknown || ours.is_empty() || theirs.is_empty() {
            continue;
        }
        let Some(outcome) = outcome(backend, &base, &ours, &theirs) else { continue };
        let same = match class {
            MergeClass::Independent => outcome == MergeClass::Commuting,
            class => outcome == class,
        };
        if !same {
            wrong.push(format!("{one} and {other}: said {class}, and it is {outcome}"));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", backend.name, wrong.join("\n"));
}

#[test]
fn pairs_of_changes_are_judged_as_they_come_out_on_sqlite() {
    agree(BACKENDS[0]);
}

#[test]
fn pairs_of_changes_are_judged_as_they_come_out_on_postgres() {
    // A database for each of a thousand runs takes minutes; they are all looked at when asked for.
    match std::env::var_os("LIMBECK_TEST_ALL_PAIRS") {
        Some(_) => agree(BACKENDS[1]),
        None => drop(judged(Names::from("postgres"), &Schema::clone)),
    }
}

#[test]
fn the_table_of_pairs_in_the_docs_is_what_is_judged() {
    let classes = judged(Names::from("postgres"), &Schema::clone);
    let names: BTreeSet<&String> = classes.keys().map(|(one, _)| one).collect();
    let mut text = String::from(
        "# What comes of two changes\n\nMade by the tests (`tests/tests/merge_pairs.rs`, changes in `fixtures/merge`), for PostgreSQL. A pair \
         that stands nowhere is independent. What the classes mean stands in [branches.md](branches.md).\n\n\
         | a change | commutes with | depends on the order with | is unknown with | is in conflict with |\n|---|---|---|---|---|\n",
    );
    for name in &names {
        let with = |wanted: MergeClass| {
            let found = names.iter().filter(|other| {
                let key = if name <= *other {
                    ((*name).clone(), (**other).clone())
                } else {
                    ((**other).clone(), (*name).clone())
                };
                classes.get(&key) == Some(&wanted)
            });
            found.map(|other| format!("`{other}`")).collect::<Vec<_>>().join(", ")
        };
        let cells =
            [MergeClass::Commuting, MergeClass::OrderDependent, MergeClass::Unknown, MergeClass::Conflict]
                .map(with);
        writeln!(text, "| `{name}` | {} |", cells.join(" | ")).unwrap();
    }
    let page = root().join("docs/merge-classes.md");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&page, &text).unwrap();
        return;
    }
    assert!(
        fs::read_to_string(&page).unwrap_or_default() == text,
        "`INSTA_UPDATE=always` writes the page anew:\n{text}"
    );
}
