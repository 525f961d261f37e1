//! Where the letter case of a name says nothing to a server.

use crate::name::{Ident, TableName};

/// Where the letter case of a name says nothing to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterCase {
    /// Nowhere: two names are the same if all their letters are.
    Counts,
    /// In the names of what is in a table, its columns and indexes.
    CountsForTables,
    /// Everywhere, as far as ASCII goes.
    SaysNothing,
}

impl LetterCase {
    /// Says whether two names of parts of a table are the same to the server.
    pub fn is_same_part(self, one: &Ident, other: &Ident) -> bool {
        self.part(one) == self.part(other)
    }

    /// Says whether two names of tables or views are the same to the server.
    pub fn is_same_table(self, one: &TableName, other: &TableName) -> bool {
        self.table(one) == self.table(other)
    }

    /// Returns what all names of a part of a table have in common that are the same.
    pub fn part(self, name: &Ident) -> String {
        match self {
            Self::Counts => name.as_str().to_owned(),
            Self::CountsForTables => name.as_str().to_lowercase(),
            Self::SaysNothing => name.as_str().to_ascii_lowercase(),
        }
    }

    /// Returns what all names of a table or view have in common that are the same.
    pub fn table(self, name: &TableName) -> String {
        match self {
            Self::Counts | Self::CountsForTables => name.to_string(),
            Self::SaysNothing => name.to_string().to_ascii_lowercase(),
        }
    }
}
