//! Reads TOML with its places, and collects every fault on the way instead of stopping at the first.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Place, nearest};
use crate::op::Origin;

use crate::script::Naming;
use crate::script::header::KEYS as HEADER_KEYS;

/// The file that is being read, and the faults found in it so far.
pub(in crate::script) struct Reader {
    path: Arc<PathBuf>,
    source: Arc<str>,
    naming: Naming,
    faults: RefCell<Vec<Diagnostic>>,
}

impl Reader {
    pub(in crate::script) fn new(path: &Path, source: Arc<str>, naming: &Naming) -> Self {
        Self { path: Arc::new(path.to_owned()), source, naming: naming.clone(), faults: RefCell::default() }
    }

    pub(in crate::script) fn naming(&self) -> &Naming {
        &self.naming
    }

    pub(in crate::script) fn path(&self) -> &Path {
        &self.path
    }

    pub(in crate::script) fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.path.as_ref(), self.source.clone(), span)
    }

    pub(in crate::script) fn origin(&self, span: Range<usize>) -> Origin {
        Origin { path: self.path.clone(), source: self.source.clone(), span }
    }

    /// Records a fault at a place.
    pub(in crate::script) fn fault(&self, code: Code, span: Range<usize>, message: impl Into<String>) {
        self.report(Diagnostic::new(code, message).at(self.place(span)));
    }

    pub(in crate::script) fn report(&self, fault: Diagnostic) {
        self.faults.borrow_mut().push(fault);
    }

    /// Takes the faults out, in the order of their places.
    ///
    /// Where the TOML itself is broken, what follows may have been misread and what is missing may be there; only
    /// what is surely so is reported.
    pub(in crate::script) fn into_faults(self) -> Vec<Diagnostic> {
        let mut faults = self.faults.into_inner();
        let start = |fault: &Diagnostic| fault.places.first().map(|place| place.span.start);
        let broken = faults.iter().filter(|fault| fault.code == Code::FileSyntax).map(start).min();
        if let Some(broken) = broken {
            faults.retain(|fault| {
                fault.code == Code::FileSyntax || (fault.code != Code::MissingKey && start(fault) < broken)
            });
        }
        faults.sort_by_key(|fault| fault.places.first().map(|place| place.span.start));
        faults
    }

    /// Parses TOML. Syntax errors are recorded, and what could be read of the rest is returned.
    pub(in crate::script) fn toml<'a>(&self, text: &'a str) -> Spanned<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        // After a slip the parser stumbles over what follows it; one report a line is enough.
        let mut last = None;
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let line = text.get(..span.start).map(|before| before.matches('\n').count());
            if last != Some(line) {
                self.fault(
                    Code::FileSyntax,
                    span,
                    error.message().trim_end_matches('.').to_lowercase_first(),
                );
            }
            last = Some(line);
        }
        table
    }
}

trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for str {
    fn to_lowercase_first(&self) -> String {
        let mut chars = self.chars();
        chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
    }
}

/// A value with the key that it stands under.
#[derive(Clone)]
pub(in crate::script) struct Node<'a> {
    pub(in crate::script) reader: &'a Reader,
    /// How messages name it: "`columns`", or "an item of `columns`".
    what: What<'a>,
    key_span: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

impl<'a> Node<'a> {
    pub(in crate::script) fn value(&self) -> &'a DeValue<'a> {
        self.value.get_ref()
    }

    pub(in crate::script) fn what(&self) -> &What<'a> {
        &self.what
    }

    /// Returns where the value stands; where the key does, when the value has no place of its own.
    pub(in crate::script) fn span(&self) -> Range<usize> {
        let span = self.value.span();
        if span.is_empty() { self.key_span.clone() } else { span }
    }

    pub(in crate::script) fn key_span(&self) -> Range<usize> {
        self.key_span.clone()
    }

    /// Returns the stretch from the key to the end of the value.
    pub(in crate::script) fn whole_span(&self) -> Range<usize> {
        let value = self.span();
        self.key_span.start.min(value.start)..value.end.max(self.key_span.end)
    }

    pub(in crate::script) fn fault(&self, code: Code, message: impl Into<String>) {
        self.reader.fault(code, self.span(), message);
    }

    /// Records that the value is of the wrong type.
    pub(in crate::script) fn must_be(&self, expected: &str) {
        let found = match self.value() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.fault(Code::BadValue, format!("{} must be {expected}, not {found}", self.what));
    }

    /// Reads an array. A value of another type is a fault.
    pub(in crate::script) fn items(&self) -> Option<Vec<Node<'a>>> {
        let DeValue::Array(items) = self.value() else {
            self.must_be("an array");
            return None;
        };
        Some(self.nodes(items))
    }

    /// Reads an array with at least one item.
    pub(in crate::script) fn some_items(&self) -> Option<Vec<Node<'a>>> {
        let items = self.items()?;
        if items.is_empty() {
            self.fault(Code::BadValue, format!("{} must not be empty", self.what));
            return None;
        }
        Some(items)
    }

    /// Reads an array, or one value that stands for an array of one.
    pub(in crate::script) fn one_or_more(&self) -> Vec<Node<'a>> {
        match self.value() {
            DeValue::Array(items) => self.nodes(items),
            _ => vec![self.clone()],
        }
    }

    fn nodes(&self, items: &'a toml::de::DeArray<'a>) -> Vec<Node<'a>> {
        let what = What::Item(Box::new(self.what.clone()));
        (items.iter())
            .map(|value| Node { reader: self.reader, what: what.clone(), key_span: value.span(), value })
            .collect()
    }

    /// Reads a table. A value of another type is a fault.
    pub(in crate::script) fn table(&self) -> Option<Keys<'a>> {
        match self.value() {
            DeValue::Table(_) => self.keys(),
            _ => {
                self.must_be("a table");
                None
            }
        }
    }

    /// Returns the keys if the value is a table.
    pub(in crate::script) fn keys(&self) -> Option<Keys<'a>> {
        match self.value() {
            DeValue::Table(table) => Some(Keys::new(self.reader, table, self.what.clone(), self.span())),
            _ => None,
        }
    }
}

/// How messages name a value or a table; spelled out only when there is something to say.
#[derive(Debug, Clone)]
pub(in crate::script) enum What<'a> {
    /// By its key.
    Key(&'a str),
    /// As one of several in an array.
    Item(Box<What<'a>>),
    /// In these words.
    Said(Cow<'static, str>),
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "`{key}`"),
            Self::Item(whole) => write!(f, "an item of {whole}"),
            Self::Said(words) => f.write_str(words),
        }
    }
}

/// The keys of a table. Whoever reads it asks for each key that it knows; [`Keys::finish`] reports the others.
pub(in crate::script) struct Keys<'a> {
    pub(in crate::script) reader: &'a Reader,
    table: &'a DeTable<'a>,
    owner: What<'a>,
    span: Range<usize>,
    known: Vec<&'static str>,
}

impl<'a> Keys<'a> {
    pub(in crate::script) fn new(
        reader: &'a Reader,
        table: &'a DeTable<'a>,
        owner: What<'a>,
        span: Range<usize>,
    ) -> Self {
        Self { reader, table, owner, span, known: Vec::new() }
    }

    /// Says how messages name the table, and where it is.
    pub(in crate::script) fn called(
        mut self,
        owner: impl Into<Cow<'static, str>>,
        span: Range<usize>,
    ) -> Self {
        self.owner = What::Said(owner.into());
        self.span = span;
        self
    }

    pub(in crate::script) fn owner(&self) -> &What<'a> {
        &self.owner
    }

    pub(in crate::script) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns the value of a key if it is there, and counts the key as known.
    pub(in crate::script) fn take(&mut self, key: &'static str) -> Option<Node<'a>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        let (key, value) = self.table.get_key_value(key)?;
        Some(self.node(key, value))
    }

    /// Returns the value of a key; a missing one is a fault.
    pub(in crate::script) fn need(&mut self, key: &'static str) -> Option<Node<'a>> {
        let found = self.take(key);
        if found.is_none() {
            self.reader.fault(Code::MissingKey, self.span(), format!("{} lacks `{key}`", self.owner));
        }
        found
    }

    /// Reads the value of a key that must be there. `None` when a fault is recorded.
    pub(in crate::script) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Node<'a>) -> Option<T>,
    ) -> Option<T> {
        self.need(key).and_then(|node| read(&node))
    }

    /// Reads the value of a key that may be missing. The outer `None` says that a fault is recorded.
    pub(in crate::script) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Node<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.take(key) {
            Some(node) => read(&node).map(Some),
            None => Some(None),
        }
    }

    /// Reads a flag that is off when it is missing.
    pub(in crate::script) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.optional(key, Node::flag).map(Option::unwrap_or_default)
    }

    /// Says whether a key is there, without counting it as known.
    pub(in crate::script) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Returns all keys and values in the order written, and counts none as known.
    pub(in crate::script) fn all(&self) -> Vec<(&'a str, Node<'a>)> {
        let mut all: Vec<_> =
            self.table.iter().map(|(key, value)| (key.get_ref().as_ref(), self.node(key, value))).collect();
        all.sort_by_key(|(_, node)| node.key_span.start);
        all
    }

    fn node(&self, key: &'a Spanned<Cow<'a, str>>, value: &'a Spanned<DeValue<'a>>) -> Node<'a> {
        Node { reader: self.reader, what: What::Key(key.get_ref()), key_span: key.span(), value }
    }

    /// Records that two keys exclude each other, if both are there.
    pub(in crate::script) fn exclude(&self, one: &str, other: &str) {
        if let (Some((key, _)), true) = (self.table.get_key_value(other), self.has(one)) {
            self.reader.fault(
                Code::ConflictingKeys,
                key.span(),
                format!("{} has both `{one}` and `{other}`, which exclude each other", self.owner),
            );
        }
    }

    /// Reports every key that was not asked for, with the nearest that was.
    pub(in crate::script) fn finish(self) {
        // Most tables have none, and are not worth sorting.
        if self.table.keys().all(|key| self.known.contains(&key.get_ref().as_ref())) {
            return;
        }
        for (key, node) in self.all().into_iter().filter(|(key, _)| !self.known.contains(key)) {
            let fault = Diagnostic::new(Code::UnknownKey, format!("unknown key `{key}` in {}", self.owner))
                .at(self.reader.place(node.key_span()));
            self.reader.report(match nearest(key, self.known.iter().copied()) {
                _ if HEADER_KEYS.contains(&key) => {
                    fault.hint(format!("`{key}` belongs to the header, above the first `[[upgrade]]`"))
                }
                Some(near) => fault.hint(format!("a key with a similar name exists: `{near}`")),
                None => fault.hint(format!("the keys here are {}", list(&self.known))),
            });
        }
    }
}

/// Lists names in backticks: "`a`, `b` and `c`".
pub(in crate::script) fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
