//! Reads a type within `CAST` (`typetoken` of parse.y).

use super::super::Unreadable;
use super::reader::Reader;

impl Reader<'_, '_> {
    /// Reads any number of words, then one or two numbers in parentheses. Nothing at all is a type too.
    ///
    /// # Errors
    /// What stands in the parentheses is no number.
    pub(super) fn type_name(&mut self) -> Result<(), Unreadable> {
        let mut words = 0;
        while self.takes_plain_name().is_some() {
            words += 1;
        }
        if words == 0 || !self.sees(&["("]) {
            return Ok(());
        }
        self.in_parentheses(|reader| {
            reader.signed_number()?;
            if reader.takes(&[","]) { reader.signed_number() } else { Ok(()) }
        })
    }

    fn signed_number(&mut self) -> Result<(), Unreadable> {
        self.takes_one_of(&["+", "-"]);
        if !self.peek().is_some_and(|token| token.is_size()) {
            return Err(self.unexpected("a number"));
        }
        self.next("a number").map(drop)
    }
}
