//! A place in a text of tokens, and the small steps of reading on from it.

use limbeck_core::literal::RawSql;
use limbeck_core::name::Ident;

use super::{Token, TokenKind, Unreadable, meaningful};

/// A place among the tokens of a text, spaces and comments left out.
pub(super) struct Cursor<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(sql: &'a str) -> Self {
        Self { sql, tokens: meaningful(sql), at: 0 }
    }

    pub(super) fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    /// Says whether these words or symbols come next.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        words
            .iter()
            .enumerate()
            .all(|(i, word)| self.tokens.get(self.at + i).is_some_and(|token| token.is(word)))
    }

    /// Passes over these words or symbols, if they come next.
    pub(super) fn takes(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    /// Passes over these words or symbols.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn needs(&mut self, words: &[&str]) -> Result<(), Unreadable> {
        if self.takes(words) { Ok(()) } else { Err(self.unexpected(&words.join(" "))) }
    }

    /// Takes the next token, whatever it is.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek().copied()?;
        self.at += 1;
        Some(token)
    }

    /// Takes a name, with or without quotes.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn name(&mut self) -> Result<Ident, Unreadable> {
        let name = self.peek().and_then(Token::name).and_then(|name| Ident::new(&name).ok());
        let name = name.ok_or_else(|| self.unexpected("a name"))?;
        self.at += 1;
        Ok(name)
    }

    /// Takes names in parentheses.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn names(&mut self) -> Result<Vec<Ident>, Unreadable> {
        self.needs(&["("])?;
        let mut names = vec![self.name()?];
        while self.takes(&[","]) {
            names.push(self.name()?);
        }
        self.needs(&[")"])?;
        Ok(names)
    }

    /// Takes what stands in parentheses, to the letter, without the spaces at its ends.
    ///
    /// # Errors
    /// There is no parenthesis, or it does not close.
    pub(super) fn parenthesized(&mut self) -> Result<RawSql, Unreadable> {
        let start = self.peek().map_or(self.sql.len(), Token::end);
        self.needs(&["("])?;
        let mut depth = 1;
        while let Some(token) = self.next() {
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            if depth == 0 {
                return Ok(RawSql::new(self.sql[start..token.start].trim()));
            }
        }
        Err(self.unexpected(")"))
    }

    /// Takes tokens up to a comma or closing parenthesis of this level, and returns them.
    pub(super) fn item(&mut self) -> Vec<Token<'a>> {
        let mut depth = 0;
        let start = self.at;
        while let Some(token) = self.peek() {
            if depth == 0 && (token.is(",") || token.is(")")) {
                break;
            }
            depth += i32::from(token.is("(")) - i32::from(token.is(")"));
            self.at += 1;
        }
        self.tokens[start..self.at].to_vec()
    }

    /// Returns the text from where the first token begins to where the last ends.
    pub(super) fn text(&self, tokens: &[Token<'a>]) -> &'a str {
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => &self.sql[first.start..last.end()],
            _ => "",
        }
    }

    /// Returns the text of the rest.
    pub(super) fn rest(&self) -> &'a str {
        self.peek().map_or("", |token| &self.sql[token.start..])
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Unreadable {
        let found = self.peek().map_or("the end", |token| token.text);
        Unreadable(format!("found `{found}` where `{wanted}` was to come"))
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// Something is left.
    pub(super) fn end(&self) -> Result<(), Unreadable> {
        match self.peek() {
            None => Ok(()),
            Some(token) if token.kind == TokenKind::Symbol && token.text == ";" => Ok(()),
            Some(_) => Err(self.unexpected("the end")),
        }
    }
}
