//! What holds for random texts.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::ddl::generate::definition;
use crate::ddl::oracle::{Verdict, covered, differs, verdict};
use crate::ddl::parse::parse;
use crate::ddl::{TokenKind, tokenize};

fn choices() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..600)
}

proptest! {
    #![proptest_config(Config { cases: 10_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_is_printed_is_what_was_read(choices in choices()) {
        let sql = definition(&choices);
        let tree = parse(&sql).map_err(|why| TestCaseError::fail(format!("{sql}: {why}")))?;
        covered(&tree, &sql);
    }
}

/// Holds a law over random choices for a time, and shrinks what breaks it.
fn hold(time: Duration, law: impl Fn(&[u8]) -> Result<(), TestCaseError>) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
        let broken = TestRunner::new(config).run(&choices(), |choices| law(&choices));
        broken.unwrap_or_else(|error| panic!("{error}"));
    }
}

fn agrees(sql: &str) -> Result<(), TestCaseError> {
    differs(sql).map_or(Ok(()), |why| Err(TestCaseError::fail(format!("{why}\n{sql}"))))
}

#[test]
fn random_texts_are_read_as_sqlite_reads_them() {
    hold(Duration::from_secs(10), |choices| agrees(&definition(choices)));
}

/// Takes a token away, doubles it, or puts another in its place.
fn damaged(sql: &str, choices: &[u8]) -> String {
    let mut tokens: Vec<&str> = tokenize(sql).iter().map(|token| token.text).collect();
    let meant: Vec<usize> = tokenize(sql)
        .iter()
        .enumerate()
        .filter(|(_, token)| !matches!(token.kind, TokenKind::Space | TokenKind::Comment))
        .map(|(at, _)| at)
        .collect();
    let choice = |at: usize| usize::from(choices.get(at).copied().unwrap_or_default());
    let pick = |at: usize| meant[(choice(at) * 256 + choice(at + 1)) % meant.len()];
    let (at, other) = (pick(0), tokens[pick(2)]);
    match choice(4) % 3 {
        0 => tokens[at] = " ",
        1 => tokens.splice(at..at, [other, " "]).for_each(drop),
        _ => tokens[at] = other,
    }
    tokens.concat()
}

#[test]
fn damaged_texts_are_refused_where_sqlite_refuses_them() {
    hold(Duration::from_secs(10), |choices| agrees(&damaged(&definition(choices), choices)));
}

/// What SQLite refuses for its names tells little of the reader.
#[test]
fn sqlite_takes_most_random_texts() {
    let connection = rusqlite::Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t1 (a, b, c); CREATE TABLE t2 (a, b, c, d, e); CREATE VIEW v1 AS SELECT 1",
        )
        .unwrap();
    let mut runner = TestRunner::deterministic();
    let mut taken = 0;
    for _ in 0..500 {
        let choices = choices().new_tree(&mut runner).unwrap().current();
        let sql = definition(&choices);
        taken += usize::from(verdict(&connection, &sql) == Verdict::Taken);
    }
    assert!(taken > 250, "{taken}");
}
