//! Reads the statements within a trigger (`trigger_cmd` of parse.y).
//!
//! SQLite refuses some there that it has elsewhere: `RETURNING`, `INDEXED BY`, `DEFAULT VALUES`, and `WITH` before a
//! change.

use super::super::Unreadable;
use super::What;
use super::reader::Reader;

impl Reader<'_, '_> {
    /// Reads a statement, without a semicolon.
    ///
    /// # Errors
    /// What comes next is none.
    pub(super) fn statement(&mut self) -> Result<(), Unreadable> {
        self.scoped(Self::any_statement)
    }

    fn any_statement(&mut self) -> Result<(), Unreadable> {
        if self.takes(&["UPDATE"]) {
            return self.update();
        }
        if self.takes(&["DELETE"]) {
            self.needs(&["FROM"])?;
            self.changed()?;
            return self.takes_where();
        }
        if self.takes(&["INSERT"]) {
            self.takes_or()?;
            return self.insert();
        }
        if self.takes(&["REPLACE"]) { self.insert() } else { self.select() }
    }

    fn update(&mut self) -> Result<(), Unreadable> {
        self.takes_or()?;
        self.changed()?;
        self.needs(&["SET"])?;
        self.assignments()?;
        if self.takes(&["FROM"]) {
            self.tables()?;
        }
        self.takes_where()
    }

    fn insert(&mut self) -> Result<(), Unreadable> {
        self.needs(&["INTO"])?;
        self.changed()?;
        if self.sees(&["("]) {
            self.names(What::Written)?;
        }
        self.select()?;
        self.takes_upserts()
    }

    /// Reads `OR` and what is done at a conflict, if it comes next.
    fn takes_or(&mut self) -> Result<(), Unreadable> {
        const RESOLUTIONS: [&str; 5] = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];
        if self.takes(&["OR"]) && !self.takes_one_of(&RESOLUTIONS) {
            return Err(self.unexpected("REPLACE"));
        }
        Ok(())
    }

    /// Reads the table that a statement changes, and its other name. A trigger in `temp` may name its schema.
    fn changed(&mut self) -> Result<(), Unreadable> {
        self.qualified(What::Changed)?;
        if self.takes(&["AS"]) { self.noted_name(What::Alias) } else { Ok(()) }
    }
}
