//! Types: exactly the DDL text that SQLAlchemy 2 gives on SQLite for the same generic type.

use std::collections::BTreeMap;

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::Diagnostic;
use limbeck_core::name::TableName;
use limbeck_core::schema::NamedEnum;
use limbeck_core::sql::Sql;

use super::{sql, unsupported};
use crate::dialect::NAME;

/// The named enums that a type may refer to.
pub(crate) type Enums = BTreeMap<TableName, NamedEnum>;

/// Returns the text of a type, empty for a column without one.
pub(crate) fn type_name(ty: &ColumnType, enums: &Enums) -> Result<String, Diagnostic> {
    Ok(write(sql(), ty, enums)?.finish())
}

/// Writes a type.
///
/// # Errors
/// Arrays, and enums that are not known.
pub(super) fn write(sql: Sql, ty: &ColumnType, enums: &Enums) -> Result<Sql, Diagnostic> {
    let of_length = |sql: Sql, name, length: &Option<u32>| {
        sql.kw(name).maybe(*length, |sql, length| sql.glue("(").number(length).close(")"))
    };
    Ok(match ty {
        ColumnType::Smallint => sql.kw("SMALLINT"),
        ColumnType::Integer => sql.kw("INTEGER"),
        ColumnType::Bigint => sql.kw("BIGINT"),
        ColumnType::Boolean => sql.kw("BOOLEAN"),
        ColumnType::String { length } | ColumnType::Unicode { length } => of_length(sql, "VARCHAR", length),
        ColumnType::Text => sql.kw("TEXT"),
        // SQLAlchemy writes no precision here.
        ColumnType::Float { precision: _ } => sql.kw("FLOAT"),
        ColumnType::Double => sql.kw("DOUBLE"),
        ColumnType::Decimal { precision: None, scale: _ } => sql.kw("NUMERIC"),
        ColumnType::Decimal { precision: Some(precision), scale } => {
            let sql = sql.kw("NUMERIC").glue("(").number(*precision);
            sql.maybe(*scale, |sql, scale| sql.close(",").number(scale)).close(")")
        }
        ColumnType::Date => sql.kw("DATE"),
        ColumnType::Time => sql.kw("TIME"),
        ColumnType::Datetime | ColumnType::Datetimetz | ColumnType::Interval => sql.kw("DATETIME"),
        ColumnType::Binary { length: _ } => sql.kw("BLOB"),
        ColumnType::Json => sql.kw("JSON"),
        ColumnType::Uuid => sql.kw("CHAR").glue("(").number(32).close(")"),
        ColumnType::Enum { name, values } => of_length(sql, "VARCHAR", &Some(longest(name, values, enums)?)),
        ColumnType::Array(_) => return Err(unsupported("SQLite has no arrays")),
        ColumnType::Native(raw) if raw.as_str().is_empty() => sql,
        ColumnType::Native(raw) => sql.raw(raw),
        ColumnType::Variant { .. } => return write(sql, ty.on(NAME), enums),
    })
}

/// Returns the length in characters of the longest value.
fn longest(name: &Option<TableName>, values: &[String], enums: &Enums) -> Result<u32, Diagnostic> {
    let values =
        match name {
            Some(name) if values.is_empty() => match enums.get(name) {
                Some(definition) => &definition.values,
                None => {
                    let known: Vec<String> = enums.keys().map(TableName::to_string).collect();
                    let name = name.to_string();
                    let message = format!("no enum `{name}`, and the column does not give its values");
                    return Err(Diagnostic::new(limbeck_core::diagnostic::Code::NoSuchObject, message)
                        .similar(&name, "an enum", known.iter().map(String::as_str)));
                }
            },
            _ => values,
        };
    let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or_default();
    Ok(u32::try_from(longest).unwrap_or(u32::MAX))
}
