//! Types by the words that each database has for them.

use sqlparser::ast::{CharacterLength, DataType, EnumMember, ExactNumberInfo, TimezoneInfo};

use crate::column_type::ColumnType;
use crate::literal::RawSql;

use super::Reader;
use super::grammar::Grammar;

impl Reader<'_> {
    /// Returns a type: the neutral one that is lowered to it, else the author's own text.
    ///
    /// `text` is how it stands there; `None` where that could not be found, so that only its print is known.
    pub(super) fn column_type(&self, ty: &DataType, text: Option<&str>) -> Option<ColumnType> {
        // SQLite keeps the text as it stands, and goes by it.
        if self.grammar == Grammar::Sqlite {
            let text = text?;
            return Some(of_sqlite(text).unwrap_or_else(|| ColumnType::Native(RawSql::new(text))));
        }
        let neutral = match self.grammar {
            Grammar::Postgres => self.of_postgres(ty),
            _ => of_mysql(ty),
        };
        Some(neutral.unwrap_or_else(|| {
            let printed = ty.to_string();
            ColumnType::Native(RawSql::new(text.map_or_else(|| printed.to_lowercase(), str::to_owned)))
        }))
    }

    fn of_postgres(&self, ty: &DataType) -> Option<ColumnType> {
        Some(match ty {
            DataType::SmallInt(None) | DataType::Int2(None) => ColumnType::Smallint,
            DataType::Integer(None) | DataType::Int(None) | DataType::Int4(None) => ColumnType::Integer,
            DataType::BigInt(None) | DataType::Int8(None) => ColumnType::Bigint,
            DataType::Boolean | DataType::Bool => ColumnType::Boolean,
            DataType::Varchar(length) | DataType::CharacterVarying(length) => {
                ColumnType::String { length: plain_length(length.as_ref())? }
            }
            DataType::Text => ColumnType::Text,
            DataType::Real => ColumnType::Float { precision: Some(24) },
            DataType::DoublePrecision | DataType::Float8 => ColumnType::Double,
            DataType::Numeric(info) | DataType::Decimal(info) => decimal(info)?,
            DataType::Date => ColumnType::Date,
            DataType::Time(None, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => ColumnType::Time,
            DataType::Timestamp(None, TimezoneInfo::None | TimezoneInfo::WithoutTimeZone) => {
                ColumnType::Datetime
            }
            DataType::Timestamp(None, TimezoneInfo::WithTimeZone | TimezoneInfo::Tz) => {
                ColumnType::Datetimetz
            }
            DataType::Bytea => ColumnType::Binary { length: None },
            DataType::JSON => ColumnType::Json,
            DataType::Uuid => ColumnType::Uuid,
            DataType::Custom(name, arguments) if arguments.is_empty() => {
                let name = self.new_name(name)?;
                self.schema.enums.contains_key(&name).then_some(())?;
                ColumnType::Enum { name: Some(name), values: Vec::new() }
            }
            _ => return None,
        })
    }
}

/// Texts that a neutral type is lowered to, to the letter. Others stay native, as SQLite reads them back.
fn of_sqlite(text: &str) -> Option<ColumnType> {
    let plain = |digits: &str| digits.parse().ok().filter(|number: &u32| number.to_string() == digits);
    let arguments = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    Some(match text {
        "SMALLINT" => ColumnType::Smallint,
        "INTEGER" => ColumnType::Integer,
        "BIGINT" => ColumnType::Bigint,
        "BOOLEAN" => ColumnType::Boolean,
        "VARCHAR" => ColumnType::String { length: None },
        "TEXT" => ColumnType::Text,
        "FLOAT" => ColumnType::Float { precision: None },
        "DOUBLE" => ColumnType::Double,
        "NUMERIC" => ColumnType::Decimal { precision: None, scale: None },
        "DATE" => ColumnType::Date,
        "TIME" => ColumnType::Time,
        "DATETIME" => ColumnType::Datetime,
        "BLOB" => ColumnType::Binary { length: None },
        "JSON" => ColumnType::Json,
        "CHAR(32)" => ColumnType::Uuid,
        _ => match (arguments("VARCHAR"), arguments("NUMERIC")) {
            (Some(length), _) => ColumnType::String { length: Some(plain(length)?) },
            (None, Some(numbers)) => {
                let (precision, scale) =
                    numbers.split_once(", ").map_or((numbers, None), |(a, b)| (a, Some(b)));
                let scale = match scale {
                    Some(scale) => Some(plain(scale)?),
                    None => None,
                };
                ColumnType::Decimal { precision: Some(plain(precision)?), scale }
            }
            (None, None) => return None,
        },
    })
}

fn of_mysql(ty: &DataType) -> Option<ColumnType> {
    Some(match ty {
        DataType::SmallInt(None) => ColumnType::Smallint,
        DataType::Integer(None) | DataType::Int(None) => ColumnType::Integer,
        DataType::BigInt(None) => ColumnType::Bigint,
        DataType::Boolean | DataType::Bool | DataType::TinyInt(Some(1)) => ColumnType::Boolean,
        DataType::Varchar(Some(length)) => ColumnType::String { length: plain_length(Some(length))? },
        DataType::Text => ColumnType::Text,
        DataType::Double(ExactNumberInfo::None) | DataType::DoublePrecision => ColumnType::Double,
        DataType::Numeric(info @ ExactNumberInfo::PrecisionAndScale(..))
        | DataType::Decimal(info @ ExactNumberInfo::PrecisionAndScale(..)) => decimal(info)?,
        DataType::Date => ColumnType::Date,
        DataType::Time(None, TimezoneInfo::None) => ColumnType::Time,
        DataType::Datetime(None) => ColumnType::Datetime,
        DataType::Blob(None) => ColumnType::Binary { length: None },
        DataType::JSON => ColumnType::Json,
        DataType::Enum(members, None) => {
            let value = |member: &EnumMember| match member {
                EnumMember::Name(value) => Some(value.clone()),
                EnumMember::NamedValue(..) => None,
            };
            ColumnType::Enum { name: None, values: members.iter().map(value).collect::<Option<_>>()? }
        }
        _ => return None,
    })
}

fn plain_length(length: Option<&CharacterLength>) -> Option<Option<u32>> {
    match length {
        None => Some(None),
        Some(CharacterLength::IntegerLength { length, unit: None }) => {
            Some(Some(u32::try_from(*length).ok()?))
        }
        Some(_) => None,
    }
}

fn decimal(info: &ExactNumberInfo) -> Option<ColumnType> {
    let (precision, scale) = match info {
        ExactNumberInfo::None => (None, None),
        ExactNumberInfo::Precision(precision) => (Some(u32::try_from(*precision).ok()?), Some(0)),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => {
            (Some(u32::try_from(*precision).ok()?), Some(u32::try_from(*scale).ok()?))
        }
    };
    Some(ColumnType::Decimal { precision, scale })
}
