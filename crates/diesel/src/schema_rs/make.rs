//! The type that a column gets which is declared and was not there, or was of another type.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic, Place};
use limbeck_core::literal::RawSql;
use limbeck_core::name::{Ident, TableName};
use limbeck_core::schema::Schema;

use super::backend::Backend;
use super::declared::CustomName;
use super::provided::names;
use super::said::{Meaning, Said};

/// Returns the type that is declared, the neutral one where there is one. `known` holds the enums that may be meant.
///
/// # Errors
/// [`Code::BadType`] for a type that is imported from elsewhere, and for an enum of MySQL, whose values are not said.
pub(super) fn make(said: &Said<'_>, known: &Schema, backend: Backend) -> Result<ColumnType, Diagnostic> {
    let ty = match &said.meaning {
        Meaning::Provided(meant) => provided(meant, said, backend),
        Meaning::Custom(custom) => self::custom(custom, said, known, backend)?,
        Meaning::Imported => return Err(unknown(said.name, said.place, backend)),
    };
    Ok(if said.array { ColumnType::Array(Box::new(ty)) } else { ty })
}

/// Says that a type is not known by its name.
pub(super) fn unknown(name: &str, place: &Place, backend: Backend) -> Diagnostic {
    let attribute = backend.type_attribute();
    Diagnostic::new(Code::BadType, format!("unknown SQL type `{name}`"))
        .at(place.clone())
        .hint(format!(
            "define it in the file, with `#[diesel({attribute}(name = \"…\"))]`, so that its name in the database is known"
        ))
        .similar(name, "a type", names(backend))
}

fn provided(meant: &str, said: &Said<'_>, backend: Backend) -> ColumnType {
    let native = |text: String| ColumnType::Native(RawSql::new(text));
    if said.unsigned {
        let name = match meant {
            "TinyInt" => "TINYINT",
            "SmallInt" => "SMALLINT",
            "Integer" => "INTEGER",
            "BigInt" => "BIGINT",
            "Float" => "FLOAT",
            "Double" => "DOUBLE",
            _ => "NUMERIC",
        };
        return native(format!("{name} UNSIGNED"));
    }
    match (meant, said.name, backend) {
        // Without a length it has no limit, but CHAR has one of 1.
        ("Text", "Bpchar", Backend::Postgres) if said.max_length.is_none() => native("BPCHAR".to_owned()),
        ("Text", "Char" | "Bpchar", Backend::Postgres | Backend::Mysql) => {
            native(format!("CHAR({})", said.max_length.unwrap_or(1)))
        }
        ("Text", name @ ("Tinytext" | "Mediumtext" | "Longtext"), Backend::Mysql)
        | ("Binary", name @ ("Tinyblob" | "Mediumblob" | "Longblob"), Backend::Mysql) => {
            native(name.to_uppercase())
        }
        ("Binary", name @ ("Varbinary" | "Bit"), Backend::Mysql) if said.max_length.is_some() => {
            native(format!("{}({})", name.to_uppercase(), said.max_length.unwrap_or_default()))
        }
        // MySQL has none without a length.
        ("Text", _, _) if said.max_length.is_some() => ColumnType::String { length: said.max_length },
        ("Text", "Varchar" | "VarChar", Backend::Postgres) => ColumnType::String { length: None },
        ("Text", "Json", Backend::Sqlite) => ColumnType::Json,
        ("Double", "Numeric" | "Decimal", Backend::Sqlite) => {
            ColumnType::Decimal { precision: None, scale: None }
        }
        ("Text", ..) => ColumnType::Text,
        ("Timestamp", _, Backend::Mysql) => native("TIMESTAMP".to_owned()),
        ("Float", _, Backend::Postgres) => ColumnType::Float { precision: Some(24) },
        ("Bool", ..) => ColumnType::Boolean,
        ("SmallInt", ..) => ColumnType::Smallint,
        ("Integer", ..) => ColumnType::Integer,
        ("BigInt", ..) => ColumnType::Bigint,
        ("Float", ..) => ColumnType::Float { precision: None },
        ("Double", ..) => ColumnType::Double,
        ("Numeric", ..) => ColumnType::Decimal { precision: None, scale: None },
        ("Binary", ..) => ColumnType::Binary { length: None },
        ("Date", ..) => ColumnType::Date,
        ("Time", ..) => ColumnType::Time,
        ("Timestamp" | "Datetime", ..) => ColumnType::Datetime,
        ("Timestamptz", ..) => ColumnType::Datetimetz,
        ("Interval", ..) => ColumnType::Interval,
        ("Json", ..) => ColumnType::Json,
        ("Uuid", ..) => ColumnType::Uuid,
        ("PgLsn", ..) => native("pg_lsn".to_owned()),
        ("CChar", ..) => native("\"char\"".to_owned()),
        (meant, ..) => native(range(meant).map_or_else(|| meant.to_lowercase(), str::to_owned)),
    }
}

fn range(meant: &str) -> Option<&'static str> {
    Some(match meant {
        "Range<Integer>" => "int4range",
        "Range<BigInt>" => "int8range",
        "Range<Date>" => "daterange",
        "Range<Numeric>" => "numrange",
        "Range<Timestamp>" => "tsrange",
        "Range<Timestamptz>" => "tstzrange",
        "Multirange<Integer>" => "int4multirange",
        "Multirange<BigInt>" => "int8multirange",
        "Multirange<Date>" => "datemultirange",
        "Multirange<Numeric>" => "nummultirange",
        "Multirange<Timestamp>" => "tsmultirange",
        "Multirange<Timestamptz>" => "tstzmultirange",
        _ => return None,
    })
}

fn custom(
    custom: &CustomName,
    said: &Said<'_>,
    known: &Schema,
    backend: Backend,
) -> Result<ColumnType, Diagnostic> {
    let CustomName { schema, name } = custom;
    let part = |text: &str| {
        Ident::new(text)
            .map_err(|error| Diagnostic::new(Code::BadName, error.to_string()).at(said.place.clone()))
    };
    match backend {
        Backend::Mysql if name.eq_ignore_ascii_case("enum") || name.eq_ignore_ascii_case("set") => {
            let message = format!("which values `{}` has is not said in a `schema.rs`", said.name);
            Err(Diagnostic::new(Code::BadType, message)
                .at(said.place.clone())
                .hint("add the column in a revision by hand; after that the model keeps it as it is"))
        }
        Backend::Mysql | Backend::Sqlite => Ok(ColumnType::Native(RawSql::new(name.to_uppercase()))),
        Backend::Postgres => {
            let usual = |schema: &&String| !matches!(schema.as_str(), "pg_catalog" | "public");
            let schema = schema.as_ref().filter(usual).map(|schema| part(schema)).transpose()?;
            let full = TableName { schema, name: part(name)? };
            if known.enums.contains_key(&full) || is_enum_of_a_column(known, &full) {
                return Ok(ColumnType::Enum { name: Some(full), values: Vec::new() });
            }
            let quoted = |name: &Ident| match is_plain(name.as_str()) {
                true => name.to_string(),
                false => format!("\"{}\"", name.as_str().replace('"', "\"\"")),
            };
            let schema = full.schema.as_ref().map(|schema| format!("{}.", quoted(schema)));
            let text = format!("{}{}", schema.unwrap_or_default(), quoted(&full.name));
            Ok(ColumnType::Native(RawSql::new(text)))
        }
    }
}

fn is_enum_of_a_column(known: &Schema, full: &TableName) -> bool {
    let mut types = known.tables.values().flat_map(|table| &table.columns).map(|column| &column.ty);
    types.any(|ty| matches!(ty, ColumnType::Enum { name: Some(name), .. } if name == full))
}

fn is_plain(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
