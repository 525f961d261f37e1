//! The names in a text of SQL that is not understood further.

use std::collections::BTreeSet;

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

/// The words of a text, in small letters.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Words {
    /// Names and keywords alike; `None` when the text may name anything.
    words: Option<BTreeSet<String>>,
    /// Whether it says `*`, all columns.
    pub(crate) takes_all: bool,
}

/// What stands in single quotes.
#[derive(Clone, Copy, PartialEq)]
enum Quoted {
    IsString,
    MayBeName,
}

impl Words {
    /// Reads a text.
    pub(crate) fn of(sql: &str) -> Self {
        Self::read(sql, Quoted::MayBeName)
    }

    /// Reads an expression, in which a string is a string (sqlite.org/quirks.html).
    pub(crate) fn of_expression(sql: &str) -> Self {
        Self::read(sql, Quoted::IsString)
    }

    fn read(sql: &str, quoted: Quoted) -> Self {
        let Ok(tokens) = Tokenizer::new(&GenericDialect {}, sql).tokenize() else {
            return Self { words: None, takes_all: true };
        };
        let mut words = BTreeSet::new();
        for token in &tokens {
            match token {
                Token::Word(word) => {
                    words.insert(folded(&word.value));
                }
                // SQLite takes either quotes for both.
                Token::SingleQuotedString(_) if quoted == Quoted::IsString => {}
                Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => {
                    words.insert(folded(text));
                }

                Token::DollarQuotedString(_) => return Self { words: None, takes_all: true },
                _ => {}
            }
        }
        const CODE: [&str; 5] = ["do", "call", "exec", "execute", "prepare"];
        if CODE.iter().any(|word| words.contains(*word)) {
            return Self { words: None, takes_all: true };
        }
        Self { words: Some(words), takes_all: tokens.contains(&Token::Mul) }
    }

    /// Says whether the text may name something.
    pub(crate) fn may_name(&self, name: &str) -> bool {
        self.words.as_ref().is_none_or(|words| words.contains(&folded(name)))
    }

    /// Returns the words, if the text names nothing else.
    pub(crate) fn list(&self) -> Option<impl Iterator<Item = &str>> {
        self.words.as_ref().map(|words| words.iter().map(String::as_str))
    }
}

/// Returns a name in small letters, as which names are compared that some databases take for the same.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase()
}
