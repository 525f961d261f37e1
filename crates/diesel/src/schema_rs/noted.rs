//! What the comments of a `schema.rs` say of tables and columns, read in the forms of a model in TOML.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Table;
use limbeck_core::script::{self, Naming};

use super::declared::{Declared, DeclaredTable};
use super::note::{Note, NoteKind};

/// What is said of a table, or of one column as a table with no other.
#[derive(Debug, Clone)]
pub(super) struct Noted {
    /// What the keys mean.
    pub(super) table: Table,
    /// The keys that are said.
    pub(super) keys: BTreeSet<String>,
    /// The keys of what there is not to be.
    pub(super) without: BTreeSet<String>,
    /// The first comment.
    pub(super) place: Place,
}

impl Noted {
    /// Says whether one of some keys is said.
    pub(super) fn says(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.keys.contains(*key))
    }
}

/// All that is said.
#[derive(Debug, Default)]
pub(super) struct AllNoted {
    pub(super) tables: BTreeMap<TableName, Noted>,
    pub(super) columns: BTreeMap<TableName, BTreeMap<Ident, Noted>>,
}

impl AllNoted {
    /// Returns what is said of a column.
    pub(super) fn column(&self, table: &TableName, column: &Ident) -> Option<&Noted> {
        self.columns.get(table)?.get(column)
    }
}

/// The keys that go with `references`.
pub(super) const OF_REFERENCE: [&str; 5] =
    ["on_delete", "on_update", "match", "deferrable", "references_name"];

/// Keys of which a column may be without.
const COLUMN_WITHOUT: [&str; 10] = [
    "default",
    "unique",
    "index",
    "references",
    "check",
    "comment",
    "collation",
    "generated",
    "identity",
    "autoincrement",
];

/// Keys of which a table may be without.
const TABLE_WITHOUT: [&str; 5] = ["uniques", "indexes", "checks", "foreign_keys", "comment"];

/// Reads the comments of all tables.
///
/// # Errors
/// All that is wrong with them, with its place: what is no TOML, unknown keys, values that a key does not take, and keys of what
/// `table!` says itself.
pub(super) fn noted(declared: &Declared) -> (AllNoted, Vec<Diagnostic>) {
    let (mut all, mut faults) = (AllNoted::default(), Vec::new());
    for table in &declared.tables {
        let columns: Vec<&Ident> = table.columns.iter().map(|column| &column.name).collect();
        let whole =
            Form { table, columns, without: &TABLE_WITHOUT, said: &["name", "columns", "primary_key"] };
        match whole.read(&table.notes) {
            Ok(Some(noted)) => drop(all.tables.insert(table.name.clone(), noted)),
            Ok(None) => {}
            Err(wrong) => faults.extend(wrong),
        }
        for column in &table.columns {
            let said: &[&str] = &["name", "nullable", "primary_key"];
            // The others stand behind it, so that it can point at one of them.
            let others = table.columns.iter().filter(|other| other.name != column.name);
            let columns = [column].into_iter().chain(others).map(|column| &column.name).collect();
            let one = Form { table, columns, without: &COLUMN_WITHOUT, said };
            match one.read(&column.notes) {
                Ok(Some(noted)) => {
                    all.columns.entry(table.name.clone()).or_default().insert(column.name.clone(), noted);
                }
                Ok(None) => {}
                Err(wrong) => faults.extend(wrong),
            }
        }
    }
    (all, faults)
}

/// What comments are read as.
struct Form<'d> {
    table: &'d DeclaredTable,
    /// All of the table; comments of a column are about the first.
    columns: Vec<&'d Ident>,
    without: &'static [&'static str],
    /// What `table!` says itself.
    said: &'d [&'d str],
}

impl Form<'_> {
    fn is_of_column(&self) -> bool {
        self.without == COLUMN_WITHOUT
    }

    fn read(&self, notes: &[Note]) -> Result<Option<Noted>, Vec<Diagnostic>> {
        let Some(first) = notes.first() else { return Ok(None) };
        let (mut keys, mut without, mut faults) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for note in notes {
            let read = match note.kind {
                NoteKind::Has => self.keys(note).map(|own| keys.extend(own)),
                NoteKind::Without => self.words(note).map(|own| without.extend(own)),
            };
            faults.extend(read.err());
        }
        if let Some(both) = keys.intersection(&without).next() {
            let message = format!("`{both}` is said, and that there is none");
            faults.push(Diagnostic::new(Code::ConflictingKeys, message).at(first.place.clone()));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = Synthetic::new(self, notes, &keys);
        let model = script::parse_model(&first.place.path, text.text.clone(), &Naming::default());
        let mut schema = model.map_err(|faults| text.mapped(faults, &first.place))?;
        let (_, table) = schema.tables.pop_first().expect("the text has one table");
        Ok(Some(Noted { table, keys, without, place: first.place.clone() }))
    }

    /// Returns the keys of a comment.
    fn keys(&self, note: &Note) -> Result<Vec<String>, Diagnostic> {
        let start = "said = { ";
        let parsed = toml::from_str::<toml::Table>(&format!("{start}{} }}", note.text));
        let table = parsed.map_err(|error| {
            let span = error.span().unwrap_or_default();
            let message = format!("this is no TOML: {}", error.message().lines().next().unwrap_or_default());
            Diagnostic::new(Code::FileSyntax, message)
                .at(within(&note.place, span.start.saturating_sub(start.len())..span.end.saturating_sub(start.len())))
                .hint("write keys and values as between the braces of a column in a model: `default = \"x\", unique = true`")
        })?;
        let said = table.get("said").and_then(toml::Value::as_table);
        let keys: Vec<String> = said.into_iter().flat_map(toml::Table::keys).cloned().collect();
        match keys.iter().find(|key| self.said.contains(&key.as_str())) {
            None => Ok(keys),
            Some(key) => {
                Err(Diagnostic::new(Code::ConflictingKeys, format!("`{key}` is what `table!` says itself"))
                    .at(note.place.clone())
                    .hint("say it there"))
            }
        }
    }

    /// Returns the keys of what there is not to be.
    fn words(&self, note: &Note) -> Result<Vec<String>, Diagnostic> {
        let words: Vec<&str> = note.text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        match words.iter().find(|word| !self.without.contains(word)) {
            None => Ok(words.into_iter().map(str::to_owned).collect()),
            Some(word) => {
                let at = note.text.find(word).unwrap_or_default();
                Err(Diagnostic::new(
                    Code::UnknownKey,
                    format!("unknown key `{word}` after `limbeck without:`"),
                )
                .at(within(&note.place, at..at + word.len()))
                .hint(format!("the keys are {}", self.without.join(", ")))
                .similar(word, "a key", self.without.iter().copied()))
            }
        }
    }
}

/// A model of one table, made of comments.
struct Synthetic {
    text: Arc<str>,
    /// Where the text of a comment stands, and the comment's place.
    parts: Vec<(Range<usize>, Place)>,
}

impl Synthetic {
    fn new(form: &Form<'_>, notes: &[Note], keys: &BTreeSet<String>) -> Self {
        let quoted = |name: &str| toml::Value::from(name).to_string();
        let mut text = format!("table = [{{ name = {}, columns = [", quoted(&form.table.name.to_string()));
        let mut parts = Vec::new();
        for (at, column) in form.columns.iter().enumerate() {
            text.push_str(if at > 0 { ", { name = " } else { "{ name = " });
            text.push_str(&quoted(column.as_str()));
            let is_noted = form.is_of_column() && at == 0;
            if !(is_noted && keys.contains("type")) {
                text.push_str(", type = \"text\"");
            }
            if is_noted {
                if !keys.contains("references") && OF_REFERENCE.iter().any(|key| keys.contains(*key)) {
                    // To be put in the place of what is known to be pointed at.
                    let other = if form.table.name.name.as_str() == "it" { "that" } else { "it" };
                    text.push_str(&format!(", references = \"{other}.it\""));
                }
                write_notes(notes, &mut text, &mut parts);
            }
            text.push_str(" }");
        }
        text.push(']');
        if !form.is_of_column() {
            write_notes(notes, &mut text, &mut parts);
        }
        text.push_str(" }]\n");
        Self { text: text.into(), parts }
    }

    /// Lets faults point at the comments.
    fn mapped(&self, faults: Diagnostics, otherwise: &Place) -> Vec<Diagnostic> {
        let place = |place: &Place| {
            let part = self
                .parts
                .iter()
                .find(|(part, _)| part.start <= place.span.start && place.span.start < part.end);
            part.map_or_else(
                || otherwise.clone(),
                |(part, note)| within(note, place.span.start - part.start..place.span.end - part.start),
            )
        };
        let mapped =
            |fault: Diagnostic| Diagnostic { places: fault.places.iter().map(place).collect(), ..fault };
        faults.into_iter().map(mapped).collect()
    }
}

fn write_notes(notes: &[Note], text: &mut String, parts: &mut Vec<(Range<usize>, Place)>) {
    for note in notes.iter().filter(|note| note.kind == NoteKind::Has) {
        text.push_str(", ");
        parts.push((text.len()..text.len() + note.text.len(), note.place.clone()));
        text.push_str(&note.text);
    }
}

/// Points at a stretch of a comment.
fn within(note: &Place, span: Range<usize>) -> Place {
    let end = note.span.end;
    let start = (note.span.start + span.start).min(end);
    let stop = (note.span.start + span.end).clamp(start, end);
    Place::new(note.path.clone(), note.source.clone(), start..stop)
}
