//! Which names MySQL and MariaDB take (dev.mysql.com/doc, "Identifier Length Limits" and "Schema Object Names").

use limbeck_core::action::Action;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;
use limbeck_core::op::Operation;
use limbeck_core::schema::{Constraint, Table};

/// How many characters a name may have.
const LONGEST: usize = 64;

/// Refuses names that the server refuses, which it would do where what stands before them is committed.
///
/// # Errors
/// What is wrong with the first of them.
pub(super) fn check(operation: &Operation) -> Result<(), Diagnostic> {
    // An enum has its name in the history alone.
    if matches!(operation, Operation::CreateEnum(_)) {
        return Ok(());
    }
    let kept = names_of_rules(operation);
    let fault = |name: &Ident| fault(name.as_str(), kept.contains(name)).map(|fault| (name.clone(), fault));
    if let Some((name, (fault, hint))) = operation.given_names().into_iter().find_map(fault) {
        return Err(Diagnostic::new(Code::Unsupported, format!("the name `{name}` {fault}")).hint(hint));
    }
    match operation {
        Operation::CreateTable(create) => check_made(&create.table),
        _ => Ok(()),
    }
}

/// Returns the names of checks and primary keys, of which the server takes one that ends with a space.
fn names_of_rules(operation: &Operation) -> Vec<Ident> {
    let is_rule = |one: &&Constraint| matches!(one, Constraint::Check(_) | Constraint::PrimaryKey(_));
    let added: Vec<Constraint> = match operation {
        Operation::AlterTable(alter) => alter.actions.iter().filter_map(Action::constraint).collect(),
        _ => Vec::new(),
    };
    let made = match operation {
        Operation::CreateTable(create) => create.table.constraints.as_slice(),
        _ => &[],
    };
    made.iter().chain(&added).filter(is_rule).filter_map(Constraint::name).cloned().collect()
}

/// With a table the server makes `TABLE_ibfk_1` of a foreign key without a name, and does not shorten it.
fn check_made(table: &Table) -> Result<(), Diagnostic> {
    let unnamed = table.foreign_keys().filter(|key| key.name.is_none()).count();
    let length = format!("{}_ibfk_{unnamed}", table.name.name).chars().count();
    if unnamed == 0 || length <= LONGEST {
        return Ok(());
    }
    let message = format!(
        "the server makes a name of {length} characters for a foreign key of `{}`; MySQL and MariaDB take {LONGEST}",
        table.name
    );
    Err(Diagnostic::new(Code::Unsupported, message).hint("name the foreign keys"))
}

fn fault(name: &str, may_end_so: bool) -> Option<(String, &'static str)> {
    let length = name.chars().count();
    if length > LONGEST {
        let fault = format!("has {length} characters; MySQL and MariaDB take {LONGEST}");
        return Some((fault, "take a shorter name"));
    }
    if let Some(beyond) = name.chars().find(|one| u32::from(*one) > 0xFFFF) {
        let fault = format!("holds `{beyond}`; MySQL and MariaDB take no characters beyond U+FFFF in names");
        return Some((fault, "take a name without it"));
    }
    (name.ends_with(' ') && !may_end_so).then(|| {
        let fault = "ends with a space, which MySQL and MariaDB take of checks alone".to_owned();
        (fault, "take a name without it")
    })
}
