//! SQLAlchemy's types by name, with the DDL text that each has on each dialect.
//!
//! Recorded from `type.compile(dialect=…)` of SQLAlchemy 2.1.9, for the types of all its modules.

use std::collections::BTreeMap;

use limbeck_core::column_type::ColumnType;

use super::native_text;
use crate::eval::item::Arguments;
use crate::eval::value::Value;

/// SQLAlchemy's and Limbeck's names of the dialects that scripts are evaluated for.
pub(crate) const DIALECTS: [(&str, &str); 3] =
    [("sqlite", "sqlite"), ("postgresql", "postgres"), ("mysql", "mysql")];

/// The text of a type that a dialect does not have.
const ABSENT: &str = "";

/// Returns a type by the module and name of its class.
///
/// # Errors
/// Why it is not known.
pub(super) fn column_type(module: &str, name: &str, args: &Arguments) -> Result<ColumnType, String> {
    let known: &[&str] = match module {
        "mysql" => &[
            "length",
            "collation",
            "charset",
            "unsigned",
            "display_width",
            "zerofill",
            "fsp",
            "timezone",
            "precision",
            "scale",
            "asdecimal",
            "name",
            "create_constraint",
            "national",
            "unicode",
            "binary",
            "ascii",
        ],
        _ => &[
            "length",
            "collation",
            "timezone",
            "precision",
            "scale",
            "asdecimal",
            "as_uuid",
            "native_uuid",
            "name",
            "create_constraint",
            "none_as_null",
            "astext_type",
            "decimal_return_scale",
            "native",
            "fields",
            "second_precision",
            "day_precision",
            "protocol",
            "pickler",
            "comparator",
            "impl",
            "text_type",
            "varying",
            "_create_events",
            "convert_unicode",
            "unicode_error",
        ],
    };
    if let Some((key, _)) = args.named.iter().find(|(key, _)| !known.contains(&key.as_str())) {
        return Err(format!("the argument `{key}`"));
    }
    let most = match name {
        "Numeric" | "NUMERIC" | "DECIMAL" | "Float" | "FLOAT" | "DOUBLE" | "REAL" | "Interval"
        | "INTERVAL" => 3,
        "TIMESTAMP" | "TIME" | "DATETIME" if module != "sa" => 2,
        "BIT" => 2,
        _ => 1,
    };
    if args.positional.len() > most {
        return Err("so many arguments by position".to_owned());
    }
    let number = |position: usize, key: &str| match args.get(position, key) {
        None | Some(Value::None) => Ok(None),
        Some(Value::Int(number)) => {
            u32::try_from(*number).map(Some).map_err(|_| format!("`{key}` is {number}"))
        }
        Some(other) => Err(format!("`{key}` is {}", other.what())),
    };
    let flag = |position: usize, key: &str| match args.get(position, key) {
        None => Ok(false),
        Some(value) => value.truth().ok_or_else(|| format!("`{key}` is {}", value.what())),
    };
    let of_length = |word: &str, length: Option<u32>| match length {
        Some(length) => format!("{word}({length})"),
        None => word.to_owned(),
    };
    let of_precision = |word: &str, precision: Option<u32>, scale: Option<u32>| match (precision, scale) {
        (Some(precision), Some(scale)) => format!("{word}({precision}, {scale})"),
        (Some(precision), None) => format!("{word}({precision})"),
        (None, _) => word.to_owned(),
    };
    let same = |text: String| Ok(each([&text, &text, &text]));
    if module == "mysql"
        && let Some(own) = mysql(name, args, &number, &flag)?
    {
        return Ok(own);
    }
    match name {
        "String" | "VARCHAR" | "AutoString" => Ok(ColumnType::String { length: number(0, "length")? }),
        "Unicode" => Ok(ColumnType::Unicode { length: number(0, "length")? }),
        "Text" | "TEXT" | "UnicodeText" => match number(0, "length")? {
            None => Ok(ColumnType::Text),
            length => same(of_length("TEXT", length)),
        },
        "CHAR" => same(of_length("CHAR", number(0, "length")?)),
        "NCHAR" | "NVARCHAR" => {
            let text = of_length(name, number(0, "length")?);
            let national = format!("NATIONAL {}", &text[1..]);
            Ok(each([&text, &text, &national]))
        }
        "CLOB" => same("CLOB".to_owned()),
        "Integer" | "INTEGER" | "INT" => Ok(ColumnType::Integer),
        "SmallInteger" | "SMALLINT" => Ok(ColumnType::Smallint),
        "BigInteger" | "BIGINT" => Ok(ColumnType::Bigint),
        "Boolean" | "BOOLEAN" => Ok(ColumnType::Boolean),
        "Float" | "FLOAT" => Ok(ColumnType::Float { precision: number(0, "precision")? }),
        "Double" => Ok(ColumnType::Double),
        "DOUBLE" => same("DOUBLE".to_owned()),
        "DOUBLE_PRECISION" => same("DOUBLE PRECISION".to_owned()),
        "REAL" => same("REAL".to_owned()),
        "Numeric" | "NUMERIC" => {
            Ok(ColumnType::Decimal { precision: number(0, "precision")?, scale: number(1, "scale")? })
        }
        "DECIMAL" => same(of_precision("DECIMAL", number(0, "precision")?, number(1, "scale")?)),
        "Date" | "DATE" => Ok(ColumnType::Date),
        "Time" | "TIME" => {
            let zone = flag(0, "timezone")?;
            let precision = if module == "postgresql" { number(1, "precision")? } else { None };
            match (zone, precision) {
                (false, None) => Ok(ColumnType::Time),
                _ => Ok(each(["TIME", &zoned("TIME", zone, precision), "TIME"])),
            }
        }
        "DateTime" => match flag(0, "timezone")? {
            true => Ok(ColumnType::Datetimetz),
            false => Ok(ColumnType::Datetime),
        },
        "DATETIME" => same("DATETIME".to_owned()),
        "TIMESTAMP" => {
            let precision = if module == "postgresql" { number(1, "precision")? } else { None };
            let zoned = zoned("TIMESTAMP", flag(0, "timezone")?, precision);
            Ok(each(["TIMESTAMP", &zoned, "TIMESTAMP"]))
        }
        "Interval" => match number(1, "second_precision")? {
            None => Ok(ColumnType::Interval),
            Some(precision) => Ok(each(["DATETIME", &format!("INTERVAL ({precision})"), "DATETIME"])),
        },
        "INTERVAL" if module == "postgresql" && args.positional.is_empty() && args.named.is_empty() => {
            Ok(each([ABSENT, "INTERVAL", ABSENT]))
        }
        "LargeBinary" | "PickleType" => {
            let length = if name == "LargeBinary" { number(0, "length")? } else { None };
            Ok(ColumnType::Binary { length })
        }
        "BLOB" => Ok(each(["BLOB", "BLOB", &of_length("BLOB", number(0, "length")?)])),
        "BINARY" | "VARBINARY" => same(of_length(name, number(0, "length")?)),
        "JSON" => Ok(ColumnType::Json),
        "Uuid" => match args.named("native_uuid").and_then(Value::truth) {
            Some(false) => same("CHAR(32)".to_owned()),
            _ => Ok(ColumnType::Uuid),
        },
        "UUID" => Ok(each(["UUID", "UUID", "UUID"])),
        "JSONB" => Ok(each(["JSONB", "JSONB", ABSENT])),
        "BIT" if module == "postgresql" => match (number(0, "length")?, flag(1, "varying")?) {
            (length, false) => Ok(each([ABSENT, &format!("BIT({})", length.unwrap_or(1)), ABSENT])),
            (length, true) => Ok(each([ABSENT, &of_length("BIT VARYING", length), ABSENT])),
        },
        "INET" | "CIDR" | "CITEXT" | "MACADDR" | "MACADDR8" | "MONEY" | "OID" | "REGCLASS" | "REGCONFIG"
        | "TSQUERY" | "TSVECTOR" | "BYTEA" | "HSTORE" | "INT4RANGE" | "INT8RANGE" | "NUMRANGE"
        | "DATERANGE" | "INT4MULTIRANGE" | "INT8MULTIRANGE" | "NUMMULTIRANGE" | "DATEMULTIRANGE"
        | "TSRANGE" | "TSTZRANGE" | "TSMULTIRANGE" | "TSTZMULTIRANGE" | "JSONPATH"
            if module == "postgresql" =>
        {
            Ok(each([ABSENT, name, ABSENT]))
        }
        "NullType" | "NULLTYPE" => Err("it is no type that a column can have".to_owned()),
        _ => Err("it is not known".to_owned()),
    }
}

/// Reads an argument by its position or name.
type Read<'a, T> = &'a dyn Fn(usize, &str) -> Result<T, String>;

/// Returns the types that mean something of their own in SQLAlchemy's module for MySQL.
fn mysql(
    name: &str,
    args: &Arguments,
    number: Read<'_, Option<u32>>,
    flag: Read<'_, bool>,
) -> Result<Option<ColumnType>, String> {
    let of_length = |word: &str, length: Option<u32>| match length {
        Some(length) => format!("{word}({length})"),
        None => word.to_owned(),
    };
    let texts = |text: &str| -> Result<String, String> {
        let mut out = text.to_owned();
        for key in ["charset", "national", "unicode", "binary", "ascii"] {
            match (key, args.named(key)) {
                (_, None | Some(Value::None)) => {}
                ("charset", Some(Value::Str(charset))) => out = format!("{out} CHARACTER SET {charset}"),
                (_, Some(_)) => return Err(format!("the argument `{key}`")),
            }
        }
        Ok(out)
    };
    let has_charset = args.named("charset").is_some_and(|value| !matches!(value, Value::None));
    Ok(Some(match name {
        "TINYINT" | "MEDIUMINT" | "INTEGER" | "BIGINT" | "SMALLINT" => {
            let mut own = of_length(name, number(0, "display_width")?);
            for (key, word) in [("unsigned", " UNSIGNED"), ("zerofill", " ZEROFILL")] {
                if flag(9, key)? {
                    own.push_str(word);
                }
            }
            match name {
                "TINYINT" | "MEDIUMINT" => each([ABSENT, ABSENT, &own]),
                name => each([name, name, &own]),
            }
        }
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" => each([ABSENT, ABSENT, &texts(name)?]),
        "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" => each([ABSENT, ABSENT, name]),
        "VARCHAR" | "CHAR" | "TEXT" if has_charset => {
            let plain = of_length(name, number(0, "length")?);
            each([&plain, &plain, &texts(&plain)?])
        }
        "DATETIME" | "TIMESTAMP" | "TIME" => {
            let zone = flag(0, "timezone")?;
            let own = of_length(name, number(1, "fsp")?);
            match name {
                "DATETIME" => each([name, name, &own]),
                name => each([name, &zoned(name, zone, None), &own]),
            }
        }
        "DOUBLE" | "REAL" => {
            let own = match (number(0, "precision")?, number(1, "scale")?) {
                (Some(precision), Some(scale)) => format!("{name}({precision}, {scale})"),
                _ => name.to_owned(),
            };
            each([name, name, &own])
        }
        "BIT" => each([ABSENT, ABSENT, &of_length("BIT", number(0, "length")?)]),
        "YEAR" => each([ABSENT, ABSENT, &of_length("YEAR", number(0, "display_width")?)]),
        "INET4" | "INET6" => each([ABSENT, ABSENT, name]),
        "SET" => return Err("it is not known".to_owned()),
        _ => return Ok(None),
    }))
}

fn zoned(word: &str, zone: bool, precision: Option<u32>) -> String {
    let precision = precision.map(|precision| format!("({precision})")).unwrap_or_default();
    let zone = if zone { "WITH" } else { "WITHOUT" };
    format!("{word}{precision} {zone} TIME ZONE")
}

/// Makes a type of its texts on the dialects, in the order of [`DIALECTS`].
fn each(texts: [&str; 3]) -> ColumnType {
    if texts.iter().all(|text| *text == texts[0]) {
        return native_text(texts[0]);
    }
    let base = texts.iter().find(|text| **text != ABSENT).unwrap_or(&ABSENT);
    let variants: BTreeMap<String, ColumnType> = DIALECTS
        .iter()
        .zip(texts)
        .filter(|(_, text)| text != base)
        .map(|((_, core), text)| ((*core).to_owned(), native_text(text)))
        .collect();
    ColumnType::Variant { base: Box::new(native_text(base)), variants }
}

/// Takes from a type made by [`column_type`] the dialects on which it does not exist.
pub(super) fn where_it_exists(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Variant { base, mut variants } => {
            variants.retain(|_, own| !matches!(own, ColumnType::Native(raw) if raw.as_str() == ABSENT));
            match variants.is_empty() {
                true => *base,
                false => ColumnType::Variant { base, variants },
            }
        }
        ty => ty,
    }
}

/// Says whether a type made by [`column_type`] exists on a dialect.
pub(super) fn exists(ty: &ColumnType, dialect: &str) -> bool {
    let core = super::core_name(dialect).unwrap_or(dialect);
    !matches!(ty.on(core), ColumnType::Native(raw) if raw.as_str() == ABSENT)
}
