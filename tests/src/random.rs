//! What laws that draw from randomness share: how many cases, from where, and how it is told what came of them.

use std::io::Write;

use crate::{Backend, Scratch};
use limbeck_core::arbitrary::{Branches, Reach, Step, branches};
use limbeck_core::op::{Change, Operation};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Returns how many cases `PROPTEST_CASES` asks for; `None` when it does not, so that a law does with few.
pub fn asked() -> Option<u32> {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok())
}

/// Returns what draws the same cases in every run.
pub fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Prints a line past the capture of output, when it was asked for so many cases. A lost line loses no test.
pub fn tell(line: &str) {
    if asked().is_some() {
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
}

/// Says whether an operation is about rows or is free SQL: random words are none, and random rows seldom keep the rules.
pub fn is_data(operation: &Operation) -> bool {
    matches!(operation, Operation::Execute(_) | Operation::Insert(_) | Operation::Delete(_))
}

/// Runs what the database takes. Where a statement commits by itself, a change that is refused half way leaves its first half
/// behind: all is made anew without it.
///
/// # Panics
/// When what was taken once is not taken again.
pub fn run_what_fits<'s>(
    backend: &Backend,
    scratch: &mut Scratch,
    steps: impl IntoIterator<Item = &'s Step>,
) {
    let mut ran: Vec<Operation> = Vec::new();
    for step in steps {
        if is_data(&step.operation) {
            continue;
        }
        if scratch.run(std::slice::from_ref(&step.operation)).is_ok() {
            ran.push(step.operation.clone());
        } else if backend.name == "mysql" {
            (backend.empty)(scratch);
            scratch.run(&ran).unwrap_or_else(|fault| panic!("{fault}: it was taken before"));
        }
    }
}

/// Says what operations do, on one line.
pub fn describe(operations: &[Operation]) -> String {
    operations.iter().map(Operation::describe).collect::<Vec<_>>().join("; ")
}

/// Says whether a database refuses a change that no one could make without knowing more than two schemas say: there is no
/// cast between the types, or a column comes with a default that does not fit its own type, which a new table may have.
pub fn has_no_way(fault: &str) -> bool {
    ["cannot cast type", "value too long for type"].iter().any(|words| fault.contains(words))
}

/// Holds a law for `most` pairs of databases that share a beginning, or for as many as are asked for. Returns how many that
/// were; `None` without a server.
///
/// `lead` leads the first to where the other is: `None` when the pair says nothing, else whether the law held.
///
/// # Panics
/// When it did not, with the words of `lead`.
pub fn law_of_pairs(
    backend: &Backend,
    most: u32,
    mut lead: impl FnMut(&mut Scratch, &mut Scratch) -> Option<Result<(), String>>,
) -> Option<u32> {
    let (asked, mut runner) = (asked(), runner());
    let (mut pairs, mut faults) = (0, Vec::new());
    let (mut one, mut other) = ((backend.open)()?, (backend.open)()?);
    while pairs < asked.unwrap_or(most) && faults.len() < 20 {
        let drawn = branches(Reach::Portable, 4).new_tree(&mut runner).expect("it can always be drawn");
        let Branches { base, branches: [ours, theirs] } = drawn.current();
        // Running costs more than a draw.
        if ours.is_empty() && theirs.is_empty() {
            continue;
        }
        (backend.empty)(&mut one);
        (backend.empty)(&mut other);
        run_what_fits(backend, &mut one, base.iter().chain(&ours));
        run_what_fits(backend, &mut other, base.iter().chain(&theirs));
        match lead(&mut one, &mut other) {
            Some(Ok(())) => pairs += 1,
            Some(Err(fault)) => faults.push(fault),
            None => {}
        }
    }
    let (name, count) = (backend.name, faults.len());
    tell(&format!("{name}: {pairs} pairs, {count} at fault"));
    assert!(faults.is_empty(), "{name}: {count} faults beside {pairs} pairs:\n{}", faults.join("\n\n"));
    Some(pairs)
}
