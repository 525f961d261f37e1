//! The ways up and down within one text, as goose and dbmate mark them.

use std::ops::Range;

use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::op::Transaction;

/// What a text holds: pieces of it, in order of running.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Sections {
    pub(super) up: Vec<Range<usize>>,
    /// `None` where nothing is said of a way down.
    pub(super) down: Option<Vec<Range<usize>>>,
    pub(super) up_transaction: Transaction,
    pub(super) down_transaction: Transaction,
    /// Where the text says that the tool puts values into it before it runs.
    pub(super) filled: Option<Range<usize>>,
}

/// A fault, and where it stands.
pub(super) type Fault = (Diagnostic, Range<usize>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Sections {
    /// Takes all of a text as the way up.
    pub(super) fn whole(text: &str) -> Self {
        let mut sections = Self::default();
        sections.add(Way::Up, 0..text.len());
        sections
    }

    fn add(&mut self, way: Way, piece: Range<usize>) {
        match way {
            Way::Up => self.up.push(piece),
            Way::Down => self.down.get_or_insert_default().push(piece),
        }
    }
}

/// What goose sets apart, in any case of letters.
const ANNOTATIONS: [&str; 9] = [
    "Up",
    "Down",
    "StatementBegin",
    "StatementEnd",
    "NO TRANSACTION",
    "ENVSUB ON",
    "ENVSUB OFF",
    "ENVSUBST ON",
    "ENVSUBST OFF",
];

/// Reads what goose's annotations set apart (goose 3, `internal/sqlparser/parser.go`).
///
/// # Errors
/// Every annotation that is out of place, indented, or not known; that there is none for the way up.
pub(super) fn goose(text: &str) -> Result<Sections, Vec<Fault>> {
    let (mut sections, mut faults) = (Sections::default(), Vec::new());
    let mut way: Option<Way> = None;
    let mut begun: Option<Range<usize>> = None;
    let mut piece = 0;
    for line in lines(text) {
        let said =
            text[line.clone()].strip_prefix("--").map(str::trim).and_then(|said| said.strip_prefix("+goose"));
        let Some(said) = said.map(str::trim) else {
            let comment = text[line.clone()].trim();
            if comment.starts_with("--") && comment.contains("+goose") {
                let what = "`+goose` has to stand behind `--` at the start of its line";
                faults.push(fault(what, trimmed(text, line)));
                continue;
            }
            if way.is_none() && is_sql(&text[line.clone()]) {
                faults.push(fault("SQL stands above `-- +goose Up`", trimmed(text, line)));
                return Err(faults);
            }
            continue;
        };
        let known = ANNOTATIONS.into_iter().find(|one| one.eq_ignore_ascii_case(said));
        let said = known.unwrap_or(said);
        let at = trimmed(text, line.clone());
        let wrong = |what: &str| fault(what, at.clone());
        let end = piece..line.start;
        match (said, way, &begun) {
            ("Up", None, _) => (way, piece) = (Some(Way::Up), line.end),
            ("Up", Some(_), _) => faults.push(wrong("`-- +goose Up` stands here a second time")),
            ("Down", Some(Way::Up), None) => {
                sections.add(Way::Up, end);
                sections.down = Some(Vec::new());
                (way, piece) = (Some(Way::Down), line.end);
            }
            ("Down", Some(Way::Down), _) => faults.push(wrong("`-- +goose Down` stands here a second time")),
            ("Down", None, _) => faults.push(wrong("`-- +goose Down` stands above `-- +goose Up`")),
            ("StatementBegin", Some(way), None) => {
                sections.add(way, end);
                (begun, piece) = (Some(at), line.end);
            }
            ("StatementEnd", Some(way), Some(_)) => {
                sections.add(way, end);
                (begun, piece) = (None, line.end);
            }
            ("StatementEnd", _, None) => {
                faults.push(wrong("`-- +goose StatementEnd` without a `-- +goose StatementBegin`"));
            }
            ("Down" | "StatementBegin", _, Some(_)) => {
                faults.push(wrong("the statement above has no `-- +goose StatementEnd`"));
                return Err(faults);
            }
            ("StatementBegin", None, _) => {
                faults.push(wrong("`-- +goose StatementBegin` stands above `-- +goose Up`"));
            }
            ("NO TRANSACTION", ..) => {
                (sections.up_transaction, sections.down_transaction) =
                    (Transaction::Outside, Transaction::Outside);
            }
            ("ENVSUB ON" | "ENVSUBST ON", ..) => drop(sections.filled.get_or_insert(at)),
            ("ENVSUB OFF" | "ENVSUBST OFF", ..) => {}
            (other, ..) => {
                let message = format!("goose has no annotation `{other}`");
                let hint = format!("it has {}", ANNOTATIONS.join(", "));
                let fault = Diagnostic::new(Code::FileSyntax, message).hint(hint);
                faults.push((fault, at));
            }
        }
    }
    match (way, begun) {
        (None, _) if faults.is_empty() => faults.push(missing("`-- +goose Up`", text)),
        (_, Some(begun)) => faults.push(fault("this statement has no `-- +goose StatementEnd`", begun)),
        (Some(way), None) => sections.add(way, piece..text.len()),
        (None, None) => {}
    }
    if faults.is_empty() { Ok(sections) } else { Err(faults) }
}

/// Reads what dbmate's directives set apart (dbmate 2, `pkg/dbmate/migration.go`).
///
/// # Errors
/// Directives that are missing or out of place.
pub(super) fn dbmate(text: &str) -> Result<Sections, Vec<Fault>> {
    let mut sections = Sections::default();
    let (mut up, mut down): (Option<Range<usize>>, Option<Range<usize>>) = (None, None);
    for line in lines(text) {
        let said = text[line.clone()]
            .strip_prefix("--")
            .map(str::trim)
            .and_then(|said| said.strip_prefix("migrate:"));
        let mut words = said.unwrap_or_default().split_whitespace();
        let transaction = match (words.next(), &up, &down) {
            (Some("up"), None, None) => {
                up = Some(line.clone());
                &mut sections.up_transaction
            }
            (Some("down"), Some(_), None) => {
                down = Some(line.clone());
                &mut sections.down_transaction
            }
            (Some("down"), None, _) => {
                let what = "`-- migrate:down` stands above `-- migrate:up`";
                return Err(vec![fault(what, trimmed(text, line))]);
            }
            // Of several, dbmate takes the first.
            _ => {
                if up.is_none() && is_sql(&text[line.clone()]) {
                    return Err(vec![fault("SQL stands above `-- migrate:up`", trimmed(text, line))]);
                }
                continue;
            }
        };
        for option in words {
            match option {
                "transaction:false" => *transaction = Transaction::Outside,
                option if option.starts_with("env:") => sections.filled = Some(trimmed(text, line.clone())),
                _ => {}
            }
        }
    }
    let Some(up) = up else { return Err(vec![missing("`-- migrate:up`", text)]) };
    let end = down.as_ref().map_or(text.len(), |down| down.start);
    sections.up.push(up.end..end);
    if let Some(down) = down {
        sections.add(Way::Down, down.end..text.len());
    }
    Ok(sections)
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..at
    })
}

fn is_sql(line: &str) -> bool {
    let line = line.trim_start_matches('\u{feff}').trim();
    !line.is_empty() && !line.starts_with("--")
}

/// Leaves out the end of a line.
fn trimmed(text: &str, line: Range<usize>) -> Range<usize> {
    line.start..line.start + text[line.clone()].trim_end().len()
}

fn fault(what: &str, at: Range<usize>) -> Fault {
    (Diagnostic::new(Code::FileSyntax, what), at)
}

fn missing(mark: &str, text: &str) -> Fault {
    let first = lines(text).next().unwrap_or(0..0);
    let fault = Diagnostic::new(Code::FileSyntax, format!("there is no {mark}"))
        .hint(format!("write {mark} above the way up, at the start of a line"));
    (fault, trimmed(text, first))
}
