//! The SQL format: sections of the author's SQL, each of which becomes one `execute`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::FromStr;

use strum::VariantNames;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::literal::RawSql;
use crate::op::{Execute, Operation, Scope, ScopedOperation, Transaction};

use super::parse::Said;
use super::read::{DIALECTS, Reader, list};
use super::{Downgrade, Script};

/// What opens a section, at the start of a line. Such a line always opens one, even inside a quoted text.
pub(super) const MARK: &str = "-- limbeck:";

/// The direction of a section.
#[derive(Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Direction {
    Upgrade,
    Downgrade,
    /// What the SQL of the section above does to the schema, as SQL that is read and not run.
    State,
}

/// The words behind a direction.
const WORDS: [&str; 3] = ["dialects", "transaction", "irreversible"];

/// A section's opening line, read.
struct Opening {
    direction: Direction,
    scope: Scope,
    irreversible: bool,
}

/// Reads the sections. `said` is what the header says of the way back. `None` when a fault is recorded.
pub(super) fn sections(reader: &Reader, text: &str, said: Said) -> Option<Script> {
    let lines = lines(text);
    let openings: Vec<usize> =
        (0..lines.len()).filter(|i| text[lines[*i].clone()].starts_with(MARK)).collect();
    let mut sound = preamble(reader, text, &lines[..openings.first().copied().unwrap_or(lines.len())]);
    let mut script = Script::new(Vec::new(), Downgrade::Derived);
    let mut given: Option<Vec<ScopedOperation>> = None;
    let mut said = said;
    // The direction of the section above, if it holds SQL.
    let mut above: Option<Direction> = None;
    for (i, at) in openings.iter().enumerate() {
        let line = lines[*at].clone();
        let end = openings.get(i + 1).map_or(text.len(), |next| lines[*next].start);
        let Some(opening) = opening(reader, text, line.clone()) else {
            sound = false;
            continue;
        };
        if opening.irreversible {
            said = match said {
                Said::Nothing => Said::Irreversible(None),
                reason => reason,
            };
        }
        let body = text[line.end..end].trim();
        let operation = (!body.is_empty()).then(|| ScopedOperation {
            operation: Execute { sql: RawSql::new(body.replace("\r\n", "\n")), state: None }.into(),
            scope: opening.scope,
            origin: Some(reader.origin(line.start..text[..line.end].trim_end().len())),
        });
        let stands_behind = above.take();
        above = operation.as_ref().map(|_| opening.direction);
        if body.contains('\0') {
            reader.fault(Code::BadValue, line.clone(), "a section must not hold a NUL character");
            sound = false;
        }
        match opening.direction {
            Direction::Upgrade => script.upgrade.extend(operation),
            Direction::Downgrade if opening.irreversible && operation.is_none() => {}
            Direction::Downgrade => given.get_or_insert_default().extend(operation),
            Direction::State => {
                let section = match stands_behind {
                    Some(Direction::Upgrade) => Some(&mut script.upgrade),
                    Some(Direction::Downgrade) => given.as_mut(),
                    Some(Direction::State) | None => None,
                };
                let sql = match section.and_then(|section| section.last_mut()).map(|last| &mut last.operation)
                {
                    Some(Operation::Execute(Execute { state: state @ None, .. })) => state,
                    _ => {
                        let message = "a section that states an effect stands behind the SQL that has it";
                        reader.fault(Code::ConflictingKeys, line, message);
                        sound = false;
                        continue;
                    }
                };
                *sql = Some(operation.into_iter().map(|stated| stated.operation).collect());
            }
        }
    }
    script.downgrade = match (said, given) {
        (Said::Irreversible(_), Some(_)) => {
            let last = openings.last().map_or(0..0, |i| lines[*i].clone());
            reader.fault(
                Code::ConflictingKeys,
                last,
                "a revision with a downgrade section is not irreversible",
            );
            return None;
        }
        (Said::Irreversible(reason), None) => Downgrade::Irreversible(reason),
        (Said::Nothing, Some(given)) => Downgrade::Given(given),
        (Said::Nothing, None) => Downgrade::Derived,
    };
    sound.then_some(script)
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            start..at
        })
        .collect()
}

/// Checks that nothing but comments stands above the first section.
fn preamble(reader: &Reader, text: &str, lines: &[Range<usize>]) -> bool {
    let stray = lines.iter().find(|line| {
        let line = text[(*line).clone()].trim_start_matches('\u{feff}').trim();
        !line.is_empty() && !line.starts_with("--")
    });
    if let Some(line) = stray {
        let end = line.start + text[line.clone()].trim_end().len();
        let fault = Diagnostic::new(Code::FileSyntax, "SQL stands above the first section")
            .at(reader.place(line.start..end))
            .hint("write `-- limbeck:upgrade` above it");
        reader.report(fault);
    }
    stray.is_none()
}

/// Reads `-- limbeck:upgrade dialects=a,b transaction=outside irreversible`.
fn opening(reader: &Reader, text: &str, line: Range<usize>) -> Option<Opening> {
    let start = line.start + MARK.len();
    let mut words = text[start..line.end].split_whitespace().map(|word| {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        (word, at..at + word.len())
    });
    let unknown = |what: &str, word: &str, span: Range<usize>, known: &[&'static str]| {
        let fault =
            Diagnostic::new(Code::UnknownKey, format!("unknown {what} `{word}`")).at(reader.place(span));
        reader.report(match nearest(word, known.iter().copied()) {
            Some(near) => fault.hint(format!("a {what} with a similar name exists: `{near}`")),
            None => fault.hint(format!("known here are {}", list(known))),
        });
    };
    let Some((word, span)) = words.next() else {
        unknown("section", "", line.start..start, Direction::VARIANTS);
        return None;
    };
    let Ok(direction) = Direction::from_str(word) else {
        unknown("section", word, span, Direction::VARIANTS);
        return None;
    };
    let mut opening = Opening { direction, scope: Scope::default(), irreversible: false };
    let mut sound = true;
    for (word, span) in words {
        let (key, value) = word.split_once('=').map_or((word, None), |(key, value)| (key, Some(value)));
        match (key, value) {
            ("irreversible", None) => opening.irreversible = true,
            ("transaction", Some(value)) => match Transaction::from_str(value) {
                Ok(transaction) => opening.scope.transaction = transaction,
                Err(_) => {
                    unknown("transaction", value, span, Transaction::VARIANTS);
                    sound = false;
                }
            },
            ("dialects", Some(value)) => match read_dialects(value) {
                Ok(dialects) => opening.scope.dialects = dialects,
                Err(name) => {
                    unknown("dialect", name, span, &DIALECTS);
                    sound = false;
                }
            },
            (key, _) if WORDS.contains(&key) => {
                let form = if key == "irreversible" { "takes no value" } else { "needs a value" };
                reader.fault(Code::BadValue, span, format!("`{key}` {form}"));
                sound = false;
            }
            (key, _) => {
                unknown("word", key, span, &WORDS);
                sound = false;
            }
        }
    }
    sound.then_some(opening)
}

fn read_dialects(value: &str) -> Result<BTreeSet<String>, &str> {
    let read =
        value.split(',').map(|name| if DIALECTS.contains(&name) { Ok(name.to_owned()) } else { Err(name) });
    read.collect()
}
