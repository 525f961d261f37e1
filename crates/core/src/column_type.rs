//! Column types: SQLAlchemy's generic types by their SQL-ish names, and native text beside them.

use std::collections::BTreeMap;

use crate::literal::RawSql;
use crate::name::TableName;

/// The type of a column. Each dialect lowers a generic type to the DDL text that SQLAlchemy 2 gives for it.
///
/// The text form of the parameterless name is the discriminant's ([`TypeKind`]); parameters follow in parentheses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumDiscriminants)]
#[strum_discriminants(
    name(TypeKind),
    doc = "The name of a column type, as migration files write it.",
    derive(strum::EnumString, strum::IntoStaticStr, strum::EnumIter, strum::Display, PartialOrd, Ord),
    strum(serialize_all = "lowercase")
)]
pub enum ColumnType {
    /// A whole number of at least 16 bits.
    Smallint,
    /// A whole number of at least 32 bits.
    Integer,
    /// A whole number of at least 64 bits.
    Bigint,
    /// Truth.
    Boolean,
    /// Text of limited length.
    String {
        /// The greatest number of characters; `None` leaves it to the database, and MySQL refuses.
        length: Option<u32>,
    },
    /// Text of any length.
    Text,
    /// Text of limited length in the database's national character set.
    Unicode {
        /// The greatest number of characters.
        length: Option<u32>,
    },
    /// A binary floating-point number.
    Float {
        /// The precision in binary digits.
        precision: Option<u32>,
    },
    /// A binary floating-point number of 64 bits.
    Double,
    /// An exact decimal number.
    Decimal {
        /// All digits.
        precision: Option<u32>,
        /// Digits behind the point.
        scale: Option<u32>,
    },
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and a time, with no time zone.
    Datetime,
    /// A moment: day, time and time zone.
    Datetimetz,
    /// A span of time.
    Interval,
    /// Bytes.
    Binary {
        /// The greatest number of bytes.
        length: Option<u32>,
    },
    /// A JSON document.
    Json,
    /// A UUID.
    Uuid,
    /// One of a list of texts.
    Enum {
        /// The name of the type, where the database has named enums.
        name: Option<TableName>,
        /// The values, in order. Empty when the type was made by `create_enum` and is only named here.
        values: Vec<String>,
    },
    /// An array of another type.
    Array(Box<ColumnType>),
    /// A type in the database's own words.
    Native(RawSql),
    /// A type with another one on some dialects.
    Variant {
        /// The type on every dialect that is not named.
        base: Box<ColumnType>,
        /// The types on the dialects named, by [`Dialect::name`](crate::dialect::Dialect::name).
        variants: BTreeMap<String, ColumnType>,
    },
}

impl ColumnType {
    /// Returns the type to use on a dialect: the variant for it, or the type itself.
    pub fn on(&self, dialect: &str) -> &ColumnType {
        match self {
            Self::Variant { base, variants } => variants.get(dialect).unwrap_or(base).on(dialect),
            other => other,
        }
    }

    /// Returns the type on every dialect that no variant names: the type itself, or what its variants stand beside.
    pub fn base(&self) -> &ColumnType {
        match self {
            Self::Variant { base, .. } => base.base(),
            other => other,
        }
    }
}
