//! Reads the text of a type back.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;

/// Returns the neutral type that is lowered to exactly this text; else the text as a native type.
///
/// Where several types are lowered to one text, it is the plainest: `VARCHAR` is a string and never an enum, and
/// `DATETIME` has no time zone.
pub(crate) fn read(text: &str) -> ColumnType {
    let native = || ColumnType::Native(RawSql::new(text));
    let (name, arguments) = match text.split_once('(') {
        Some((name, arguments)) => match arguments.strip_suffix(')') {
            Some(arguments) => (name, Some(arguments)),
            None => return native(),
        },
        None => (text, None),
    };
    let numbers: Option<Vec<u32>> = arguments
        .map(|list| list.split(", ").map(plain_number).collect::<Option<_>>())
        .unwrap_or(Some(Vec::new()));
    let Some(numbers) = numbers else {
        return native();
    };
    match (name, numbers.as_slice()) {
        ("SMALLINT", []) => ColumnType::Smallint,
        ("INTEGER", []) => ColumnType::Integer,
        ("BIGINT", []) => ColumnType::Bigint,
        ("BOOLEAN", []) => ColumnType::Boolean,
        ("VARCHAR", []) => ColumnType::String { length: None },
        ("VARCHAR", [length]) => ColumnType::String { length: Some(*length) },
        ("TEXT", []) => ColumnType::Text,
        ("FLOAT", []) => ColumnType::Float { precision: None },
        ("DOUBLE", []) => ColumnType::Double,
        ("NUMERIC", []) => ColumnType::Decimal { precision: None, scale: None },
        ("NUMERIC", [precision]) => ColumnType::Decimal { precision: Some(*precision), scale: None },
        ("NUMERIC", [precision, scale]) => {
            ColumnType::Decimal { precision: Some(*precision), scale: Some(*scale) }
        }
        ("DATE", []) => ColumnType::Date,
        ("TIME", []) => ColumnType::Time,
        ("DATETIME", []) => ColumnType::Datetime,
        ("BLOB", []) => ColumnType::Binary { length: None },
        ("JSON", []) => ColumnType::Json,
        ("CHAR", [32]) => ColumnType::Uuid,
        _ => native(),
    }
}

/// Reads a number that prints as it was written.
fn plain_number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}
