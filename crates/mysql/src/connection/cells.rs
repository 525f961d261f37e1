//! The cells of rows as literals.

use limbeck_core::literal::Literal;
use mysql::consts::ColumnType;
use mysql::{Row, Value};

/// The number of the character set that stands for bytes.
const BINARY: u16 = 63;

/// Reads a row as the text protocol gives it: every cell as text, the type beside it.
pub(super) fn read(row: Row) -> Vec<Literal> {
    let columns = row.columns();
    let values = row.unwrap();
    let pairs = values.into_iter().zip(columns.iter());
    pairs.map(|(value, column)| cell(value, column.column_type(), column.character_set())).collect()
}

fn cell(value: Value, ty: ColumnType, charset: u16) -> Literal {
    use ColumnType::*;
    let bytes = match value {
        Value::NULL => return Literal::Null,
        Value::Int(number) => return Literal::Integer(number),
        Value::Bytes(bytes) => bytes,
        other => return Literal::text(other.as_sql(true)),
    };
    let text = || String::from_utf8_lossy(&bytes).into_owned();
    match ty {
        MYSQL_TYPE_TINY | MYSQL_TYPE_SHORT | MYSQL_TYPE_LONG | MYSQL_TYPE_LONGLONG | MYSQL_TYPE_INT24
        | MYSQL_TYPE_YEAR => {
            let text = text();
            text.parse().map_or_else(|_| Literal::text(text.as_str()), Literal::Integer)
        }
        MYSQL_TYPE_FLOAT | MYSQL_TYPE_DOUBLE => {
            let text = text();
            text.parse().map_or_else(|_| Literal::text(text.as_str()), Literal::Float)
        }
        MYSQL_TYPE_BIT | MYSQL_TYPE_GEOMETRY => Literal::Bytes(bytes.into()),
        MYSQL_TYPE_STRING
        | MYSQL_TYPE_VAR_STRING
        | MYSQL_TYPE_VARCHAR
        | MYSQL_TYPE_BLOB
        | MYSQL_TYPE_TINY_BLOB
        | MYSQL_TYPE_MEDIUM_BLOB
        | MYSQL_TYPE_LONG_BLOB
            if charset == BINARY =>
        {
            Literal::Bytes(bytes.into())
        }
        _ => Literal::text(text()),
    }
}
