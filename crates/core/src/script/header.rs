//! The header of a migration file: which revision it is and what it follows.

use std::path::Path;
use std::sync::Arc;

use toml::de::DeValue;

use crate::diagnostic::{Diagnostics, Place};
use crate::revision::{RevisionHeader, RevisionId};

use super::read::{Keys, Node, Reader, What};
use super::{Format, Naming, read, sql_header};

/// The keys of a header that say something of the revision's place.
pub(super) const KEYS: [&str; 9] = [
    "revision",
    "down_revision",
    "branch_labels",
    "depends_on",
    "message",
    "create_date",
    "replaces",
    "irreversible",
    "lint",
];

/// Reads the header of a file's text, which may be the whole file or end with its header.
///
/// # Errors
/// All faults of the header, in the order of their places. Faults below the header are not looked for, unless they
/// keep the header from being read.
pub fn parse_header(path: &Path, text: Arc<str>, format: Format) -> Result<RevisionHeader, Diagnostics> {
    let head = cut(&text, format);
    let read = read_part(path, &text, head, format);
    // A line that opens with `[` may stand inside a text of the header; then only the whole tells.
    if read.is_err() && head.len() < text.len() && format == Format::Toml {
        return read_part(path, &text, &text, format);
    }
    read
}

/// Reads the header out of the first part of a text.
fn read_part(
    path: &Path,
    text: &Arc<str>,
    part: &str,
    format: Format,
) -> Result<RevisionHeader, Diagnostics> {
    let reader = Reader::new(path, text.clone(), &Naming::default());
    let toml = header_toml(part, format);
    let header = {
        let table = reader.toml(&toml);
        let mut keys = Keys::new(&reader, table.get_ref(), What::Said("the header".into()), 0..0);
        let header = read_keys(&mut keys);
        keys.take("irreversible");
        if format == Format::Toml {
            keys.take("upgrade");
            keys.take("downgrade");
        }
        keys.finish();
        header
    };
    Diagnostics::check(reader.into_faults(), ())?;
    Ok(header.expect("a header without faults is there"))
}

/// Returns the head of a text: all before the first line that opens a table (TOML) or a section (SQL).
pub(super) fn cut(text: &str, format: Format) -> &str {
    match end(text.as_bytes(), format) {
        Some(end) => &text[..end],
        None => text,
    }
}

/// Returns where the head ends, if its end is in the text.
pub(super) fn end(text: &[u8], format: Format) -> Option<usize> {
    let mark: &[u8] = match format {
        Format::Toml => b"[",
        Format::Sql => super::sql_file::MARK.as_bytes(),
    };
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(mark) {
            return Some(at);
        }
        at += text[at..].iter().position(|byte| *byte == b'\n')? + 1;
    }
    None
}

/// Returns the TOML of a head, each byte where it stands in the file.
pub(super) fn header_toml(head: &str, format: Format) -> std::borrow::Cow<'_, str> {
    match format {
        Format::Toml => head.into(),
        Format::Sql => sql_header::as_toml(head).into(),
    }
}

/// Reads the header's keys. Faults are recorded; `None` when there is no header without the faulty ones.
pub(super) fn read_keys(keys: &mut Keys<'_>) -> Option<RevisionHeader> {
    let texts = |node: Option<Node<'_>>| match node {
        Some(node) if !matches!(node.value(), DeValue::String(_) | DeValue::Array(_)) => {
            node.must_be("a string or an array of strings");
            None
        }
        Some(node) => node.one_or_more().iter().map(non_empty).collect(),
        None => Some(Vec::new()),
    };
    let revision = keys.need("revision").map(|node| non_empty(&node));
    // An empty string stands for no parent, as in many a template.
    let parents: Option<Vec<RevisionId>> = match keys.take("down_revision") {
        Some(node) if matches!(node.value(), DeValue::String(text) if text.is_empty()) => Some(Vec::new()),
        node => texts(node).map(|ids| ids.into_iter().map(RevisionId::new).collect()),
    };
    let labels = texts(keys.take("branch_labels"));
    let depends_on = texts(keys.take("depends_on"));
    let replaces = texts(keys.take("replaces"));
    let message = keys.take("message").map_or(Some(String::new()), |node| node.text());
    let create_date = match keys.take("create_date") {
        Some(node) => date(&node).map(Some),
        None => Some(None),
    };
    let exceptions = read::exceptions(keys);
    let mut header = RevisionHeader::new(RevisionId::new(revision??), parents?);
    header.branch_labels = labels?;
    header.depends_on = depends_on?;
    header.message = message?;
    header.create_date = create_date?;
    header.exceptions = exceptions?;
    header.replaces = replaces?.into_iter().map(RevisionId::new).collect();
    header.path = Some(keys.reader.path().to_owned());
    Some(header)
}

/// Reads a text that says something.
pub(super) fn non_empty(node: &Node<'_>) -> Option<String> {
    let text = node.text()?;
    if text.is_empty() {
        node.fault(crate::diagnostic::Code::BadValue, format!("{} must not be empty", node.what()));
        return None;
    }
    Some(text)
}

fn date(node: &Node<'_>) -> Option<String> {
    match node.value() {
        DeValue::Datetime(moment) => Some(moment.to_string()),
        DeValue::String(_) => node.text(),
        _ => {
            node.must_be("a date and time, or a string");
            None
        }
    }
}

/// Finds where a header says something: at `value` under `key`, or at the key's whole value.
///
/// `None` when the text cannot be read, or does not have the key.
pub fn header_place(path: &Path, text: Arc<str>, key: &str, value: Option<&str>) -> Option<Place> {
    let format = Format::of(path)?;
    let span = {
        let toml = header_toml(cut(&text, format), format);
        let (table, _) = toml::de::DeTable::parse_recoverable(&toml);
        let found = table.get_ref().get(key)?;
        let item = value.and_then(|value| {
            let items = found.get_ref().as_array()?;
            items.iter().find(|item| item.get_ref().as_str() == Some(value))
        });
        item.unwrap_or(found).span()
    };
    Some(Place::new(path, text, span))
}
