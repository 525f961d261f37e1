//! Random schemas and operations that fit them, for property tests of this crate and of the dialects.
//!
//! A walk starts at an empty schema, and each operation fits what those before it have made. It covers every
//! operation, action and type, with unkind names. It is drawn from a list of numbers that proptest shrinks: less
//! numbers, smaller walk.

mod action;
mod choices;
mod column;
#[cfg(test)]
mod laws;
mod operation;
mod table;

use std::fmt;

use proptest::prelude::*;

use crate::graph::Direction;
use crate::op::{Change, Operation, Scope, ScopedOperation, Transaction};
use crate::revision::{RevisionHeader, RevisionId};
use crate::schema::Schema;
use crate::script::{Downgrade, Format, Script, Untold, print};

use choices::Choices;

/// How far a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that the model has.
    Everything,
    /// What every database has and keeps: no named types, sequences, schemas, comments, options, rows or raw SQL.
    Portable,
}

/// One operation, and the schema that it finds.
#[derive(Clone)]
pub struct Step {
    /// The schema before it.
    pub before: Schema,
    /// The operation, which applies.
    pub operation: Operation,
}

impl fmt::Debug for Step {
    /// Writes the operation as a migration file has it. The schema follows from the steps before.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let script = Script::of(vec![self.operation.clone()]);
        let text = print(&RevisionHeader::new(RevisionId::new("step"), []), &script, Format::Toml);
        f.write_str(text.as_deref().unwrap_or_default().split_once('\n').unwrap_or_default().1)
    }
}

/// Generates walks of at most `most` operations, some of them empty.
pub fn walks(reach: Reach, most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any::<u16>(), 0..most * 60).prop_map(move |numbers| walk(numbers, reach, most))
}

/// Generates schemas: what a walk leads to.
pub fn schemas(reach: Reach, most: usize) -> impl Strategy<Value = Schema> {
    walks(reach, most).prop_map(|steps| end_of(&steps, Schema::new()))
}

/// Returns the schema that a walk from `start` leads to.
pub fn end_of(steps: &[Step], start: Schema) -> Schema {
    let Some(Step { before, operation }) = steps.last() else { return start };
    let mut schema = before.clone();
    operation.apply(&mut schema).expect("each operation of a walk applies");
    schema
}

/// Generates whole revisions, as a file may hold them.
pub fn revisions() -> impl Strategy<Value = (RevisionHeader, Script)> {
    prop::collection::vec(any::<u16>(), 0..600).prop_map(|numbers| {
        let (head, body) = numbers.split_at(numbers.len().min(30));
        let mut choices = Choices::new(head.to_vec(), Reach::Everything);
        let mut header = RevisionHeader::new(RevisionId::new(choices.word()), []);
        header.down_revision = choices.several(0, 3, |c| RevisionId::new(c.word()));
        header.branch_labels = choices.several(0, 2, Choices::word);
        header.depends_on = choices.several(0, 2, Choices::word);
        header.message = choices.text();
        header.create_date =
            choices.maybe(|c| c.of(&["2026-11-22T10:00:00Z", "2026-11-22", "yesterday"]).to_owned());
        let mut operations: Vec<ScopedOperation> =
            walk(body.to_vec(), Reach::Everything, 8).into_iter().map(|step| step.operation.into()).collect();
        for operation in &mut operations {
            operation.scope = choices.scope();
        }
        let given = operations.split_off(operations.len() / 2);
        let downgrade = match choices.pick(4) {
            0 | 1 => Downgrade::Given(given),
            2 => Downgrade::Derived,
            _ => Downgrade::Irreversible(choices.maybe(Choices::text)),
        };
        let untold = choices.several(0, 2, |c| Untold {
            direction: c.of(&[Direction::Up, Direction::Down]),
            scope: Scope { transaction: Transaction::Inside, ..c.scope() },
            reason: c.word(),
            origin: None,
        });
        // They stand in the file in this order.
        let (mut untold, down): (Vec<Untold>, Vec<Untold>) =
            untold.into_iter().partition(|one| one.direction == Direction::Up);
        if let Downgrade::Given(_) = downgrade {
            untold.extend(down);
        }
        (header, Script { upgrade: operations, downgrade, untold })
    })
}

/// A walk, and two that go on from its end without knowing of each other.
#[derive(Debug, Clone)]
pub struct Branches {
    /// What is common.
    pub base: Vec<Step>,
    /// What each branch does.
    pub branches: [Vec<Step>; 2],
}

/// Generates two branches of at most `most` operations each from a common ancestor.
pub fn branches(reach: Reach, most: usize) -> impl Strategy<Value = Branches> {
    let numbers = |most: usize| prop::collection::vec(any::<u16>(), 0..most * 60);
    (numbers(4), numbers(most), numbers(most)).prop_map(move |(base, one, other)| {
        let base = walk(base, reach, 4);
        let end = end_of(&base, Schema::new());
        let branches = [one, other].map(|numbers| walk_from(end.clone(), numbers, reach, most));
        Branches { base, branches }
    })
}

fn walk(numbers: Vec<u16>, reach: Reach, most: usize) -> Vec<Step> {
    walk_from(Schema::new(), numbers, reach, most)
}

fn walk_from(mut schema: Schema, numbers: Vec<u16>, reach: Reach, most: usize) -> Vec<Step> {
    let mut choices = Choices::new(numbers, reach);
    let mut steps = Vec::new();
    // Some draws do not fit and are thrown away.
    for _ in 0..most * 3 {
        if steps.len() == most || choices.is_empty() {
            break;
        }
        let Some(operation) = choices.operation(&schema) else {
            continue;
        };
        let mut after = schema.clone();
        if operation.apply(&mut after).is_ok() {
            steps.push(Step { before: schema, operation });
            schema = after;
        }
    }
    steps
}
