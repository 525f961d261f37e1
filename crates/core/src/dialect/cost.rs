//! What a statement costs, as far as the size of the database decides it.

use std::fmt;

use crate::name::TableName;

/// What a statement costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cost {
    /// The same at any size.
    #[default]
    Constant,
    /// Whatever the author's own SQL costs.
    Unknown,
    /// The rows of a table are read once.
    Scan(Rows),
    /// The rows of a table are read and written anew.
    Copy(Rows),
}

/// The rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The table.
    pub table: TableName,
    /// How many there are, about; `None` where nobody looked.
    pub count: Option<u64>,
}

impl Cost {
    /// Makes the cost of reading all rows of a table once.
    pub fn scan(table: &TableName) -> Self {
        Self::Scan(Rows { table: table.clone(), count: None })
    }

    /// Makes the cost of writing all rows of a table anew.
    pub fn copy(table: &TableName) -> Self {
        Self::Copy(Rows { table: table.clone(), count: None })
    }

    /// Returns the rows that it depends on; `None` when it depends on none.
    pub fn rows(&self) -> Option<&Rows> {
        match self {
            Self::Constant | Self::Unknown => None,
            Self::Scan(rows) | Self::Copy(rows) => Some(rows),
        }
    }

    /// Returns the rows that it depends on, to count them.
    pub fn rows_mut(&mut self) -> Option<&mut Rows> {
        match self {
            Self::Constant | Self::Unknown => None,
            Self::Scan(rows) | Self::Copy(rows) => Some(rows),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant => f.write_str("constant"),
            Self::Unknown => f.write_str("unknown"),
            Self::Scan(Rows { table, count: None }) => write!(f, "one scan of `{table}`"),
            Self::Scan(Rows { table, count: Some(count) }) => {
                write!(f, "one scan of `{table}`, {count} {}", rows(*count))
            }
            Self::Copy(Rows { table, count: None }) => write!(f, "copies the rows of `{table}`"),
            Self::Copy(Rows { table, count: Some(count) }) => {
                write!(f, "copies {count} {} of `{table}`", rows(*count))
            }
        }
    }
}

fn rows(count: u64) -> &'static str {
    if count == 1 { "row" } else { "rows" }
}

#[cfg(test)]
mod tests {
    use super::{Cost, Rows};
    use crate::name::TableName;

    #[test]
    fn a_cost_says_how_many_rows_where_they_were_counted() {
        let table = TableName::parse("t").unwrap();
        assert_eq!(Cost::Constant.to_string(), "constant");
        let mut cost = Cost::scan(&table);
        assert_eq!(cost.to_string(), "one scan of `t`");
        cost.rows_mut().unwrap().count = Some(2_000_000);
        assert_eq!(cost.to_string(), "one scan of `t`, 2000000 rows");
        assert_eq!(Cost::copy(&table).to_string(), "copies the rows of `t`");
        assert_eq!(Cost::Copy(Rows { table, count: Some(1) }).to_string(), "copies 1 row of `t`");
    }
}
