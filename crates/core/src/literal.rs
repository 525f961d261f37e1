//! Values that stand in a migration: literals, the author's own SQL, and either of the two.

use std::fmt;
use std::sync::Arc;

/// SQL text that an author wrote. It is passed on to the letter and never made from names or values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RawSql(Arc<str>);

impl RawSql {
    /// Takes the author's text.
    pub fn new(sql: impl Into<Arc<str>>) -> Self {
        Self(sql.into())
    }

    /// Returns the text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RawSql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value with one meaning on every database.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Literal {
    /// The absence of a value.
    Null,
    /// Truth; 1 and 0 where a database has no type for it.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A binary floating-point number.
    Float(f64),
    /// Text; also a date or time in its ISO form.
    Text(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
}

impl Literal {
    /// Makes a text literal.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// Returns the text of a text literal.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of an integer literal.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// A literal, or an expression in the author's SQL: a default, or a cell of an inserted row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A literal, written by each dialect in its own way.
    Literal(Literal),
    /// An expression, written as it stands.
    Sql(RawSql),
}

macro_rules! value_from {
    ($($from:ty => $value:ident: $literal:expr,)*) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                Self::Literal($literal)
            }
        })*
    };
}

value_from! {
    bool => value: Literal::Bool(value),
    i32 => value: Literal::Integer(value.into()),
    i64 => value: Literal::Integer(value),
    f64 => value: Literal::Float(value),
    &str => value: Literal::text(value),
    String => value: Literal::text(value),
    Literal => value: value,
}

impl From<RawSql> for Value {
    fn from(sql: RawSql) -> Self {
        Self::Sql(sql)
    }
}
