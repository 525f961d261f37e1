//! What autogenerate writes into a project leads its database to the model, and nothing is left; with a database and from the
//! history alone it is the same.
//!
//! Unlike in `diff_laws`, all of it goes through files: the history, the model, and the new revision.
//!
//! `PROPTEST_CASES=2000 cargo xtask with cargo test --package limbeck-tests --test autogenerate_laws` asks for so many pairs on
//! each database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::path::Path;

use limbeck_core::diagnostic::Diagnostics;
use limbeck_core::dialect::{Texts, spell_alike};
use limbeck_core::diff::diff;
use limbeck_core::graph::Target;
use limbeck_core::op::{Change, Operation};
use limbeck_core::schema::{Constraint, ForeignKey, Schema, Table};
use limbeck_core::script::{Naming, parse_model, print_model, print_operations};
use limbeck_core::verify::forget_given_names;
use limbeck_tests::random::{self, describe, has_no_way};
use limbeck_tests::{BACKENDS, Backend, Scratch, Site};

/// Writes a revision, and runs it.
fn run(
    site: &Site<'_>,
    id: &str,
    operations: Vec<Operation>,
    scratch: &mut Scratch,
) -> Result<(), Diagnostics> {
    site.add(id, operations)?;
    site.upgrade(scratch)
}

/// Reads the database without autogenerate, and says what it lacks. Where the history left a name to the database, any will do.
fn is_there(site: &Site<'_>, one: &mut Scratch, wanted: &Schema) -> Result<(), String> {
    let (dialect, server) = (one.connection.dialect(), one.connection.server().clone());
    let normal = |schema: &Schema| dialect.normal_form(schema, &server);
    let project = site.project();
    let heads = project.history().graph().heads_at(&Target::heads()).unwrap();
    let told = project.history().schema_at(&heads, server.names()).unwrap();
    let mut there = one.connection.reflect(None).unwrap();
    there.tables.retain(|name, _| !["limbeck_version", "limbeck_log"].contains(&name.name.as_str()));
    spell_alike(&mut *one.connection, wanted, &mut there, Texts::Printed).unwrap();
    let mut known = normal(&there);
    forget_given_names(&mut known, &normal(&told));
    for (name, table) in &mut there.tables {
        let names: Vec<_> = known.tables[name].constraints.iter().filter_map(Constraint::name).collect();
        let is_given = |one: &&mut Constraint| one.name().is_some_and(|name| !names.contains(&name));
        table.constraints.iter_mut().filter(is_given).for_each(|one| *one = one.nameless());
    }
    let left = diff(&there, wanted, normal);
    if left.is_empty() { Ok(()) } else { Err(describe(&left)) }
}

/// Leads one database, made anew from what it adds up to, to where another is; `None` when nothing was to be done, and when
/// the tool or the database refuses what it cannot do.
fn lead(backend: &Backend, one: &mut Scratch, other: &mut Scratch) -> Option<Result<(), String>> {
    // A model with nothing in it is taken for a mistake, and so is one with a foreign key that points at nothing.
    let stands = |key: &ForeignKey| other.folded.tables.contains_key(&key.references);
    let mut keys = other.folded.tables.values().flat_map(Table::foreign_keys);
    if other.folded.tables.is_empty() || !keys.all(stands) {
        return None;
    }
    let directory = tempfile::tempdir().unwrap();
    let server = one.connection.server().clone();
    let normal = |schema: &Schema| backend.dialect.normal_form(schema, &server);
    let site = Site::new(directory.path(), "model.toml", &print_model(&other.folded));
    let told = format!("from\n{}\nto\n{}", print_model(&one.folded), print_model(&other.folded));
    let made = diff(&Schema::new(), &one.folded, normal);
    (backend.empty)(one);
    match run(&site, "made", made, one) {
        Err(fault) if names_other_types(&fault.to_string()) => return None,
        Err(fault) => return Some(Err(format!("what is there cannot be made anew: {fault}\n{told}"))),
        Ok(()) => {}
    }
    let wanted = &other.folded;
    let found = match site.find(one, &[]).map(|found| found.operations) {
        Ok(found) if found.is_empty() => {
            return is_there(&site, one, wanted).err().map(|left| Err(format!("not found: {left}\n{told}")));
        }
        Ok(found) => found,
        Err(fault) if fault.contains("cannot change whether") => return None,
        Err(fault) => return Some(Err(format!("{fault}\n{told}"))),
    };
    let told = format!("ran\n{}\n{told}", print_operations(&found));
    match run(&site, "changed", found, one) {
        Err(fault) if has_no_way(&fault.to_string()) => return None,
        Err(fault) if names_other_types(&fault.to_string()) => {
            (backend.empty)(one);
            let anew = one.run(&diff(&Schema::new(), wanted, normal));
            return anew.is_ok().then(|| Err(format!("only an empty database takes it: {fault}\n{told}")));
        }
        Err(fault) => return Some(Err(format!("{fault}\n{told}"))),
        Ok(()) => {}
    }
    match site.find(one, &[]).map(|found| found.operations) {
        Ok(left) if left.is_empty() => {
            Some(is_there(&site, one, wanted).map_err(|left| format!("not reached: {left}\n{told}")))
        }
        Ok(left) => Some(Err(format!("left: {}\n{told}", describe(&left)))),
        Err(fault) => Some(Err(format!("{fault}\n{told}"))),
    }
}

/// Says whether PostgreSQL takes a text no more that it took when its column had another type: it keeps `lower("id")` as
/// `lower("id"::text)` when `id` becomes a number.
fn names_other_types(fault: &str) -> bool {
    ["No function matches the given name", "invalid input syntax for type"]
        .iter()
        .any(|words| fault.contains(words))
}

fn law(backend: &Backend, most: u32) {
    random::law_of_pairs(backend, most, |one, other| lead(backend, one, other));
}

#[test]
fn autogenerate_leads_a_project_to_its_model_on_sqlite() {
    law(BACKENDS[0], 40);
}

#[test]
fn autogenerate_leads_a_project_to_its_model_on_postgres() {
    law(BACKENDS[1], 5);
}

#[test]
fn autogenerate_leads_a_project_to_its_model_on_mariadb() {
    law(BACKENDS[2], 5);
}

/// Models of one table, and which of its columns counts up there by itself or because it is told to.
const COUNTING: [(&str, Option<&str>, [&str; 2]); 9] = [
    (
        "a lone key",
        Some("id"),
        ["type = 'integer', primary_key = true", "type = 'integer', nullable = false"],
    ),
    ("no key", None, ["type = 'integer', nullable = false", "type = 'integer', nullable = false"]),
    ("a key of two", None, ["type = 'integer', primary_key = true", "type = 'integer', primary_key = true"]),
    ("another key", Some("part"), ["type = 'integer'", "type = 'integer', primary_key = true"]),
    ("texts", None, ["type = 'string(20)', primary_key = true", "type = 'integer', nullable = false"]),
    ("greater", Some("id"), ["type = 'bigint', primary_key = true", "type = 'integer', nullable = false"]),
    ("given", None, ["type = 'integer', primary_key = true, autoincrement = false", "type = 'integer'"]),
    (
        "one of two counts",
        Some("id"),
        [
            "type = 'integer', primary_key = true, autoincrement = true",
            "type = 'integer', primary_key = true",
        ],
    ),
    (
        "one of two counts, the other is greater",
        Some("id"),
        ["type = 'integer', primary_key = true, autoincrement = true", "type = 'bigint', primary_key = true"],
    ),
];

/// Leads every one of these models to every other.
fn counting_comes_and_goes(backend: &Backend) {
    let (Some(mut one), Some(mut other)) = ((backend.open)(), (backend.open)()) else { return };
    let is_sqlite = backend.name == "sqlite";
    let models = COUNTING.iter().filter(|(what, ..)| !is_sqlite || !what.contains("counts"));
    let models: Vec<(&str, Option<&str>, Schema)> = models
        .map(|(what, counts, [id, part])| {
            let columns = format!("{{ name = 'id', {id} }}, {{ name = 'part', {part} }}");
            let text = format!("[[table]]\nname = 't'\ncolumns = [{columns}]\n");
            (*what, *counts, parse_model(Path::new("model.toml"), text.into(), &Naming::default()).unwrap())
        })
        .collect();
    let mut faults = Vec::new();
    for (from, counted, old) in &models {
        for (to, counts, new) in models.iter().filter(|(to, ..)| to != from) {
            (one.folded, other.folded) = (old.clone(), new.clone());
            if let Some(Err(fault)) = lead(backend, &mut one, &mut other) {
                faults.push(format!("from {from} to {to}: {fault}"));
            }
            let found = counting(&mut one);
            if !is_sqlite && found.as_deref() != *counts {
                faults.push(format!("from {from} to {to}: {found:?} counts"));
            }
            let was = undone(backend, &mut one, old, new);
            if !is_sqlite && was.as_deref() != *counted {
                faults.push(format!("from {to} back to {from}: {was:?} counts"));
            }
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", backend.name, faults.join("\n\n"));
}

/// Leads a model to another and back, and returns the column that counts then.
fn undone(backend: &Backend, scratch: &mut Scratch, old: &Schema, new: &Schema) -> Option<String> {
    let server = scratch.connection.server().clone();
    let normal = |schema: &Schema| backend.dialect.written_form(schema, &server);
    (backend.empty)(scratch);
    scratch.run(&diff(&Schema::new(), old, normal)).unwrap();
    let mut back = Vec::new();
    for operation in diff(old, new, normal) {
        back.push(operation.invert(&scratch.folded).unwrap());
        scratch.run(&[operation]).unwrap();
    }
    back.reverse();
    scratch.run(&back.concat()).unwrap();
    counting(scratch)
}

/// Returns the column that counts in what is there.
fn counting(scratch: &mut Scratch) -> Option<String> {
    let there = scratch.connection.reflect(None).unwrap();
    let table = there.tables.values().find(|table| table.name.name.as_str() == "t").unwrap();
    let counts = table.columns.iter().find(|column| column.autoincrement == Some(true))?;
    Some(counts.name.as_str().to_owned())
}

#[test]
fn counting_comes_and_goes_with_the_key_on_sqlite() {
    counting_comes_and_goes(BACKENDS[0]);
}

#[test]
fn counting_comes_and_goes_with_the_key_on_postgres() {
    counting_comes_and_goes(BACKENDS[1]);
}

#[test]
fn counting_comes_and_goes_with_the_key_on_mariadb() {
    counting_comes_and_goes(BACKENDS[2]);
}
