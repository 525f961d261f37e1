//! What leads from one schema to another leads there on real databases, and leaves nothing to do.
//!
//! `PROPTEST_CASES=2000 cargo xtask with cargo test --package limbeck-tests --test diff_laws` asks for so many pairs on each
//! database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use limbeck_core::dialect::{Texts, spell_alike};
use limbeck_core::diff::diff;
use limbeck_core::schema::Schema;
use limbeck_core::script::print_model;
use limbeck_tests::random::{self, describe, has_no_way};
use limbeck_tests::{BACKENDS, Backend, Scratch};

/// Leads one database to where another is, from what is read to what is wanted; `None` when nothing was to be done.
fn lead(backend: &Backend, one: &mut Scratch, other: &mut Scratch) -> Option<Result<(), String>> {
    let read = |scratch: &mut Scratch| scratch.connection.reflect(None).unwrap();
    let server = one.connection.server().clone();
    let normal = |schema: &Schema| backend.dialect.normal_form(schema, &server);
    let from = read(one);
    let mut wanted = other.folded.clone();
    spell_alike(&mut *one.connection, &from, &mut wanted, Texts::Printed).unwrap();
    let operations = diff(&from, &wanted, normal);
    if operations.is_empty() {
        return None;
    }
    one.folded = from.clone();
    if let Err(fault) = one.run(&operations) {
        if has_no_way(&fault.to_string()) {
            return None;
        }
        let (from, to) = (print_model(&from), print_model(&wanted));
        return Some(Err(format!("{fault}\n{}\nfrom\n{from}\nto\n{to}", describe(&operations))));
    }
    let (there, wanted_there) = (read(one), read(other));
    // Names that the server makes for rules without one tell how a table was called once.
    let compared = [("what is wanted", &wanted), ("what is read", &wanted_there)];
    let compared = if backend.name == "sqlite" { &compared[..] } else { &compared[..1] };
    for &(what, wanted) in compared {
        let mut there = there.clone();
        spell_alike(&mut *one.connection, wanted, &mut there, Texts::Printed).unwrap();
        let left = diff(&there, wanted, normal);
        if !left.is_empty() {
            let (from, to) = (print_model(&from), print_model(wanted));
            let (ran, left) = (describe(&operations), describe(&left));
            return Some(Err(format!("{what} is not reached: {left}\nran {ran}\nfrom\n{from}\nto\n{to}")));
        }
    }
    Some(Ok(()))
}

fn law(backend: &Backend, most: u32) {
    random::law_of_pairs(backend, most, |one, other| lead(backend, one, other));
}

#[test]
fn a_difference_leads_from_one_database_to_another_on_sqlite() {
    law(BACKENDS[0], 60);
}

#[test]
fn a_difference_leads_from_one_database_to_another_on_postgres() {
    law(BACKENDS[1], 6);
}

#[test]
fn a_difference_leads_from_one_database_to_another_on_mariadb() {
    law(BACKENDS[2], 8);
}
