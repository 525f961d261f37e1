//! An edit of the stored schema text and a move and copy give the same database, wherever both are sound: on random
//! tables and rows, by the measures of the fidelity suite.

#![allow(clippy::unwrap_used, reason = "clippy lets only test functions panic, not what they share")]

mod table;

use limbeck_core::dialect::Way;
use limbeck_core::op::Recreate;
use limbeck_tests::fidelity::{Allowed, Change, Depth, Seen, Setting, Stage, changes};
use proptest::prelude::*;

/// Makes a change. Returns the way that was taken and what was seen afterwards; nothing where it was refused.
fn made(stage: &Stage, change: &Change, recreate: Recreate) -> Option<(Way, Seen)> {
    let mut scratch = stage.fresh(Setting::Enforced);
    let operation = change.on(&stage.table, recreate);
    let lowered = scratch.run(std::slice::from_ref(&operation)).ok()?;
    let ways = lowered.iter().flat_map(|one| &one.statements).map(|statement| statement.way);
    let way = ways.max().unwrap_or(Way::Native);
    drop(scratch);
    let allowed = Allowed::of(&operation, &stage.schema);
    Some((way, stage.see(&allowed, Depth::Tried).unwrap()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn schema_edit_and_move_and_copy_give_the_same_database(fixture in table::fixtures()) {
        let stage = Stage::new(&fixture);
        for change in changes(&stage.table) {
            let Some((Way::SchemaEdit, edited)) = made(&stage, &change, Recreate::Auto) else { continue };
            let Some((_, copied)) = made(&stage, &change, Recreate::Always) else { continue };
            let differ = stage.compare(&edited, &copied);
            prop_assert!(differ.is_empty(), "{}: {differ:#?}\n{}", change.label, fixture.sql);
        }
    }
}
