//! A place in a text of tokens, and the small steps of reading on from it.

use crate::ddl::grammar::{NameKind, Part, is_contextual, length, name_kind};
use crate::ddl::tree::{Name, NameList, Span, Target};
use crate::ddl::{Token, Unreadable, meaningful};

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

    /// Returns a token from here on, counted from 0.
    pub(super) fn ahead(&self, count: usize) -> Option<&Token<'a>> {
        self.tokens.get(self.at + count)
    }

    /// Says whether these words or symbols come next.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.ahead(i).is_some_and(|token| token.is(word)))
    }

    /// Passes over these words or symbols, if they come next, and returns their place.
    pub(super) fn takes(&mut self, words: &[&str]) -> Option<Span> {
        if !self.sees(words) {
            return None;
        }
        let start = self.start();
        self.at += words.len();
        Some(self.since(start))
    }

    /// Passes over these words or symbols, and returns their place.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn needs(&mut self, words: &[&str]) -> Result<Span, Unreadable> {
        self.takes(words).ok_or_else(|| self.unexpected(&words.join(" ")))
    }

    /// Passes over `IF NOT EXISTS`, if it comes next.
    ///
    /// # Errors
    /// An `IF` goes on otherwise: it is no name there.
    pub(super) fn if_not_exists(&mut self) -> Result<(), Unreadable> {
        if self.sees(&["IF"]) { self.needs(&["IF", "NOT", "EXISTS"]).map(drop) } else { Ok(()) }
    }

    /// Takes the next token, whatever it is.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek().copied()?;
        self.at += 1;
        Some(token)
    }

    /// Returns where the next token begins.
    pub(super) fn start(&self) -> usize {
        self.peek().map_or(self.sql.len(), |token| token.start)
    }

    /// Returns where the last token that was taken ends.
    pub(super) fn end(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |last| self.tokens[last].end())
    }

    /// Returns the place from `start` to the last token that was taken.
    pub(super) fn since(&self, start: usize) -> Span {
        Span { start, end: self.end().max(start) }
    }

    /// Returns the tokens that were taken since `start`.
    pub(super) fn taken_since(&self, start: usize) -> &[Token<'a>] {
        let first = self.tokens[..self.at].partition_point(|token| token.start < start);
        &self.tokens[first..self.at]
    }

    /// Says whether a name comes next.
    pub(super) fn sees_name(&self) -> bool {
        self.name_kind().is_some()
    }

    /// Says whether a word of a type comes next; a collation is one too.
    pub(super) fn sees_type_word(&self) -> bool {
        matches!(self.name_kind(), Some(NameKind::Name | NameKind::Text))
    }

    fn name_kind(&self) -> Option<NameKind> {
        self.peek().and_then(name_kind).filter(|_| !is_contextual(&self.tokens, self.at))
    }

    /// Takes a name, with or without quotes.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn name(&mut self) -> Result<Name, Unreadable> {
        let token = self.peek().filter(|_| self.sees_name()).ok_or_else(|| self.unexpected("a name"))?;
        let span = Span { start: token.start, end: token.end() };
        let text = token.name().unwrap_or_default();
        self.at += 1;
        Ok(Name { span, text })
    }

    /// Takes a name with, perhaps, the name of a database before it.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn target(&mut self) -> Result<Target, Unreadable> {
        let first = self.name()?;
        let start = first.span.start;
        Ok(match self.takes(&["."]) {
            Some(_) => {
                let name = self.name()?;
                Target { schema: Some(first), name, span: self.since(start) }
            }
            None => Target { schema: None, name: first, span: self.since(start) },
        })
    }

    /// Takes names in parentheses.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn names(&mut self) -> Result<NameList, Unreadable> {
        let start = self.start();
        self.needs(&["("])?;
        let mut names = vec![self.name()?];
        while self.takes(&[","]).is_some() {
            names.push(self.name()?);
        }
        self.needs(&[")"])?;
        Ok(NameList { names, span: self.since(start) })
    }

    /// Checks that an expression, query or statement comes next, and leaves it.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn check_part(&self, part: Part) -> Result<(), Unreadable> {
        length(part, &self.tokens[self.at..]).map(drop)
    }

    /// Takes an expression, query or statement, by SQLite's grammar.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn part(&mut self, part: Part) -> Result<Span, Unreadable> {
        let start = self.start();
        self.at += length(part, &self.tokens[self.at..])?;
        Ok(self.since(start))
    }

    /// Takes an expression in parentheses and returns its place without them.
    ///
    /// # Errors
    /// Something else comes next.
    pub(super) fn parenthesized(&mut self) -> Result<Span, Unreadable> {
        self.needs(&["("])?;
        let span = self.part(Part::Expression)?;
        self.needs(&[")"])?;
        Ok(span)
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Unreadable {
        let found = self.peek().map_or("the end", |token| token.text);
        Unreadable(format!("found `{found}` where `{wanted}` was to come"))
    }

    /// Passes over semicolons and checks that nothing is left.
    ///
    /// # Errors
    /// Something is left.
    pub(super) fn finish(&mut self) -> Result<(), Unreadable> {
        while self.takes(&[";"]).is_some() {}
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end")),
        }
    }
}
