//! Reads names: which words, quotes and texts may stand where (`nm`, `id`, `ids`, `idj` of parse.y).

use super::super::{Token, Unreadable};
use super::What;
use super::keyword::{NameKind, name_kind};
use super::reader::Reader;

impl<'a> Reader<'_, 'a> {
    /// Says what kind of name comes next, if one does.
    pub(super) fn sees_name(&self) -> Option<NameKind> {
        if self.sees_contextual() {
            return None;
        }
        self.peek().and_then(|token| name_kind(&token))
    }

    /// Takes the name of an object or column; a word of a join or a text may be one.
    ///
    /// # Errors
    /// No name comes next.
    pub(super) fn name(&mut self) -> Result<Token<'a>, Unreadable> {
        match self.sees_name() {
            Some(_) => self.next("a name"),
            None => Err(self.unexpected("a name")),
        }
    }

    /// Takes a plain name or a text, and no word of a join: a type, a collation, an alias without `AS`.
    pub(super) fn takes_plain_name(&mut self) -> Option<Token<'a>> {
        let is_plain = matches!(self.sees_name(), Some(NameKind::Name | NameKind::Text));
        if is_plain { self.next("a name").ok() } else { None }
    }

    /// Reads `COLLATE` and its name, if it comes next.
    ///
    /// # Errors
    /// No name follows.
    pub(super) fn takes_collation(&mut self) -> Result<bool, Unreadable> {
        if !self.takes(&["COLLATE"]) {
            return Ok(false);
        }
        let name = self.takes_plain_name().ok_or_else(|| self.unexpected("a collation"))?;
        self.mention(What::Collation, name, Vec::new());
        Ok(true)
    }

    /// Takes a name that may have a schema before it, and notes it.
    ///
    /// # Errors
    /// No name comes next.
    pub(super) fn qualified(&mut self, what: What) -> Result<(), Unreadable> {
        let mut name = self.name()?;
        let mut qualifiers = Vec::new();
        if self.takes(&["."]) {
            qualifiers.push(name);
            name = self.name()?;
        }
        self.mention(what, name, qualifiers);
        Ok(())
    }

    /// Takes names with commas between, in parentheses, and notes each.
    ///
    /// # Errors
    /// Something else stands there.
    pub(super) fn names(&mut self, what: What) -> Result<(), Unreadable> {
        self.in_parentheses(|reader| reader.list(|reader| reader.noted_name(what)))
    }

    /// Takes a name, and notes it.
    ///
    /// # Errors
    /// No name comes next.
    pub(super) fn noted_name(&mut self, what: What) -> Result<(), Unreadable> {
        let name = self.name()?;
        self.mention(what, name, Vec::new());
        Ok(())
    }

    /// Reads the other name of a table, with or without `AS`, if one comes next.
    ///
    /// # Errors
    /// No name follows `AS`.
    pub(super) fn takes_alias(&mut self, what: What) -> Result<(), Unreadable> {
        if self.takes(&["AS"]) {
            return self.noted_name(what);
        }
        if let Some(name) = self.takes_plain_name() {
            self.mention(what, name, Vec::new());
        }
        Ok(())
    }
}
