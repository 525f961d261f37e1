//! The words of a statement, read one after the other.

use sqlparser::dialect::{Dialect, GenericDialect, MySqlDialect};
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::dialect::Backslash;
use crate::name::{Ident, TableName};

/// Returns the tokens of a text without comments and spaces; `None` for a text that is none.
pub(super) fn tokens(sql: &str, backslash: Backslash) -> Option<Vec<Token>> {
    let dialect: &dyn Dialect = match backslash {
        Backslash::Escapes => &MySqlDialect {},
        Backslash::Plain => &GenericDialect {},
    };
    let tokens = Tokenizer::new(dialect, sql).tokenize().ok()?;
    Some(tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_) | Token::EOF)).collect())
}

/// Returns the statements, without empty ones.
pub(super) fn statements(tokens: &[Token]) -> Vec<Words<'_>> {
    let parts = tokens.split(|token| *token == Token::SemiColon).filter(|part| !part.is_empty());
    parts.map(|all| Words { all, at: 0 }).collect()
}

/// A statement or a part of one, and how far it is read.
#[derive(Debug, Clone)]
pub(super) struct Words<'t> {
    all: &'t [Token],
    at: usize,
}

impl<'t> Words<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.all.get(self.at)
    }

    /// Returns the next token as a keyword, in capitals.
    fn peek_word(&self) -> Option<String> {
        self.peek().and_then(keyword)
    }

    /// Reads the next token, if it is a word outside quotes; in capitals.
    pub(super) fn next_word(&mut self) -> Option<String> {
        let word = self.peek_word()?;
        self.at += 1;
        Some(word)
    }

    /// Reads a word, if it comes next.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let there = self.peek_word().is_some_and(|next| next == word);
        self.at += usize::from(there);
        there
    }

    /// Reads words, if all of them come next.
    pub(super) fn eat_all(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        let all = words.iter().all(|word| self.eat(word));
        if !all {
            self.at = start;
        }
        all
    }

    /// Reads one of some words, if it comes next.
    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    /// Reads on behind the word that says what kind of thing it is about, and returns that.
    pub(super) fn skip_to_kind(&mut self, parts: &[&str], named: &[&str]) -> Option<String> {
        // A `DEFINER = user@host` stands before it, and nothing longer.
        let ahead = self.all.iter().enumerate().skip(self.at).take(12);
        let words = ahead.filter_map(|(at, token)| Some((at, keyword(token)?)));
        let is_kind = |word: &String| parts.contains(&word.as_str()) || named.contains(&word.as_str());
        let (at, kind) = words.into_iter().find(|(_, word)| is_kind(word))?;
        self.at = at + 1;
        Some(kind)
    }

    /// Says whether one of some words was read or passed over.
    pub(super) fn passed(&self, words: &[&str]) -> bool {
        self.all[..self.at].iter().filter_map(keyword).any(|word| words.contains(&word.as_str()))
    }

    /// Says whether a word comes somewhere behind.
    pub(super) fn holds(&self, word: &str) -> bool {
        self.all[self.at..].iter().filter_map(keyword).any(|other| other == word)
    }

    /// Reads a name without a point, in quotes or not.
    pub(super) fn ident(&mut self) -> Option<Ident> {
        let text = match self.peek()? {
            Token::Word(word) => &word.value,
            // The server may take it for a name.
            Token::DoubleQuotedString(text) => text,
            _ => return None,
        };
        let ident = Ident::new(text).ok()?;
        self.at += 1;
        Some(ident)
    }

    /// Reads the name of a table or of something in a schema.
    pub(super) fn name(&mut self) -> Option<TableName> {
        let first = self.ident()?;
        if self.peek() != Some(&Token::Period) {
            return Some(TableName::unqualified(first));
        }
        self.at += 1;
        let name = self.ident()?;
        // Three parts name another database.
        (self.peek() != Some(&Token::Period)).then_some(TableName { schema: Some(first), name })
    }

    /// Reads an opening parenthesis, if it comes next.
    pub(super) fn opens(&mut self) -> bool {
        let there = self.peek() == Some(&Token::LParen);
        self.at += usize::from(there);
        there
    }

    /// Returns what stands between commas, up to the end or the parenthesis that closes the one that was read.
    pub(super) fn clauses(&mut self) -> Vec<Words<'t>> {
        let (mut clauses, mut start, mut depth) = (Vec::new(), self.at, 0_usize);
        while let Some(token) = self.peek() {
            match token {
                Token::LParen => depth += 1,
                Token::RParen if depth == 0 => break,
                Token::RParen => depth -= 1,
                Token::Comma if depth == 0 => {
                    clauses.push(Words { all: &self.all[start..self.at], at: 0 });
                    start = self.at + 1;
                }
                _ => {}
            }
            self.at += 1;
        }
        clauses.push(Words { all: &self.all[start..self.at], at: 0 });
        clauses
    }

    /// Says whether nothing is left.
    pub(super) fn is_over(&self) -> bool {
        self.at >= self.all.len()
    }
}

fn keyword(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_uppercase()),
        _ => None,
    }
}
