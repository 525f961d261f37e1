//! Prints literals, values and options.

use std::fmt::Write;

use crate::action::Edit;
use crate::literal::{Literal, Value};
use crate::schema::Options;

use super::item::{Item, Toml};

impl Item {
    /// Writes a number.
    pub(super) fn number(number: impl Into<i64>) -> Self {
        Self::Bare(number.into().to_string())
    }

    /// Writes `true` or `false`.
    pub(super) fn boolean(on: bool) -> Self {
        Self::Bare(on.to_string())
    }

    /// Writes one of a few words.
    pub(super) fn word(word: impl Into<&'static str>) -> Self {
        Self::text(word.into())
    }
}

impl Toml {
    /// Adds a literal or an expression.
    #[must_use]
    pub(super) fn value(self, name: &str, value: &Value) -> Self {
        match value {
            Value::Sql(sql) => self.dotted(name, "sql", Item::sql(sql)),
            Value::Literal(Literal::Null) => self.dotted(name, "null", Item::boolean(true)),
            Value::Literal(Literal::Bytes(bytes)) => self.dotted(name, "bytes", Item::text(&hex(bytes))),
            Value::Literal(Literal::Bool(on)) => self.put(name, Item::boolean(*on)),
            Value::Literal(Literal::Integer(number)) => self.put(name, Item::number(*number)),
            Value::Literal(Literal::Float(number)) => self.put(name, Item::Bare(format!("{number:?}"))),
            Value::Literal(Literal::Text(text)) => self.put(name, Item::text(text)),
        }
    }

    /// Adds what happens to something that a column may have or lack.
    #[must_use]
    pub(super) fn edit<T>(self, name: &str, edit: &Edit<T>, set: impl FnOnce(Self, &T) -> Self) -> Self {
        match edit {
            Edit::Keep => self,
            Edit::Set(value) => set(self, value),
            Edit::Drop => self.dotted(name, "drop", Item::boolean(true)),
        }
    }

    /// Adds a table of options for each dialect that has some.
    #[must_use]
    pub(super) fn options(self, options: &Options) -> Self {
        options.iter().filter(|(_, own)| !own.is_empty()).fold(self, |toml, (dialect, own)| {
            let own = own.iter().fold(Toml::default(), |own, (name, value)| match value {
                Literal::Null => own.dotted(name, "drop", Item::boolean(true)),
                value => own.value(name, &Value::Literal(value.clone())),
            });
            toml.put(dialect, own.item())
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
