//! Reads what `INSERT` does at a conflict, and the assignments of `SET`.

use super::super::Unreadable;
use super::What;
use super::reader::Reader;

impl Reader<'_, '_> {
    /// Reads each `ON CONFLICT` that comes next. Only the last may have no target.
    ///
    /// # Errors
    /// What stands behind one cannot be read.
    pub(super) fn takes_upserts(&mut self) -> Result<(), Unreadable> {
        while self.takes(&["ON"]) {
            self.needs(&["CONFLICT"])?;
            let has_target = self.sees(&["("]);
            if has_target {
                self.in_parentheses(Self::sort_terms)?;
                self.takes_where()?;
            }
            self.needs(&["DO"])?;
            if !self.takes(&["NOTHING"]) {
                self.needs(&["UPDATE", "SET"])?;
                self.assignments()?;
                self.takes_where()?;
            }
            if !has_target {
                break;
            }
        }
        Ok(())
    }

    /// Reads the assignments of `SET`, to one column or to several at once.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn assignments(&mut self) -> Result<(), Unreadable> {
        self.list(|reader| {
            if reader.sees(&["("]) {
                reader.names(What::Written)?;
            } else {
                reader.noted_name(What::Written)?;
            }
            // The tokenizer takes `==` for `=`, so it stands here too.
            if !reader.takes_one_of(&["=", "=="]) {
                return Err(reader.unexpected("="));
            }
            reader.expression()
        })
    }
}
