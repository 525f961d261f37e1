//! Prints column types: as text where they have a text form, else as a table.

use crate::column_type::{ColumnType, TypeKind};

use super::item::{Item, Toml};

impl Item {
    /// Writes a column type.
    pub(super) fn column_type(ty: &ColumnType) -> Self {
        if let Some(text) = text_form(ty) {
            return Self::text(&text);
        }
        match ty {
            ColumnType::Enum { name: Some(name), values } if values.is_empty() => {
                Toml::with("enum", Self::text(&name.to_string())).item()
            }
            ColumnType::Enum { name, values } => Toml::with("enum", Self::texts(values))
                .maybe("name", name.as_ref().map(|name| Self::text(&name.to_string())))
                .item(),
            ColumnType::Native(sql) => Toml::with("native", Self::sql(sql)).item(),
            ColumnType::Variant { base, variants } => {
                let base = Toml::with("base", Self::column_type(base));
                variants
                    .iter()
                    .fold(base, |toml, (dialect, ty)| toml.put(dialect, Self::column_type(ty)))
                    .item()
            }
            ColumnType::Array(item) => Toml::with("array", Self::column_type(item)).item(),
            other => unreachable!("{other:?} has a text form"),
        }
    }
}

/// Returns a type in a few words, for people: its text form, where it has one.
pub fn type_text(ty: &ColumnType) -> String {
    if let Some(text) = text_form(ty) {
        return text;
    }
    match ty {
        ColumnType::Enum { name: Some(name), .. } => name.to_string(),
        ColumnType::Native(sql) if sql.as_str().is_empty() => "no type".to_owned(),
        ColumnType::Native(sql) => sql.as_str().to_owned(),
        ColumnType::Variant { base, .. } => type_text(base),
        ColumnType::Array(item) => format!("{}[]", type_text(item)),
        other => <&'static str>::from(TypeKind::from(other)).to_owned(),
    }
}

/// Returns the text form of a type, if it has one.
fn text_form(ty: &ColumnType) -> Option<String> {
    let name: &'static str = TypeKind::from(ty).into();
    let with = |argument: &Option<u32>| match argument {
        Some(argument) => format!("{name}({argument})"),
        None => name.to_owned(),
    };
    Some(match ty {
        ColumnType::String { length } | ColumnType::Unicode { length } | ColumnType::Binary { length } => {
            with(length)
        }
        ColumnType::Float { precision } => with(precision),
        ColumnType::Decimal { precision: Some(precision), scale: Some(scale) } => {
            format!("{name}({precision}, {scale})")
        }
        ColumnType::Decimal { precision, .. } => with(precision),
        ColumnType::Array(item) => format!("{}[]", text_form(item)?),
        ColumnType::Enum { .. } | ColumnType::Native(_) | ColumnType::Variant { .. } => return None,
        ColumnType::Smallint
        | ColumnType::Integer
        | ColumnType::Bigint
        | ColumnType::Boolean
        | ColumnType::Text
        | ColumnType::Double
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::Datetime
        | ColumnType::Datetimetz
        | ColumnType::Interval
        | ColumnType::Json
        | ColumnType::Uuid => name.to_owned(),
    })
}
