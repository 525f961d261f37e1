//! A column of a table.

use crate::column_type::ColumnType;
use crate::literal::{RawSql, Value};
use crate::name::Ident;

use super::{Options, SchemaError};

/// A column. Keys and rules over it are [constraints](super::Constraint) of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: ColumnType,
    /// Whether NULL is allowed. Columns of a primary key never allow it.
    pub nullable: bool,
    /// What is stored where an INSERT gives nothing.
    pub default: Option<Value>,
    /// The collation, by the database's name for it.
    pub collation: Option<Ident>,
    /// A comment kept in the database, where it keeps comments.
    pub comment: Option<String>,
    /// The expression that the database computes the column from.
    pub generated: Option<Generated>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Identity>,
    /// Whether the database counts the column up: SQLite's AUTOINCREMENT, MySQL's AUTO_INCREMENT, a PostgreSQL
    /// serial. `None` leaves it to the dialect, which counts up a lone integer primary key as SQLAlchemy does.
    pub autoincrement: Option<bool>,
    /// What only some dialects have.
    pub options: Options,
}

impl Column {
    /// Checks that a value comes from one source at most: a default, an expression or an identity.
    ///
    /// # Errors
    /// [`SchemaError::Contradiction`].
    pub fn validate(&self) -> Result<(), SchemaError> {
        let sources = [
            (self.default.is_some(), "a column with a default"),
            (self.generated.is_some(), "a generated column"),
            (self.identity.is_some(), "an identity column"),
        ];
        let there: Vec<&str> = sources.iter().filter(|(there, _)| *there).map(|(_, what)| *what).collect();
        match there[..] {
            [one, other, ..] => Err(SchemaError::Contradiction(format!(
                "column `{}` cannot be both {one} and {other}",
                self.name
            ))),
            _ => Ok(()),
        }
    }

    /// Makes a column that allows NULL and has nothing but a type.
    pub fn new(name: Ident, ty: ColumnType) -> Self {
        Self {
            name,
            ty,
            nullable: true,
            default: None,
            collation: None,
            comment: None,
            generated: None,
            identity: None,
            autoincrement: None,
            options: Options::new(),
        }
    }
}

/// How a generated column gets its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// The expression, without the parentheses around it.
    pub sql: RawSql,
    /// Where the value lives.
    pub storage: GeneratedStorage,
}

/// Where the value of a generated column lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum GeneratedStorage {
    /// In the row, computed on writing.
    Stored,
    /// Nowhere; computed on reading.
    Virtual,
}

/// The options of an identity column, as in the SQL standard. `None` leaves a value to the database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// The first value.
    pub start: Option<i64>,
    /// The step.
    pub increment: Option<i64>,
    /// The least value.
    pub min: Option<i64>,
    /// The greatest value.
    pub max: Option<i64>,
    /// How many values are taken at a time.
    pub cache: Option<i64>,
    /// Whether it starts again at the end.
    pub cycle: bool,
}
