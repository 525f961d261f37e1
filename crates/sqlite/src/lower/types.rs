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
pub(super) fn longest(name: &Option<TableName>, values: &[String], enums: &Enums) -> Result<u32, Diagnostic> {
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use limbeck_core::column_type::TypeKind;
    use limbeck_core::literal::RawSql;
    use limbeck_core::name::Ident;

    use super::*;

    /// What `type.compile(dialect=sqlite.dialect())` of SQLAlchemy 2.1.9 gives for its type of the same meaning:
    /// `SmallInteger()`, …, `Enum("open", "Größe", name="x")`.
    fn recorded() -> Vec<(ColumnType, &'static str)> {
        let decimal = |precision, scale| ColumnType::Decimal { precision, scale };
        let values = || vec!["open".to_owned(), "Größe".to_owned()];
        vec![
            (ColumnType::Smallint, "SMALLINT"),
            (ColumnType::Integer, "INTEGER"),
            (ColumnType::Bigint, "BIGINT"),
            (ColumnType::Boolean, "BOOLEAN"),
            (ColumnType::String { length: None }, "VARCHAR"),
            (ColumnType::String { length: Some(20) }, "VARCHAR(20)"),
            (ColumnType::Text, "TEXT"),
            (ColumnType::Unicode { length: None }, "VARCHAR"),
            (ColumnType::Unicode { length: Some(20) }, "VARCHAR(20)"),
            (ColumnType::Float { precision: None }, "FLOAT"),
            (ColumnType::Float { precision: Some(10) }, "FLOAT"),
            (ColumnType::Double, "DOUBLE"),
            (decimal(None, None), "NUMERIC"),
            (decimal(Some(10), None), "NUMERIC(10)"),
            (decimal(Some(10), Some(2)), "NUMERIC(10, 2)"),
            (decimal(None, Some(2)), "NUMERIC"),
            (ColumnType::Date, "DATE"),
            (ColumnType::Time, "TIME"),
            (ColumnType::Datetime, "DATETIME"),
            (ColumnType::Datetimetz, "DATETIME"),
            (ColumnType::Interval, "DATETIME"),
            (ColumnType::Binary { length: None }, "BLOB"),
            (ColumnType::Binary { length: Some(5) }, "BLOB"),
            (ColumnType::Json, "JSON"),
            (ColumnType::Uuid, "CHAR(32)"),
            (ColumnType::Enum { name: None, values: values() }, "VARCHAR(5)"),
        ]
    }

    #[test]
    fn each_type_has_the_text_that_sqlalchemy_gives_it() {
        for (ty, text) in recorded() {
            assert_eq!(type_name(&ty, &Enums::new()).as_deref(), Ok(text), "{ty:?}");
        }
        let covered: BTreeSet<TypeKind> = recorded().iter().map(|(ty, _)| ty.into()).collect();
        // These have no generic text: an array is not there, and a native type and a variant say it themselves.
        let own = [ColumnType::Array(Box::new(ColumnType::Text)), ColumnType::Native(RawSql::new("citext"))];
        let own: BTreeSet<TypeKind> = own.iter().map(TypeKind::from).collect();
        let all = <TypeKind as strum::IntoEnumIterator>::iter();
        let left: Vec<TypeKind> = all.filter(|kind| !covered.contains(kind) && !own.contains(kind)).collect();
        assert!(left.iter().all(|kind| *kind == TypeKind::Variant), "{left:?}");
        let base = Box::new(ColumnType::Json);
        let variants = BTreeMap::from([("sqlite".to_owned(), ColumnType::Text)]);
        assert_eq!(type_name(&ColumnType::Variant { base, variants }, &Enums::new()).as_deref(), Ok("TEXT"));
        assert!(type_name(&ColumnType::Array(Box::new(ColumnType::Text)), &Enums::new()).is_err());
    }

    #[test]
    fn an_enum_that_is_only_named_is_looked_up_and_a_missing_one_is_a_fault() {
        let name = TableName::unqualified(Ident::new("state").unwrap());
        let values = vec!["a".to_owned(), "abc".to_owned()];
        let enums = Enums::from([(name.clone(), NamedEnum { name: name.clone(), values })]);
        let ty = ColumnType::Enum { name: Some(name), values: Vec::new() };
        assert_eq!(type_name(&ty, &enums).as_deref(), Ok("VARCHAR(3)"));
        assert_eq!(
            type_name(&ty, &Enums::new()).unwrap_err().code,
            limbeck_core::diagnostic::Code::NoSuchObject
        );
    }
}
