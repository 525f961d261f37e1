//! Says more of an index.

use crate::literal::RawSql;
use crate::schema::{Index, IndexColumn, IndexKey, Order};

use super::faults::Faults;

/// An index being recorded. What is not said is the database's default.
pub struct IndexBuilder<'o> {
    pub(super) index: &'o mut Index,
    pub(super) faults: &'o mut Faults,
}

impl IndexBuilder<'_> {
    /// Refuses equal keys.
    pub fn unique(self) -> Self {
        self.index.unique = true;
        self
    }

    /// Holds only the rows for which the condition is true.
    pub fn filter(self, sql: &str) -> Self {
        self.index.filter = Some(RawSql::new(sql));
        self
    }

    /// Adds one more key: an expression.
    pub fn expression(self, sql: &str) -> Self {
        let mut key = IndexColumn::column(self.faults.ident("?"));
        key.key = IndexKey::Sql(RawSql::new(sql));
        self.index.columns.push(key);
        self
    }

    /// Puts the last key from large to small.
    pub fn descending(self) -> Self {
        if let Some(last) = self.index.columns.last_mut() {
            last.order = Some(Order::Desc);
        }
        self
    }

    /// Carries columns along without being keys (PostgreSQL).
    pub fn include<'n>(self, columns: impl IntoIterator<Item = &'n str>) -> Self {
        let columns = self.faults.idents(columns);
        self.index.include.extend(columns);
        self
    }

    /// Says the method, such as `gin`.
    pub fn using(self, method: &str) -> Self {
        self.index.using = Some(self.faults.ident(method));
        self
    }
}
