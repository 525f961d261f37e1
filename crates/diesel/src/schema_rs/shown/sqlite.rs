//! SQLite: the type is told by parts of the word that is declared, as Diesel's command line (2.3) tells it.

use limbeck_core::column_type::ColumnType;
use limbeck_core::name::Ident;
use limbeck_core::schema::Table;

use super::ShownType;

/// Returns what a type is shown as. A `JSON` is Diesel's `Json`, which its command line does not know.
pub(super) fn shown(ty: &ColumnType) -> Option<ShownType> {
    let rust = match ty.on("sqlite") {
        ColumnType::Smallint => "SmallInt",
        ColumnType::Integer => "Integer",
        ColumnType::Bigint => "BigInt",
        ColumnType::Boolean => "Bool",
        ColumnType::String { .. }
        | ColumnType::Unicode { .. }
        | ColumnType::Text
        | ColumnType::Uuid
        | ColumnType::Enum { .. } => "Text",
        ColumnType::Float { .. } => "Float",
        ColumnType::Double | ColumnType::Decimal { .. } => "Double",
        ColumnType::Date => "Date",
        ColumnType::Time => "Time",
        ColumnType::Datetime | ColumnType::Datetimetz | ColumnType::Interval => "Timestamp",
        ColumnType::Binary { .. } => "Binary",
        ColumnType::Json => "Json",
        ColumnType::Native(raw) => word(&raw.as_str().to_lowercase())?,
        ColumnType::Array(_) | ColumnType::Variant { .. } => return None,
    };
    Some(ShownType::new(&rust.to_lowercase(), rust))
}

/// In the order in which Diesel asks.
fn word(text: &str) -> Option<&'static str> {
    let has = |part: &str| text.contains(part);
    Some(match text {
        "boolean" | "bool" => "Bool",
        _ if has("tiny") && has("int") => "Bool",
        "int2" => "SmallInt",
        _ if has("small") && has("int") => "SmallInt",
        "int8" => "BigInt",
        _ if has("big") && has("int") => "BigInt",
        _ if has("int") => "Integer",
        _ if has("char") || has("clob") || has("text") => "Text",
        "" | "generated always" => "Binary",
        _ if has("blob") || has("binary") => "Binary",
        _ if has("float") || has("real") => "Float",
        _ if has("double") || has("num") || has("dec") => "Double",
        "datetime" | "timestamp" => "Timestamp",
        "date" => "Date",
        "time" => "Time",
        "json" => "Json",
        "jsonb" => "Jsonb",
        _ => return None,
    })
}

/// Returns the name by which the number of a row can be had where a table has no key (sqlite.org/rowidtable.html); `None`
/// where columns have taken them all.
pub(super) fn rowid(table: &Table) -> Option<Ident> {
    let free = ["rowid", "oid", "_rowid_"].into_iter().filter_map(|name| Ident::new(name).ok());
    free.into_iter().find(|name| table.column(name).is_none())
}
