//! Writes the tokens of a random text, and all that is random: choices, letter case, quotes, spaces and comments.

use super::word;

/// How deep expressions and queries stand in each other at most.
const DEEPEST: usize = 5;

/// Writes a text by choices, a byte each. Once there are none left, each choice is the first, which is the simplest,
/// so that every text ends, and shrinks with its choices.
pub(super) struct Writer<'a> {
    choices: &'a [u8],
    out: String,
    /// The columns that expressions may name.
    pub(super) columns: Vec<&'static str>,
    /// What expressions may hold.
    pub(super) within: Within,
    depth: usize,
}

/// What an expression stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// A rule of a table or an index: no subquery, no aggregate, nothing random.
    Rule,
    /// A query or a statement.
    Query,
}

impl<'a> Writer<'a> {
    pub(super) fn new(choices: &'a [u8]) -> Self {
        Self { choices, out: String::new(), columns: Vec::new(), within: Within::Query, depth: 0 }
    }

    /// Returns the text.
    pub(super) fn finish(mut self) -> String {
        if self.chance(8) {
            self.gap();
        }
        self.out
    }

    /// Returns a number below `count`.
    pub(super) fn below(&mut self, count: usize) -> usize {
        match self.choices.split_first() {
            Some((first, rest)) => {
                self.choices = rest;
                usize::from(*first) % count
            }
            None => 0,
        }
    }

    /// Says yes once in so many times; never when no choices are left.
    pub(super) fn chance(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// Returns one of several.
    pub(super) fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Writes keywords or symbols, which spaces part here.
    pub(super) fn put(&mut self, words: &str) {
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let spelled = match self.below(8) {
                5 => word.to_ascii_lowercase(),
                6 => word.chars().map(|c| if self.chance(2) { c.to_ascii_lowercase() } else { c }).collect(),
                _ => word.to_owned(),
            };
            self.token(&spelled);
        }
    }

    /// Writes one of several.
    pub(super) fn put_one_of(&mut self, items: &[&str]) {
        let item = self.one_of(items);
        self.put(item);
    }

    /// Writes keywords, or nothing.
    pub(super) fn maybe(&mut self, words: &str) -> bool {
        let does = self.chance(3);
        if does {
            self.put(words);
        }
        does
    }

    /// Writes one token as it is.
    pub(super) fn token(&mut self, text: &str) {
        let is_loose = |c: Option<char>| c.is_none_or(|c| "(),;".contains(c));
        let touches = is_loose(self.out.chars().next_back()) || is_loose(text.chars().next());
        if !touches || self.chance(6) {
            self.gap();
        }
        self.out.push_str(text);
    }

    /// Writes what parts two tokens.
    fn gap(&mut self) {
        const GAPS: [&str; 12] = [
            " ",
            " ",
            " ",
            "  ",
            "\n",
            "\t",
            "\r\n",
            " \u{b}\u{c}",
            "/* a comment, it's \"one\" */",
            " -- another; (\n",
            "/**/",
            " \u{feff}",
        ];
        let gap = self.one_of(&GAPS);
        self.out.push_str(gap);
    }

    /// Writes a name, bare where that may be, or in quotes.
    pub(super) fn name(&mut self, name: &str) {
        let style = self.below(6);
        let text = word::quoted(name, style);
        self.token(&text);
    }

    /// Writes the name of a column.
    pub(super) fn column(&mut self) {
        let columns = std::mem::take(&mut self.columns);
        let name = self.one_of(&columns);
        self.name(name);
        self.columns = columns;
    }

    /// Writes a text in single quotes.
    pub(super) fn literal_text(&mut self) {
        let text =
            self.one_of(&["'x'", "''", "'it''s'", "'a, (b'", "'-- no'", "'/* no'", "'\u{e9}\n'", "'$.a'"]);
        self.token(text);
    }

    /// Writes one or more, with commas between.
    pub(super) fn list(&mut self, most: usize, mut item: impl FnMut(&mut Self)) {
        let count = 1 + self.below(most);
        for i in 0..count {
            if i > 0 {
                self.put(",");
            }
            item(self);
        }
    }

    /// Writes something in parentheses.
    pub(super) fn in_parentheses(&mut self, inner: impl FnOnce(&mut Self)) {
        self.put("(");
        inner(self);
        self.put(")");
    }

    /// Says whether there is room to go deeper.
    pub(super) fn has_room(&self) -> bool {
        self.depth < DEEPEST && !self.choices.is_empty()
    }

    /// Writes something one level deeper.
    pub(super) fn deeper(&mut self, inner: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inner(self);
        self.depth -= 1;
    }
}
