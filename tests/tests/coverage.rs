//! Every operation and every action has a fixture that is run on a database.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

use std::collections::BTreeSet;

use limbeck_core::action::ActionKind;
use limbeck_core::op::{Operation, OperationKind};
use limbeck_tests::operations;
use strum::IntoEnumIterator;

#[test]
fn every_operation_and_every_action_has_a_fixture() {
    let mut operations_met = BTreeSet::new();
    let mut actions_met = BTreeSet::new();
    for fixture in operations() {
        for operation in fixture.all() {
            operations_met.insert(OperationKind::from(operation));
            if let Operation::AlterTable(alter) = operation {
                actions_met.extend(alter.actions.iter().map(ActionKind::from));
            }
        }
    }
    let missing: Vec<String> = OperationKind::iter()
        .filter(|kind| !operations_met.contains(kind))
        .map(|kind| kind.to_string())
        .collect();
    assert!(missing.is_empty(), "no fixture has {missing:?}");
    let missing: Vec<String> =
        ActionKind::iter().filter(|kind| !actions_met.contains(kind)).map(|kind| kind.to_string()).collect();
    assert!(missing.is_empty(), "no fixture has {missing:?}");
}
