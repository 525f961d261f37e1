//! Reads the call of a function: arguments, `FILTER` and `OVER`.

use super::super::{Token, TokenKind, Unreadable};
use super::What;
use super::reader::Reader;

impl<'a> Reader<'_, 'a> {
    /// Reads what stands behind the name of a function, from its parenthesis on, and notes the name.
    ///
    /// # Errors
    /// It is no call.
    pub(super) fn call(&mut self, name: Token<'a>) -> Result<(), Unreadable> {
        if name.kind == TokenKind::Text {
            return Err(self.unexpected("."));
        }
        self.mention(What::Function, name, Vec::new());
        self.in_parentheses(|reader| {
            if reader.takes(&["*"]) {
                return Ok(());
            }
            reader.takes_one_of(&["DISTINCT", "ALL"]);
            if !reader.sees(&["ORDER"]) {
                reader.arguments()?;
            }
            if reader.takes(&["ORDER", "BY"]) { reader.sort_terms() } else { Ok(()) }
        })?;
        if self.sees(&["FILTER"]) && self.sees_contextual() {
            self.needs(&["FILTER"])?;
            self.in_parentheses(|reader| {
                reader.needs(&["WHERE"])?;
                reader.expression()
            })?;
        }
        if self.sees(&["OVER"]) && self.sees_contextual() {
            self.needs(&["OVER"])?;
            if self.sees(&["("]) {
                return self.in_parentheses(Self::window);
            }
            return self.noted_name(What::Window);
        }
        Ok(())
    }
}
