//! The judgement of two branches agrees with running both orders on real databases.
//!
//! `PROPTEST_CASES=5000 cargo xtask with cargo test --package limbeck-tests --test merge_laws` asks for so many pairs on
//! each database, and prints how many there were of each class.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeMap;

use limbeck_core::arbitrary::{Branches, Reach, Step, branches};
use limbeck_core::diff::diff;
use limbeck_core::fold::Fold;
use limbeck_core::merge::{self, Branch, Judgement, MergeClass, judge};
use limbeck_core::op::{Change, Operation};
use limbeck_core::revision::RevisionId;
use limbeck_core::schema::{ForeignKey, Schema, Table};
use limbeck_tests::{BACKENDS, Backend, Scratch, random};
use proptest::strategy::{Strategy, ValueTree};

/// What comes of both orders on a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Same,
    Different,
    /// An order fails.
    Fails,
    /// SQLite takes what other databases refuse, and what is then there does not mean what was written.
    LeansOnNothing,
}

/// Says whether something stands on a column that is not there: SQLite makes a foreign key to one, with which every change
/// of rows fails (sqlite.org/foreignkeys.html#fk_schemacommands), and reads its name in double quotes as a string
/// (sqlite.org/quirks.html#dblquote).
fn leans_on_nothing(schema: &Schema) -> bool {
    let key_does = |key: &ForeignKey| {
        let there = schema.tables.get(&key.references);
        there.is_some_and(|there| key.referred_columns.iter().any(|column| there.column(column).is_none()))
    };
    let text_does = |table: &Table, text: &str| {
        quoted(text).iter().any(|name| !table.columns.iter().any(|column| column.name.as_str() == name))
    };
    schema.tables.values().any(|table| {
        table.foreign_keys().any(key_does)
            || table.indexes.iter().flat_map(|index| index.texts()).any(|text| text_does(table, text))
            || table
                .constraints
                .iter()
                .flat_map(|one| one.texts())
                .any(|text| text_does(table, text.as_str()))
    })
}

/// Returns what stands in double quotes, as the expressions that are drawn have it: outside strings.
fn quoted(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(['"', '\'']) {
        let mark = rest.as_bytes()[start] as char;
        let mut inner = String::new();
        let mut after = &rest[start + 1..];
        while let Some(end) = after.find(mark) {
            inner.push_str(&after[..end]);
            after = &after[end + 1..];
            match after.strip_prefix(mark) {
                Some(left) => {
                    inner.push(mark);
                    after = left;
                }
                None => break,
            }
        }
        if mark == '"' {
            names.push(inner);
        }
        rest = after;
    }
    names
}

/// Runs what the database takes behind what is there, and returns that. Where a statement commits by itself, a change that is
/// refused half way leaves its first half behind: all is made anew without it.
fn run_what_fits(
    backend: &Backend,
    scratch: &mut Scratch,
    there: &[Operation],
    steps: &[Step],
) -> Vec<Operation> {
    let mut ran = Vec::new();
    for step in steps {
        // What an author says of his SQL is believed, and random words do not make it true; rows are judged carefully.
        if random::is_data(&step.operation) {
            continue;
        }
        if scratch.run(std::slice::from_ref(&step.operation)).is_ok() {
            ran.push(step.operation.clone());
        } else if backend.name == "mysql" {
            (backend.empty)(scratch);
            scratch.run(there).unwrap_or_else(|fault| panic!("{fault}: it was taken before"));
            scratch.run(&ran).unwrap_or_else(|fault| panic!("{fault}: it was taken before"));
        }
    }
    ran
}

fn fold_of(operations: &[Operation], scratch: &Scratch) -> Fold {
    let mut fold = Fold::new(scratch.connection.server().names());
    for operation in operations {
        fold.apply(&operation.clone().into()).unwrap();
    }
    fold
}

fn branch(operations: &[Operation], id: &str) -> Branch {
    let revision = RevisionId::new(id);
    let step = |operation: &Operation| merge::Step::operation(&revision, &operation.clone().into());
    Branch { steps: operations.iter().map(step).collect() }
}

fn normal(backend: &Backend, scratch: &Scratch, schema: &Schema) -> Schema {
    let mut schema = backend.dialect.normal_form(schema, scratch.connection.server());
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

/// Judges two branches, and runs both orders. `None` when there are no two branches.
fn judged_and_run(
    backend: &Backend,
    scratches: &mut [Scratch; 2],
    drawn: &Branches,
) -> Option<(Judgement, Outcome, String)> {
    let [first, second] = scratches;
    let base = run_what_fits(backend, first, &[], &drawn.base);
    second.run(&base).unwrap_or_else(|fault| panic!("{fault}: the other database took it"));
    let fold = fold_of(&base, first);
    let one = run_what_fits(backend, first, &base, &drawn.branches[0]);
    let other = run_what_fits(backend, second, &base, &drawn.branches[1]);
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let names = first.connection.server().names();
    let judgement = judge(&fold, &branch(&one, "aaaa"), &branch(&other, "bbbb"), names, |schema| {
        normal(backend, first, schema)
    });
    let judgement = judgement.unwrap_or_else(|faults| panic!("{faults}"));
    // What a branch leans on nothing by itself is not a matter of the other.
    let is_sound = !leans_on_nothing(&first.folded) && !leans_on_nothing(&second.folded);
    let (there, back) = (first.run(&other), second.run(&one));
    let mut said = String::new();
    for fault in [there.as_ref().err(), back.as_ref().err()].into_iter().flatten() {
        said.push_str(&format!("{fault}\n"));
    }
    let outcome = match there.is_ok() && back.is_ok() {
        false => Outcome::Fails,
        true => {
            let read = |scratch: &mut Scratch| scratch.connection.reflect(None).unwrap();
            let (there, back) = (read(first), read(second));
            let differences = diff(&there, &back, |schema| normal(backend, first, schema));
            differences.iter().for_each(|operation| said.push_str(&format!("{}\n", operation.describe())));
            match differences.is_empty() {
                _ if backend.name == "sqlite"
                    && is_sound
                    && [&there, &back].into_iter().any(leans_on_nothing) =>
                {
                    Outcome::LeansOnNothing
                }
                true => Outcome::Same,
                false => Outcome::Different,
            }
        }
    };
    Some((judgement, outcome, said))
}

fn agrees(class: MergeClass, outcome: Outcome) -> bool {
    match class {
        MergeClass::Independent | MergeClass::Commuting => outcome == Outcome::Same,
        MergeClass::OrderDependent => matches!(outcome, Outcome::Different | Outcome::LeansOnNothing),
        MergeClass::Conflict => matches!(outcome, Outcome::Fails | Outcome::LeansOnNothing),
        MergeClass::Unknown => true,
    }
}

fn law(backend: &Backend, most: u32) {
    let (asked, mut runner) = (random::asked(), random::runner());
    let mut counts: BTreeMap<(MergeClass, String), usize> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    let mut pairs = 0;
    let Some(one) = (backend.open)() else { return };
    let Some(other) = (backend.open)() else { return };
    let mut scratches = [one, other];
    while pairs < asked.unwrap_or(most) {
        let drawn = branches(Reach::Portable, 3).new_tree(&mut runner).unwrap().current();
        // Running costs more than a draw.
        if drawn.branches.iter().any(Vec::is_empty) {
            continue;
        }
        scratches.iter_mut().for_each(backend.empty);
        let Some((judgement, outcome, said)) = judged_and_run(backend, &mut scratches, &drawn) else {
            continue;
        };
        pairs += 1;
        *counts.entry((judgement.class, format!("{outcome:?}"))).or_default() += 1;
        if !agrees(judgement.class, outcome) {
            faults.push(format!(
                "{} and {outcome:?}: {said}\n{:?}\nbase {:?}\none {:?}\nother {:?}",
                judgement.class, judgement.clashes, drawn.base, drawn.branches[0], drawn.branches[1]
            ));
        }
    }
    let told: Vec<String> =
        counts.iter().map(|((class, outcome), count)| format!("{class} and {outcome}: {count}")).collect();
    random::tell(&format!("{}: {}", backend.name, told.join(", ")));
    let unknown: usize =
        counts.iter().filter(|((class, _), _)| *class == MergeClass::Unknown).map(|(_, n)| n).sum();
    assert!(unknown * 4 < pairs as usize, "{}: {unknown} of {pairs} are unknown", backend.name);
    assert!(
        faults.is_empty(),
        "{}: {} of {pairs} disagree; the first:\n{}",
        backend.name,
        faults.len(),
        faults.join("\n\n")
    );
}

#[test]
fn what_is_said_of_two_branches_is_what_comes_of_both_orders_on_sqlite() {
    law(BACKENDS[0], 150);
}

#[test]
fn what_is_said_of_two_branches_is_what_comes_of_both_orders_on_postgres() {
    law(BACKENDS[1], 8);
}

#[test]
fn what_is_said_of_two_branches_is_what_comes_of_both_orders_on_mariadb() {
    law(BACKENDS[2], 16);
}
