//! Types by the words that PostgreSQL has for them, as `format_type` prints them.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::RawSql;

/// Reads the text of a type. What the neutral types do not hold is native, in PostgreSQL's own spelling.
pub(crate) fn read_type(text: &str) -> ColumnType {
    let text = text.trim();
    if let Some(item) = text.strip_suffix("[]") {
        // Of how many dimensions is not kept (postgresql.org/docs, Arrays).
        return match read_type(item) {
            array @ ColumnType::Array(_) => array,
            item => ColumnType::Array(Box::new(item)),
        };
    }
    // What is quoted has the author's own letters.
    let lower = if text.contains('"') { text.to_owned() } else { text.to_lowercase() };
    let (name, arguments) = match lower.split_once('(') {
        None => (lower.clone(), Vec::new()),
        Some((name, rest)) => match rest.split_once(')') {
            Some((inner, behind)) => {
                let numbers: Option<Vec<u32>> = inner.split(',').map(|one| one.trim().parse().ok()).collect();
                (format!("{} {}", name.trim(), behind.trim()), numbers.unwrap_or_default())
            }
            None => (lower.clone(), Vec::new()),
        },
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    let first = arguments.first().copied();
    match (words.join(" ").as_str(), arguments.len()) {
        ("smallint" | "int2", 0) => ColumnType::Smallint,
        ("integer" | "int" | "int4", 0) => ColumnType::Integer,
        ("bigint" | "int8", 0) => ColumnType::Bigint,
        ("boolean" | "bool", 0) => ColumnType::Boolean,
        ("character varying" | "varchar", 0 | 1) => ColumnType::String { length: first },
        ("text", 0) => ColumnType::Text,
        ("real" | "float4", 0) => ColumnType::Float { precision: Some(24) },
        ("float", 1) if first <= Some(24) => ColumnType::Float { precision: Some(24) },
        ("double precision" | "float8" | "float", 0 | 1) => ColumnType::Double,
        ("numeric" | "decimal" | "dec", 0) => ColumnType::Decimal { precision: None, scale: None },
        ("numeric" | "decimal" | "dec", _) => ColumnType::Decimal {
            precision: first,
            scale: Some(arguments.get(1).copied().unwrap_or_default()),
        },
        ("date", 0) => ColumnType::Date,
        ("time" | "time without time zone", 0) => ColumnType::Time,
        ("timestamp" | "timestamp without time zone", 0) => ColumnType::Datetime,
        ("timestamptz" | "timestamp with time zone", 0) => ColumnType::Datetimetz,
        ("interval", 0) => ColumnType::Interval,
        ("bytea", 0) => ColumnType::Binary { length: None },
        ("json", 0) => ColumnType::Json,
        ("uuid", 0) => ColumnType::Uuid,
        ("timestamptz", 1) => native(format!("timestamp({}) with time zone", arguments[0])),
        ("timestamp", 1) => native(format!("timestamp({}) without time zone", arguments[0])),
        ("time", 1) => native(format!("time({}) without time zone", arguments[0])),
        // Without a length it has no limit, but CHAR has one of 1.
        ("bpchar", 0) => native("bpchar".to_owned()),
        ("char" | "character", 0) => native("character(1)".to_owned()),
        ("char" | "bpchar", 1) => native(format!("character({})", arguments[0])),
        ("varbit", 1) => native(format!("bit varying({})", arguments[0])),
        _ => native(lower.split_whitespace().collect::<Vec<_>>().join(" ").replace(", ", ",")),
    }
}

fn native(text: String) -> ColumnType {
    ColumnType::Native(RawSql::new(text))
}

/// Returns a type as it would be read back: the one of several with the same meaning that [`read_type`] gives.
pub(crate) fn family_of(ty: &ColumnType) -> ColumnType {
    match ty.on(crate::dialect::NAME) {
        ColumnType::Enum { name: Some(name), values: _ } => {
            ColumnType::Enum { name: Some(name.clone()), values: Vec::new() }
        }
        ColumnType::Array(item) => match family_of(item) {
            array @ ColumnType::Array(_) => array,
            item => ColumnType::Array(Box::new(item)),
        },
        other => read_type(&crate::lower::type_name(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_read_from_every_spelling() {
        assert_eq!(read_type("VARCHAR(20)"), ColumnType::String { length: Some(20) });
        assert_eq!(read_type("character varying"), ColumnType::String { length: None });
        assert_eq!(read_type("numeric(10,2)"), ColumnType::Decimal { precision: Some(10), scale: Some(2) });
        assert_eq!(read_type("timestamp with time zone"), ColumnType::Datetimetz);
        assert_eq!(read_type("timestamptz(3)"), native("timestamp(3) with time zone".to_owned()));
        assert_eq!(read_type("integer[][]"), ColumnType::Array(Box::new(ColumnType::Integer)));
        assert_eq!(read_type("BPCHAR(1)"), read_type("CHAR"));
        assert_eq!(read_type("bpchar[]"), ColumnType::Array(Box::new(native("bpchar".to_owned()))));
        assert_eq!(read_type("JSONB"), native("jsonb".to_owned()));
        assert_eq!(read_type("vector(3)"), native("vector(3)".to_owned()));
    }

    #[test]
    fn every_type_is_read_back_from_its_own_text() {
        for ty in [
            ColumnType::Smallint,
            ColumnType::Float { precision: Some(24) },
            ColumnType::Decimal { precision: Some(4), scale: Some(1) },
            ColumnType::Time,
            ColumnType::Datetime,
            ColumnType::Interval,
            ColumnType::Binary { length: None },
        ] {
            assert_eq!(family_of(&ty), ty);
        }
    }
}
