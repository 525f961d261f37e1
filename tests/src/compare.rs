//! Compares what a database holds with what the operations add up to.

use std::fmt::Debug;

use limbeck_core::dialect::{Texts, spell_alike};
use limbeck_core::schema::Schema;
use limbeck_core::verify::forget_given_names;

use crate::Scratch;

/// Fails unless the database holds what the fold says, in its normal form: tables, enums, sequences, schemas, and which
/// views there are.
///
/// # Panics
/// When they differ.
pub fn same(scratch: &mut Scratch, folded: &Schema) {
    if let Some(difference) = differences(scratch, folded) {
        panic!("{difference}");
    }
}

/// Says in which part the database differs from the fold.
///
/// A database gives names to rules that have none; those names count for nothing. Views that raw SQL made are not known
/// to the fold.
///
/// # Panics
/// When the database cannot be read.
pub fn differences(scratch: &mut Scratch, folded: &Schema) -> Option<String> {
    let (dialect, server) = (scratch.connection.dialect(), scratch.connection.server().clone());
    let mut found = scratch.connection.reflect(None).unwrap_or_else(|error| panic!("{error}"));
    spell_alike(&mut *scratch.connection, folded, &mut found, Texts::Printed)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut found = dialect.normal_form(&found, &server);
    let wanted = dialect.normal_form(folded, &server);
    forget_given_names(&mut found, &wanted);
    let parts = [
        difference("tables", &found.tables, &wanted.tables),
        difference("enums", &found.enums, &wanted.enums),
        difference("sequences", &found.sequences, &wanted.sequences),
        difference("schemas", &found.schemas, &wanted.schemas),
    ];
    let missing = wanted.views.keys().find(|view| !found.views.contains_key(*view));
    let missing = missing.map(|view| format!("view `{view}` is missing"));
    parts.into_iter().flatten().chain(missing).next()
}

fn difference<T: PartialEq + Debug>(what: &str, found: &T, wanted: &T) -> Option<String> {
    if found == wanted {
        return None;
    }
    let (found, wanted) = (format!("{found:#?}"), format!("{wanted:#?}"));
    let (found, wanted): (Vec<&str>, Vec<&str>) = (found.lines().collect(), wanted.lines().collect());
    let start = found.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
    let around = |lines: &[&str]| {
        let from = start.saturating_sub(20).min(lines.len());
        lines[from..lines.len().min(start + 10)].join("\n")
    };
    Some(format!("{what}: the database has\n{}\nand not\n{}", around(&found), around(&wanted)))
}
