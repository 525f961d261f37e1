//! MySQL and MariaDB: the type has the name that `COLUMN_TYPE` begins with, in camel case.

use heck::ToUpperCamelCase;
use limbeck_core::column_type::ColumnType;
use limbeck_core::dialect::ServerInfo;
use limbeck_core::schema::Schema;

use super::ShownType;

/// Returns what a type in normal form is shown as.
///
/// A `JSON` of MariaDB is a long text with a rule (mariadb.com/kb/en/json-data-type), and shown as such.
pub(super) fn shown(ty: &ColumnType, schema: &Schema, server: &ServerInfo) -> Option<ShownType> {
    let plain = |name: &str| Some(of(name));
    match ty.on("mysql") {
        ColumnType::Smallint => plain("smallint"),
        ColumnType::Integer => plain("integer"),
        ColumnType::Bigint => plain("bigint"),
        ColumnType::Boolean => plain("bool"),
        ColumnType::String { length } | ColumnType::Unicode { length } => {
            Some(of("varchar").of_length(*length))
        }
        ColumnType::Text => plain("text"),
        ColumnType::Float { .. } => plain("float"),
        ColumnType::Double => plain("double"),
        ColumnType::Decimal { .. } => plain("decimal"),
        ColumnType::Date => plain("date"),
        ColumnType::Time => plain("time"),
        ColumnType::Datetime | ColumnType::Datetimetz | ColumnType::Interval => plain("datetime"),
        ColumnType::Binary { .. } => plain("blob"),
        ColumnType::Json if server.flavour == "mariadb" => plain("longtext"),
        ColumnType::Json => plain("json"),
        ColumnType::Uuid => plain("uuid"),
        ColumnType::Enum { name, values } => {
            let named = name.as_ref().and_then(|name| schema.enums.get(name));
            let values = named.filter(|_| values.is_empty()).map_or(values, |named| &named.values);
            // The length of an enum, for the server, is that of its longest value.
            let longest = values.iter().map(|value| value.chars().count()).max();
            Some(of("enum").of_length(longest.and_then(|length| u32::try_from(length).ok())))
        }
        ColumnType::Array(_) | ColumnType::Variant { .. } => None,
        ColumnType::Native(raw) => native(raw.as_str()),
    }
}

fn of(name: &str) -> ShownType {
    ShownType::new(name, name.to_upper_camel_case())
}

fn native(text: &str) -> Option<ShownType> {
    let lower = text.to_lowercase();
    let unsigned = lower.contains("unsigned");
    let (name, arguments) = match lower.split_once('(') {
        Some((name, rest)) => (name.trim().to_owned(), rest.rsplit_once(')').map(|(inner, _)| inner)),
        None => (lower.replace("unsigned", "").replace("zerofill", "").trim().to_owned(), None),
    };
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    let name = if name == "int" { "integer" } else { &name };
    let max_length = match name {
        "char" | "varchar" | "binary" | "varbinary" => arguments.and_then(|list| list.trim().parse().ok()),
        // That of all values together, with commas.
        "set" => arguments.and_then(|list| u32::try_from(unquoted(list)).ok()),
        _ => None,
    };
    Some(ShownType { unsigned, max_length, ..of(name) })
}

/// Counts the characters of a list of quoted texts, without the quotes.
fn unquoted(list: &str) -> usize {
    let quotes = list.matches('\'').count();
    let doubled = list.matches("''").count();
    list.chars().count() - quotes + doubled
}
