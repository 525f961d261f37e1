//! What an operation does to whoever uses the database meanwhile: locks, work on rows, data that goes, code that breaks.
//!
//! What the databases do stands as data, a line a [`ChangeKind`] and version, with its source: [`Fact`]. An operation is
//! taken apart into such changes by [`impacts`].

mod column;
mod fact;
mod kind;
mod narrow;
mod operation;
mod table;

use std::collections::BTreeSet;

use crate::dialect::{Dialect, ServerInfo};
use crate::name::TableName;

pub use fact::{Blocks, Fact, Page, RowWork};
pub use kind::ChangeKind;
pub use narrow::narrows;
pub use operation::impacts;
pub(crate) use table::in_words;

/// What one change does to whoever uses the database meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impact {
    /// The kind of change.
    pub kind: ChangeKind,
    /// What it is made to, in words, literals in backticks: "table `t`".
    pub object: String,
    /// The table that is locked, if it is a table.
    pub table: Option<TableName>,
    /// Whether only the run itself knows the table yet, so that nobody is blocked and there are no rows.
    pub fresh: bool,
    /// What the database does; `None` when nothing is known of it.
    pub fact: Option<&'static Fact>,
    /// The data that is gone afterwards, in words.
    pub loses: Option<String>,
    /// What code written for the schema before no longer can do, in words.
    pub breaks: Option<String>,
}

impl Impact {
    /// Returns whom the change blocks.
    pub fn blocks(&self) -> Blocks {
        match self.fact {
            _ if self.fresh => Blocks::Nobody,
            Some(fact) => fact.blocks,
            None => Blocks::Unknown,
        }
    }

    /// Returns what becomes of the rows that are there.
    pub fn rows(&self) -> RowWork {
        match self.fact {
            _ if self.fresh => RowWork::None,
            Some(fact) => fact.rows,
            None => RowWork::Unknown,
        }
    }
}

/// For what an operation is taken apart.
#[derive(Clone, Copy)]
pub struct Setting<'s> {
    /// The dialect.
    pub dialect: &'static dyn Dialect,
    /// The server.
    pub server: &'s ServerInfo,
    /// The tables that only the run itself knows yet.
    pub fresh: &'s BTreeSet<TableName>,
}

impl Setting<'_> {
    /// Says whether the database has that kind of change.
    fn knows(self, kind: ChangeKind) -> bool {
        Fact::find(self.dialect.facts(), kind, self.server).is_some()
    }

    /// Says what one change does, on a table.
    fn on(self, kind: ChangeKind, table: &TableName, object: String) -> Impact {
        let fresh = self.fresh.contains(table);
        Impact { table: Some(table.clone()), fresh, ..self.plain(kind, object) }
    }

    /// Says what one change does, on something that is no table.
    fn plain(self, kind: ChangeKind, object: String) -> Impact {
        let fact = Fact::find(self.dialect.facts(), kind, self.server);
        Impact { kind, object, table: None, fresh: false, fact, loses: None, breaks: None }
    }
}
