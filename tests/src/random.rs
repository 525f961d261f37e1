//! What laws that draw from randomness share: how many cases, from where, and how it is told what came of them.

use std::io::Write;

use crate::{Backend, Scratch};
use limbeck_core::arbitrary::Step;
use limbeck_core::op::Operation;
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
