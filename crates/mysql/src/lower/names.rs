//! Which names MySQL and MariaDB take (dev.mysql.com/doc, "Identifier Length Limits" and "Schema Object Names").

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::name::Ident;
use limbeck_core::op::Operation;

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
    let fault = |name: &Ident| fault(name.as_str()).map(|fault| (name.clone(), fault));
    let Some((name, (fault, hint))) = operation.given_names().into_iter().find_map(fault) else {
        return Ok(());
    };
    Err(Diagnostic::new(Code::Unsupported, format!("the name `{name}` {fault}")).hint(hint))
}

fn fault(name: &str) -> Option<(String, &'static str)> {
    let length = name.chars().count();
    if length > LONGEST {
        let fault = format!("has {length} characters; MySQL and MariaDB take {LONGEST}");
        return Some((fault, "take a shorter name"));
    }
    if let Some(beyond) = name.chars().find(|one| u32::from(*one) > 0xFFFF) {
        let fault = format!("holds `{beyond}`; MySQL and MariaDB take no characters beyond U+FFFF in names");
        return Some((fault, "take a name without it"));
    }
    name.ends_with(' ').then(|| {
        let fault = "ends with a space, which MySQL and MariaDB take in no name".to_owned();
        (fault, "take a name without it")
    })
}
