//! Reads as deep as SQLite's parser goes, whatever the size of the caller's stack.

use std::thread;

use super::super::{Token, Unreadable};
use super::Mentions;
use super::reader::Reader;

/// How deep is read on the caller's stack. What people write is not as deep.
const SHALLOW: usize = 50;

/// How deep SQLite's parser goes (`SQLITE_MAX_PARSER_DEPTH` of 3.53). A level here takes at least one of its places,
/// so that all that it accepts is read.
const DEEP: usize = 2500;

/// Room for that depth, with the big frames of a build without optimization. Only what is used is really taken.
const STACK: usize = 64 << 20;

/// Reads by one rule, and returns how many tokens it took and what they mention.
///
/// # Errors
/// The tokens do not follow the rule, or are nested too deep.
pub(super) fn read<'t, 'a>(
    tokens: &'t [Token<'a>],
    rule: fn(&mut Reader<'t, 'a>) -> Result<(), Unreadable>,
) -> Result<(usize, Mentions<'a>), Unreadable> {
    let mut shallow = Reader::new(tokens, SHALLOW);
    let read = rule(&mut shallow);
    if !shallow.is_too_deep {
        return read.map(|()| (shallow.length(), shallow.mentions));
    }
    thread::scope(|scope| {
        let worker = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || {
            let mut deep = Reader::new(tokens, DEEP);
            rule(&mut deep).map(|()| (deep.length(), deep.mentions))
        });
        let worker =
            worker.map_err(|error| Unreadable(format!("no room to read what is nested deep: {error}")))?;
        worker.join().expect("reading does not panic")
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::meaningful;
    use super::super::{Part, mentions};

    /// Ways to nest, each as what opens a level and what closes it.
    const NESTS: [(&str, &str); 11] = [
        ("(", ")"),
        ("NOT ", ""),
        ("- ", ""),
        ("f(1, ", ")"),
        ("CASE WHEN 1 THEN ", " END"),
        ("CAST(", " AS int)"),
        ("1 BETWEEN ", " AND 2"),
        ("1 OR 2 AND 3 = 4 < 5 | 6 + 7 * 8 || (", ")"),
        ("EXISTS (SELECT ", ")"),
        ("a IN (SELECT 1 FROM (SELECT 2 FROM t JOIN (u) ON ", "))"),
        ("(WITH x AS (SELECT 1 WHERE ", ") SELECT 1)"),
    ];

    #[test]
    fn what_is_nested_deep_is_read_and_what_is_too_deep_is_an_error() {
        for (open, close) in NESTS {
            for (levels, can) in [(10, true), (200, true), (3_000, false), (20_000, false)] {
                let sql = format!("{}1{}", open.repeat(levels), close.repeat(levels));
                assert_eq!(mentions(Part::Expression, &meaningful(&sql)).is_ok(), can, "{open} {levels}");
            }
        }
    }

    #[test]
    fn joins_in_parentheses_are_bounded_too() {
        for (levels, can) in [(2_000, true), (3_000, false)] {
            let sql = format!("SELECT * FROM {}t{}", "(".repeat(levels), ")".repeat(levels));
            assert_eq!(mentions(Part::Query, &meaningful(&sql)).is_ok(), can, "{levels}");
        }
    }
}
