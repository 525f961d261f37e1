//! A place among the tokens of an expression or query, how deep it is nested, and what was met on the way.

use super::super::{Token, Unreadable};
use super::keyword::is_contextual;
use super::{Mention, Mentions, What};

/// Reads on from a place among tokens. Each file of the grammar adds the methods of its area.
pub(super) struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    /// How deep the rules stand in each other.
    depth: usize,
    limit: usize,
    scope: usize,
    pub(super) mentions: Mentions<'a>,
    /// Whether reading stopped because the limit was reached.
    pub(super) is_too_deep: bool,
}

impl<'t, 'a> Reader<'t, 'a> {
    /// Begins at the first token; `limit` bounds the nesting.
    pub(super) fn new(tokens: &'t [Token<'a>], limit: usize) -> Self {
        Self {
            tokens,
            at: 0,
            depth: 0,
            limit,
            scope: 0,
            mentions: Mentions { all: Vec::new(), scopes: vec![0] },
            is_too_deep: false,
        }
    }

    /// Returns the token that comes next.
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.peek_at(0)
    }

    /// Returns the token so many places further on.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens.get(self.at + ahead).copied()
    }

    /// Says whether what comes next is `WINDOW`, `OVER` or `FILTER` as a keyword.
    pub(super) fn sees_contextual(&self) -> bool {
        is_contextual(self.tokens, self.at)
    }

    /// Says whether these words or symbols come next, in order.
    pub(super) fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, word)| self.peek_at(i).is_some_and(|token| token.is(word)))
    }

    /// Says whether one of these words or symbols comes next.
    pub(super) fn sees_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.sees(&[word]))
    }

    /// Passes over these words or symbols, if they come next.
    pub(super) fn takes(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            self.at += words.len();
        }
        seen
    }

    /// Passes over one of these words or symbols, if one comes next.
    pub(super) fn takes_one_of(&mut self, words: &[&str]) -> bool {
        let seen = self.sees_one_of(words);
        self.at += usize::from(seen);
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
    ///
    /// # Errors
    /// Nothing is left.
    pub(super) fn next(&mut self, wanted: &str) -> Result<Token<'a>, Unreadable> {
        let token = self.peek().ok_or_else(|| self.unexpected(wanted))?;
        self.at += 1;
        Ok(token)
    }

    /// Returns how many tokens were passed over.
    pub(super) fn length(&self) -> usize {
        self.at
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Unreadable {
        let found = self.peek().map_or("the end", |token| token.text);
        Unreadable(format!("found `{found}` where `{wanted}` was to come"))
    }

    /// Reads a list of one or more with commas between.
    ///
    /// # Errors
    /// An item cannot be read.
    pub(super) fn list(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        item(self)?;
        while self.takes(&[","]) {
            item(self)?;
        }
        Ok(())
    }

    /// Reads something in parentheses.
    ///
    /// # Errors
    /// It cannot be read, or a parenthesis is missing.
    pub(super) fn in_parentheses(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        self.needs(&["("])?;
        inner(self)?;
        self.needs(&[")"])
    }

    /// Reads something one level deeper.
    ///
    /// # Errors
    /// The limit is reached, or it cannot be read.
    pub(super) fn deeper(
        &mut self,
        rule: impl FnOnce(&mut Self) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        if self.depth == self.limit {
            self.is_too_deep = true;
            return Err(Unreadable(format!("nested more than {} levels deep", self.limit)));
        }
        self.depth += 1;
        let read = rule(self);
        self.depth -= 1;
        read
    }

    /// Reads something in a scope of its own.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn scoped(
        &mut self,
        rule: impl FnOnce(&mut Self) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let outer = self.scope;
        self.scope = self.mentions.scopes.len();
        self.mentions.scopes.push(outer);
        let read = rule(self);
        self.scope = outer;
        read
    }

    /// Notes what a name, which was just read, stands for.
    pub(super) fn mention(&mut self, what: What, name: Token<'a>, qualifiers: Vec<Token<'a>>) {
        self.mentions.all.push(Mention { what, name, qualifiers, scope: self.scope });
    }
}
