//! Reads an operand: a literal, a column, a call, `CASE`, `CAST`, a subquery, or one of these with a sign before it.

use super::super::{TokenKind, Unreadable};
use super::What;
use super::expression::{AtAnd, Binding};
use super::reader::Reader;

/// The words that are literals (`CTIME_KW`).
const TIMES: [&str; 3] = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"];

impl Reader<'_, '_> {
    /// Says whether a word comes next that is never a name where an operand may stand, and is one elsewhere.
    pub(super) fn sees_operand_word(&self) -> bool {
        self.sees_one_of(&["CAST", "RAISE"]) || self.sees_one_of(&TIMES)
    }

    /// Reads an operand, with the operators that stand before it.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn operand(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["NOT"]) {
            return self.operation(Binding::Not, AtAnd::Joins);
        }
        if self.takes_one_of(&["~", "+", "-"]) {
            return self.operation(Binding::Operand, AtAnd::Joins);
        }
        if self.sees(&["("]) {
            return self.in_parentheses(|reader| {
                if reader.sees_select() { reader.select() } else { reader.expressions() }
            });
        }
        if self.takes(&["CASE"]) {
            return self.case();
        }
        if self.takes(&["CAST"]) {
            return self.in_parentheses(|reader| {
                reader.expression()?;
                reader.needs(&["AS"])?;
                reader.type_name()
            });
        }
        if self.takes(&["EXISTS"]) {
            return self.in_parentheses(Self::select);
        }
        if self.takes(&["RAISE"]) {
            return self.in_parentheses(Self::raise);
        }
        self.term()
    }

    /// Reads a literal, a parameter, a column or a call.
    fn term(&mut self) -> Result<(), Unreadable> {
        let token = self.peek().ok_or_else(|| self.unexpected("an expression"))?;
        let is_literal = match token.kind {
            TokenKind::Blob => true,
            TokenKind::Number => token.is_number(),
            // SQLite keeps `#1` to itself.
            TokenKind::Parameter => !token
                .text
                .strip_prefix('#')
                .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit())),
            TokenKind::Text => !self.peek_at(1).is_some_and(|token| token.is(".")),
            _ => token.is("NULL") || self.sees_one_of(&TIMES),
        };
        if is_literal {
            self.next("a literal")?;
            return Ok(());
        }
        self.column_or_call()
    }

    fn column_or_call(&mut self) -> Result<(), Unreadable> {
        let mut name = self.name().map_err(|_| self.unexpected("an expression"))?;
        if self.sees(&["("]) {
            return self.call(name);
        }
        let mut qualifiers = Vec::new();
        while qualifiers.len() < 2 && self.takes(&["."]) {
            qualifiers.push(name);
            name = self.name()?;
        }
        self.mention(What::Column, name, qualifiers);
        Ok(())
    }

    /// Reads what stands behind `CASE`.
    fn case(&mut self) -> Result<(), Unreadable> {
        if !self.sees(&["WHEN"]) {
            self.expression()?;
        }
        self.needs(&["WHEN"])?;
        loop {
            self.expression()?;
            self.needs(&["THEN"])?;
            self.expression()?;
            if !self.takes(&["WHEN"]) {
                break;
            }
        }
        if self.takes(&["ELSE"]) {
            self.expression()?;
        }
        self.needs(&["END"])
    }

    /// Reads what stands in the parentheses of `RAISE`.
    fn raise(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["IGNORE"]) {
            return Ok(());
        }
        if !self.takes_one_of(&["ROLLBACK", "ABORT", "FAIL"]) {
            return Err(self.unexpected("ROLLBACK, ABORT, FAIL or IGNORE"));
        }
        self.needs(&[","])?;
        self.expression()
    }
}
