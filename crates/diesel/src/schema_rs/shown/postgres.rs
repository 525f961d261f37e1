//! PostgreSQL: the type has the name that `pg_type` has for it, in camel case.

use heck::ToUpperCamelCase;
use limbeck_core::column_type::ColumnType;
use limbeck_core::name::TableName;

use super::ShownType;

/// Types of `pg_catalog` that Diesel does not provide. Those of any other name are looked for in the usual schema.
const CATALOG: &[&str] = &[
    "bit",
    "box",
    "char",
    "cid",
    "circle",
    "jsonpath",
    "line",
    "lseg",
    "name",
    "path",
    "pg_snapshot",
    "point",
    "polygon",
    "regclass",
    "regproc",
    "regtype",
    "tid",
    "timetz",
    "tsquery",
    "tsvector",
    "txid_snapshot",
    "varbit",
    "xid",
    "xid8",
    "xml",
];

/// Returns what a type in normal form is shown as.
pub(super) fn shown(ty: &ColumnType) -> Option<ShownType> {
    let plain = |name: &str| Some(of(name, None));
    match ty.on("postgres") {
        ColumnType::Smallint => plain("int2"),
        ColumnType::Integer => plain("int4"),
        ColumnType::Bigint => plain("int8"),
        ColumnType::Boolean => plain("bool"),
        ColumnType::String { length } | ColumnType::Unicode { length } => {
            Some(of("varchar", None).of_length(*length))
        }
        ColumnType::Text => plain("text"),
        ColumnType::Float { precision: Some(0..=24) } => plain("float4"),
        ColumnType::Float { .. } | ColumnType::Double => plain("float8"),
        ColumnType::Decimal { .. } => plain("numeric"),
        ColumnType::Date => plain("date"),
        ColumnType::Time => plain("time"),
        ColumnType::Datetime => plain("timestamp"),
        ColumnType::Datetimetz => plain("timestamptz"),
        ColumnType::Interval => plain("interval"),
        ColumnType::Binary { .. } => plain("bytea"),
        ColumnType::Json => plain("json"),
        ColumnType::Uuid => plain("uuid"),
        ColumnType::Enum { name: Some(name), .. } => {
            Some(of(name.name.as_str(), name.schema.as_ref().map(|schema| schema.as_str())))
        }
        ColumnType::Enum { name: None, .. } => plain("varchar"),
        ColumnType::Array(item) => shown(item).map(|ty| ShownType { array: true, max_length: None, ..ty }),
        ColumnType::Native(raw) => native(raw.as_str()),
        ColumnType::Variant { .. } => None,
    }
}

fn of(name: &str, schema: Option<&str>) -> ShownType {
    let schema = schema.or_else(|| CATALOG.contains(&name).then_some("pg_catalog")).map(str::to_owned);
    ShownType { schema, ..ShownType::new(name, name.to_upper_camel_case()) }
}

/// Reads what `format_type` prints.
fn native(text: &str) -> Option<ShownType> {
    if text.starts_with("interval") {
        return Some(of("interval", None));
    }
    let (name, argument) =
        match text.split_once('(').and_then(|(name, rest)| Some((name, rest.split_once(')')?))) {
            Some((name, (inner, behind))) => (format!("{name}{behind}"), inner.trim().parse().ok()),
            None => (text.to_owned(), None),
        };
    let known = |name: &str| Some(of(name, None));
    match name.trim() {
        "character" => known("bpchar").map(|ty| ty.of_length(argument)),
        "bit" => known("bit").map(|ty| ty.of_length(argument)),
        "bit varying" => known("varbit").map(|ty| ty.of_length(argument)),
        "timestamp without time zone" => known("timestamp"),
        "timestamp with time zone" => known("timestamptz"),
        "time without time zone" => known("time"),
        "time with time zone" | "timetz" => known("timetz"),
        "\"char\"" => known("char"),
        name => {
            let quoted = name.contains('"');
            let name = TableName::parse(name).ok().or_else(|| TableName::parse(text).ok())?;
            let lower = |text: &str| if quoted { text.to_owned() } else { text.to_lowercase() };
            let schema = name.schema.map(|schema| lower(schema.as_str()));
            Some(of(&lower(name.name.as_str()), schema.as_deref()))
        }
    }
}
