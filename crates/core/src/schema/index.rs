//! An index of a table.

use crate::literal::RawSql;
use crate::name::Ident;

use super::Options;

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name, in the schema of its table.
    pub name: Ident,
    /// Whether it refuses equal keys.
    pub unique: bool,
    /// Its keys, at least one, in order.
    pub columns: Vec<IndexColumn>,
    /// The rows that it holds; `None` is all.
    pub filter: Option<RawSql>,
    /// Columns carried along without being keys (PostgreSQL's INCLUDE).
    pub include: Vec<Ident>,
    /// The method, such as gin; `None` is the database's default.
    pub using: Option<Ident>,
    /// Whether two NULLs count as equal (PostgreSQL 15).
    pub nulls_not_distinct: bool,
    /// What only some dialects have.
    pub options: Options,
}

/// One key of an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexColumn {
    /// The column or expression.
    pub key: IndexKey,
    /// The direction; `None` is the database's default, ascending.
    pub order: Option<Order>,
    /// Where NULLs stand.
    pub nulls: Option<Nulls>,
    /// The collation, by the database's name for it.
    pub collation: Option<Ident>,
    /// The operator class, with its parameters (PostgreSQL).
    pub op_class: Option<RawSql>,
    /// How many characters or bytes from the start count (MySQL).
    pub length: Option<u32>,
}

impl IndexColumn {
    /// Makes a key that is a column and nothing more.
    pub fn column(name: Ident) -> Self {
        Self {
            key: IndexKey::Column(name),
            order: None,
            nulls: None,
            collation: None,
            op_class: None,
            length: None,
        }
    }
}

/// What an index looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexKey {
    /// A column.
    Column(Ident),
    /// An expression, without the parentheses around it.
    Sql(RawSql),
}

impl IndexKey {
    /// Returns the column, unless it is an expression.
    pub fn as_column(&self) -> Option<&Ident> {
        match self {
            Self::Column(name) => Some(name),
            Self::Sql(_) => None,
        }
    }

    /// Returns the column, to give it another name.
    pub fn as_column_mut(&mut self) -> Option<&mut Ident> {
        match self {
            Self::Column(name) => Some(name),
            Self::Sql(_) => None,
        }
    }
}

/// The direction of a key.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Order {
    /// Small to large.
    Asc,
    /// Large to small.
    Desc,
}

/// Where NULLs stand in an index.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Nulls {
    /// Before all values.
    First,
    /// After all values.
    Last,
}

impl Index {
    /// Makes an index over columns, with nothing else said.
    pub fn new(name: Ident, columns: Vec<IndexColumn>) -> Self {
        Self {
            name,
            unique: false,
            columns,
            filter: None,
            include: Vec::new(),
            using: None,
            nulls_not_distinct: false,
            options: Options::new(),
        }
    }

    /// Returns the columns that it names, as keys or carried along. Expressions are not read here.
    pub fn named_columns(&self) -> Vec<&Ident> {
        self.columns.iter().filter_map(|column| column.key.as_column()).chain(&self.include).collect()
    }

    /// Returns the expressions in it: keys and filter.
    pub fn texts(&self) -> Vec<&str> {
        let keys = self.columns.iter().filter_map(|column| match &column.key {
            IndexKey::Sql(sql) => Some(sql.as_str()),
            IndexKey::Column(_) => None,
        });
        keys.chain(self.filter.iter().map(RawSql::as_str)).collect()
    }

    /// Gives a column another name, wherever the index names it.
    pub fn rename_column(&mut self, from: &Ident, to: &Ident) {
        let keys = self.columns.iter_mut().filter_map(|c| c.key.as_column_mut());
        for name in keys.chain(self.include.iter_mut()).filter(|name| *name == from) {
            *name = to.clone();
        }
    }
}
