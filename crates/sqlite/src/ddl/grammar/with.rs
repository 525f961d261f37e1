//! Reads the common tables of `WITH`.

use super::super::Unreadable;
use super::What;
use super::reader::Reader;

impl Reader<'_, '_> {
    /// Reads `WITH` and what it defines, if it comes next.
    ///
    /// # Errors
    /// A definition cannot be read.
    pub(super) fn takes_with(&mut self) -> Result<(), Unreadable> {
        if !self.takes(&["WITH"]) {
            return Ok(());
        }
        self.takes(&["RECURSIVE"]);
        self.list(|reader| {
            reader.noted_name(What::CommonTable)?;
            if reader.sees(&["("]) {
                reader.in_parentheses(|reader| reader.list(Self::common_column))?;
            }
            reader.needs(&["AS"])?;
            if reader.takes(&["NOT"]) {
                reader.needs(&["MATERIALIZED"])?;
            } else {
                reader.takes(&["MATERIALIZED"]);
            }
            reader.in_parentheses(Self::select)
        })
    }

    /// Reads the name of a column. SQLite passes over a collation and an order behind it, in texts that it has stored.
    fn common_column(&mut self) -> Result<(), Unreadable> {
        self.noted_name(What::CommonColumn)?;
        self.takes_collation()?;
        self.takes_one_of(&["ASC", "DESC"]);
        Ok(())
    }
}
