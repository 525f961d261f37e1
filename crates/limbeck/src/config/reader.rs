//! Takes values out of a TOML table and collects what is wrong with them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Stated;

/// Reads one file: every getter notes a fault and returns `None` rather than end the pass.
pub(super) struct Reader<'a> {
    path: &'a Path,
    source: Arc<str>,
    pub(super) faults: Vec<Diagnostic>,
}

/// A key and its value.
pub(super) struct Entry<'t, 'i> {
    pub(super) key: &'t str,
    pub(super) key_span: Range<usize>,
    pub(super) value: &'t DeValue<'i>,
    pub(super) span: Range<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a Path, source: Arc<str>) -> Self {
        Self { path, source, faults: Vec::new() }
    }

    /// Returns the entries in the order of the file.
    pub(super) fn entries<'t, 'i>(&self, table: &'t DeTable<'i>) -> Vec<Entry<'t, 'i>> {
        let mut entries: Vec<_> = table
            .iter()
            .map(|(key, value)| Entry {
                key: key.get_ref(),
                key_span: key.span(),
                value: value.get_ref(),
                span: value.span(),
            })
            .collect();
        entries.sort_by_key(|entry| entry.key_span.start);
        entries
    }

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place::new(PathBuf::from(self.path), Arc::clone(&self.source), span)
    }

    /// Notes a fault at a stretch of the file.
    pub(super) fn fault(
        &mut self,
        span: Range<usize>,
        code: Code,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        let place = self.place(span);
        self.faults.push(Diagnostic::new(code, message).at(place));
        self.faults.last_mut().expect("one was just pushed")
    }

    /// Notes a key that is not known, with the nearest that is.
    pub(super) fn unknown(&mut self, entry: &Entry<'_, '_>, known: &[&str], table: &str) {
        let message = match table {
            "" => format!("unknown key `{}`", entry.key),
            table => format!("unknown key `{}` in `[{table}]`", entry.key),
        };
        let fault = self.fault(entry.key_span.clone(), Code::ConfigInvalid, message);
        let hint = match limbeck_core::diagnostic::nearest(entry.key, known.iter().copied()) {
            Some(near) => format!("a key with a similar name exists: `{near}`"),
            None => {
                let known: Vec<String> = known.iter().map(|key| format!("`{key}`")).collect();
                format!("known keys: {}", known.join(", "))
            }
        };
        fault.hint = Some(hint);
    }

    /// Notes a value of the wrong type.
    pub(super) fn mistyped(&mut self, entry: &Entry<'_, '_>, wanted: &str) {
        let found = entry.value.type_str();
        let message = format!("`{}` must be {wanted}", entry.key);
        let fault = self.fault(entry.span.clone(), Code::ConfigInvalid, message);
        fault.places[0].label = format!("this is {} {found}", article(found));
    }

    pub(super) fn string(&mut self, entry: &Entry<'_, '_>) -> Option<Stated<String>> {
        match entry.value.as_str() {
            Some("") => {
                self.fault(entry.span.clone(), Code::ConfigInvalid, format!("`{}` is empty", entry.key));
                None
            }
            Some(text) => Some(self.stated(text.to_owned(), entry.span.clone())),
            None => {
                self.mistyped(entry, "a string");
                None
            }
        }
    }

    pub(super) fn strings(&mut self, entry: &Entry<'_, '_>) -> Option<Vec<Stated<String>>> {
        let Some(array) = entry.value.as_array() else {
            self.mistyped(entry, "an array of strings");
            return None;
        };
        if array.is_empty() {
            self.fault(entry.span.clone(), Code::ConfigInvalid, format!("`{}` is empty", entry.key));
        }
        let item = |item: &Spanned<DeValue<'_>>| (item.get_ref().as_str().map(str::to_owned), item.span());
        let items: Vec<_> = array.iter().map(item).collect();
        let mut strings = Vec::new();
        for (text, span) in items {
            match text {
                Some(text) if !text.is_empty() => strings.push(self.stated(text, span)),
                _ => {
                    let message = format!("`{}` must hold strings that are not empty", entry.key);
                    self.fault(span, Code::ConfigInvalid, message);
                }
            }
        }
        (!strings.is_empty()).then_some(strings)
    }

    /// Reads one string, or several in an array.
    pub(super) fn string_or_strings(&mut self, entry: &Entry<'_, '_>) -> Option<Vec<Stated<String>>> {
        match entry.value {
            DeValue::String(_) => self.string(entry).map(|one| vec![one]),
            DeValue::Array(_) => self.strings(entry),
            _ => {
                self.mistyped(entry, "a string or an array of strings");
                None
            }
        }
    }

    pub(super) fn table<'t, 'i>(&mut self, entry: &Entry<'t, 'i>) -> Option<&'t DeTable<'i>> {
        let table = entry.value.as_table();
        if table.is_none() {
            self.mistyped(entry, "a table");
        }
        table
    }

    pub(super) fn stated<T>(&self, value: T, span: Range<usize>) -> Stated<T> {
        Stated { value, place: self.place(span) }
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
