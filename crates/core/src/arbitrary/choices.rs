//! Draws from a list of numbers: names, texts, literals.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::literal::{Literal, RawSql, Value};
use crate::name::{Ident, TableName};
use crate::op::{Scope, Transaction};
use crate::schema::Options;

use super::Reach;

/// Names that are hard to quote, beside kind ones. No two differ in case alone, which SQLite would not tell apart.
const NAMES: [&str; 16] = [
    "id",
    "name",
    "we\"ird",
    "it's",
    "back`tick",
    "select",
    "Größe",
    "two words",
    "semi;colon",
    "dot.ted",
    "-- comment",
    "back\\slash",
    "[bracket]",
    "🦀",
    "100%",
    "\"quoted\"",
];

const TEXTS: [&str; 9] = [
    "a",
    "it's",
    "\"quoted\"",
    "back\\slash",
    "Größe",
    "two\nlines",
    "tab\tbed",
    "'''",
    "-- limbeck:upgrade",
];

/// Numbers to draw from. When they are used up, every draw is the first.
pub(super) struct Choices {
    numbers: std::vec::IntoIter<u16>,
    made: usize,
    pub(super) reach: Reach,
}

impl Choices {
    pub(super) fn new(numbers: Vec<u16>, reach: Reach) -> Self {
        Self { numbers: numbers.into_iter(), made: 0, reach }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.numbers.len() == 0
    }

    pub(super) fn is_portable(&self) -> bool {
        self.reach == Reach::Portable
    }

    /// Draws a number below `count`, which is not 0.
    pub(super) fn pick(&mut self, count: usize) -> usize {
        usize::from(self.numbers.next().unwrap_or_default()) % count
    }

    pub(super) fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.pick(items.len())]
    }

    /// Draws one of the items, if there is one.
    pub(super) fn any<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() { None } else { Some(&items[self.pick(items.len())]) }
    }

    /// Says yes once in so many times.
    pub(super) fn once_in(&mut self, count: usize) -> bool {
        self.pick(count) == count - 1
    }

    pub(super) fn maybe<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.once_in(3).then(|| draw(self))
    }

    /// Draws something that only some databases have.
    pub(super) fn rare<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (!self.is_portable() && self.once_in(5)).then(|| draw(self))
    }

    /// Says yes, rarely, to something that only some databases have.
    pub(super) fn rarely(&mut self) -> bool {
        self.rare(|_| ()).is_some()
    }

    pub(super) fn several<T>(
        &mut self,
        least: usize,
        most: usize,
        mut draw: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        let count = least + self.pick(most - least + 1);
        (0..count).map(|_| draw(self)).collect()
    }

    /// Draws some of the items, each at most once, at least one if there is one.
    pub(super) fn some_of<T: Clone>(&mut self, items: &[T], most: usize) -> Vec<T> {
        let mut left = items.to_vec();
        let count = (1 + self.pick(most)).min(left.len());
        (0..count).map(|_| left.remove(self.pick(left.len()))).collect()
    }

    /// Draws a name that may be anywhere already.
    pub(super) fn name(&mut self) -> Ident {
        ident(self.of(&NAMES))
    }

    /// Makes a name that no other call makes.
    pub(super) fn fresh(&mut self) -> Ident {
        self.made += 1;
        let base = self.of(&NAMES);
        ident(&format!("{base}{}", self.made))
    }

    pub(super) fn fresh_table(&mut self) -> TableName {
        TableName { schema: self.rare(Self::name), name: self.fresh() }
    }

    pub(super) fn word(&mut self) -> String {
        self.of(&["1975ea83b712", "shop", "Größe", "ae10"]).to_owned()
    }

    pub(super) fn text(&mut self) -> String {
        self.of(&TEXTS).to_owned()
    }

    pub(super) fn integer(&mut self) -> i64 {
        self.of(&[0, 1, -1, 42, i64::MAX, i64::MIN])
    }

    pub(super) fn sql(&mut self) -> RawSql {
        RawSql::new(self.of(&["1", "CURRENT_TIMESTAMP", "1 + 1", "'it''s'", "(\n1\n)", "'''quoted'''"]))
    }

    pub(super) fn literal(&mut self) -> Literal {
        match self.pick(6) {
            0 => Literal::Integer(self.integer()),
            1 => Literal::text(self.text()),
            2 => Literal::Bool(self.once_in(2)),
            3 => Literal::Float(self.of(&[0.5, -1.0, 1e300, 1e-7, 3.0])),
            4 => Literal::Null,
            _ => Literal::Bytes(Arc::from(self.of(&[&[][..], &[0, 255, 16]]))),
        }
    }

    pub(super) fn value(&mut self) -> Value {
        match self.once_in(4) {
            true => Value::Sql(self.sql()),
            false => Value::Literal(self.literal()),
        }
    }

    pub(super) fn options(&mut self) -> Options {
        let mut options = Options::new();
        if self.rarely() {
            let own = BTreeMap::from([(self.of(&["strict", "engine", "we\"ird"]).to_owned(), self.option())]);
            options.insert(self.of(&["sqlite", "mysql", "postgres"]).to_owned(), own);
        }
        options
    }

    fn option(&mut self) -> Literal {
        match self.pick(3) {
            0 => Literal::Bool(true),
            1 => Literal::text(self.text()),
            _ => Literal::Integer(self.integer()),
        }
    }

    pub(super) fn scope(&mut self) -> Scope {
        let dialects = self.several(0, 2, |c| c.of(&["sqlite", "postgres", "mysql"]).to_owned());
        let transaction = if self.once_in(4) { Transaction::Outside } else { Transaction::Inside };
        Scope { dialects: dialects.into_iter().collect(), transaction }
    }
}

/// Makes a name that is known to be good.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name).expect("a name that is drawn is not empty")
}

/// Writes a name into an expression.
pub(super) fn quoted(name: &Ident) -> String {
    format!("\"{}\"", name.as_str().replace('"', "\"\""))
}
