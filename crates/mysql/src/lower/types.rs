//! Types: exactly the DDL text that SQLAlchemy 2 gives on MySQL and MariaDB for the same generic type.

use limbeck_core::column_type::ColumnType;
use limbeck_core::diagnostic::{Code, Diagnostic};
use limbeck_core::dialect::ServerInfo;
use limbeck_core::name::TableName;
use limbeck_core::schema::Schema;
use limbeck_core::sql::Sql;

use super::{Target, unsupported};
use crate::dialect::NAME;
use crate::server::Feature;

/// Returns the text of a type. Named enums are looked up in the schema.
///
/// # Errors
/// As [`write`].
pub(crate) fn type_text(ty: &ColumnType, schema: &Schema, server: &ServerInfo) -> Result<String, Diagnostic> {
    let target = Target { server, schema };
    Ok(write(target.sql(), ty, target)?.finish())
}

/// Returns the type that a column has on the server's flavour.
pub(super) fn on<'t>(ty: &'t ColumnType, target: Target<'_>) -> &'t ColumnType {
    match ty {
        ColumnType::Variant { base: _, variants } => match variants.get(target.server.flavour) {
            Some(own) => on(own, target),
            None => ty.on(NAME),
        },
        other => other,
    }
}

/// Writes a type.
///
/// # Errors
/// Arrays, enums that are not known, and texts that need a length.
pub(super) fn write(sql: Sql, ty: &ColumnType, target: Target<'_>) -> Result<Sql, Diagnostic> {
    let of_length = |sql: Sql, name, length: &Option<u32>| {
        sql.kw(name).maybe(*length, |sql, length| sql.glue("(").number(length).close(")"))
    };
    Ok(match on(ty, target) {
        ColumnType::Smallint => sql.kw("SMALLINT"),
        ColumnType::Integer => sql.kw("INTEGER"),
        ColumnType::Bigint => sql.kw("BIGINT"),
        ColumnType::Boolean => sql.kw("BOOL"),
        ColumnType::String { length: None } | ColumnType::Unicode { length: None } => {
            let message = format!("a VARCHAR needs a length on {}", target.title());
            return Err(Diagnostic::new(Code::Unsupported, message)
                .hint("write one, such as `string(255)`; or `text`, which needs none"));
        }
        ColumnType::String { length } | ColumnType::Unicode { length } => of_length(sql, "VARCHAR", length),
        ColumnType::Text => sql.kw("TEXT"),
        ColumnType::Float { precision } => of_length(sql, "FLOAT", precision),
        ColumnType::Double => sql.kw("DOUBLE"),
        ColumnType::Decimal { precision: None, scale: _ } => sql.kw("NUMERIC"),
        ColumnType::Decimal { precision: Some(precision), scale } => {
            let sql = sql.kw("NUMERIC").glue("(").number(*precision);
            sql.maybe(*scale, |sql, scale| sql.close(",").number(scale)).close(")")
        }
        ColumnType::Date => sql.kw("DATE"),
        ColumnType::Time => sql.kw("TIME"),
        ColumnType::Datetime | ColumnType::Datetimetz | ColumnType::Interval => sql.kw("DATETIME"),
        ColumnType::Binary { length } => of_length(sql, "BLOB", length),
        ColumnType::Json => sql.kw("JSON"),
        ColumnType::Uuid if target.has(Feature::Uuid) => sql.kw("UUID"),
        ColumnType::Uuid => sql.kw("CHAR").glue("(").number(32).close(")"),
        ColumnType::Enum { name, values } => {
            let mut sql = sql.kw("ENUM").glue("(");
            for (i, value) in enum_values(name.as_ref(), values, target.schema)?.iter().enumerate() {
                sql = sql.when(i > 0, |sql| sql.glue(",")).text(value);
            }
            sql.close(")")
        }
        ColumnType::Array(_) => return Err(unsupported(format!("{} has no arrays", target.title()))),
        ColumnType::Native(raw) if raw.as_str().is_empty() => {
            return Err(unsupported(format!("{} has no columns without a type", target.title())));
        }
        ColumnType::Native(raw) => sql.raw(raw),
        ColumnType::Variant { base, variants: _ } => return write(sql, base, target),
    })
}

/// Returns the values of an enum: its own, or those of the named one that it refers to.
///
/// # Errors
/// A named enum that is not known.
pub(super) fn enum_values<'v>(
    name: Option<&TableName>,
    values: &'v [String],
    schema: &'v Schema,
) -> Result<&'v [String], Diagnostic> {
    let Some(name) = name.filter(|_| values.is_empty()) else { return Ok(values) };
    match schema.enums.get(name) {
        Some(definition) => Ok(&definition.values),
        None => {
            let known: Vec<String> = schema.enums.keys().map(TableName::to_string).collect();
            let name = name.to_string();
            let message = format!("no enum `{name}`, and the column does not give its values");
            Err(Diagnostic::new(Code::NoSuchObject, message).similar(
                &name,
                "an enum",
                known.iter().map(String::as_str),
            ))
        }
    }
}
