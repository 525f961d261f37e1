//! Types: exactly the DDL text that SQLAlchemy 2 gives on PostgreSQL for the same generic type.

use limbeck_core::column_type::ColumnType;
use limbeck_core::sql::Sql;

use super::sql;
use crate::dialect::NAME;

/// Returns the text of a type.
pub(crate) fn type_name(ty: &ColumnType) -> String {
    write(sql(), ty).finish()
}

/// Writes a type. One of an enum that has no name is a `VARCHAR`, as SQLAlchemy has it where there is no type.
pub(super) fn write(sql: Sql, ty: &ColumnType) -> Sql {
    let of_length = |sql: Sql, name, length: &Option<u32>| {
        sql.kw(name).maybe(*length, |sql, length| sql.glue("(").number(length).close(")"))
    };
    match ty {
        ColumnType::Smallint => sql.kw("SMALLINT"),
        ColumnType::Integer => sql.kw("INTEGER"),
        ColumnType::Bigint => sql.kw("BIGINT"),
        ColumnType::Boolean => sql.kw("BOOLEAN"),
        ColumnType::String { length } | ColumnType::Unicode { length } => of_length(sql, "VARCHAR", length),
        ColumnType::Text => sql.kw("TEXT"),
        ColumnType::Float { precision } => of_length(sql, "FLOAT", precision),
        ColumnType::Double => sql.kw("DOUBLE PRECISION"),
        ColumnType::Decimal { precision: None, scale: _ } => sql.kw("NUMERIC"),
        ColumnType::Decimal { precision: Some(precision), scale } => {
            let sql = sql.kw("NUMERIC").glue("(").number(*precision);
            sql.maybe(*scale, |sql, scale| sql.close(",").number(scale)).close(")")
        }
        ColumnType::Date => sql.kw("DATE"),
        ColumnType::Time => sql.kw("TIME WITHOUT TIME ZONE"),
        ColumnType::Datetime => sql.kw("TIMESTAMP WITHOUT TIME ZONE"),
        ColumnType::Datetimetz => sql.kw("TIMESTAMP WITH TIME ZONE"),
        ColumnType::Interval => sql.kw("INTERVAL"),
        ColumnType::Binary { length: _ } => sql.kw("BYTEA"),
        ColumnType::Json => sql.kw("JSON"),
        ColumnType::Uuid => sql.kw("UUID"),
        ColumnType::Enum { name: Some(name), values: _ } => sql.table(name),
        ColumnType::Enum { name: None, values } => {
            let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or_default();
            of_length(sql, "VARCHAR", &Some(u32::try_from(longest.max(1)).unwrap_or(u32::MAX)))
        }
        ColumnType::Array(item) => write(sql, item.on(NAME)).close("[]"),
        ColumnType::Native(raw) => sql.raw(raw),
        ColumnType::Variant { .. } => write(sql, ty.on(NAME)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use limbeck_core::column_type::TypeKind;
    use limbeck_core::literal::RawSql;
    use limbeck_core::name::TableName;

    use super::*;

    /// What `type.compile(dialect=postgresql.dialect())` of SQLAlchemy 2.1.9 gives for its type of the same meaning:
    /// `SmallInteger()`, …, `Enum("open", name="X y", schema="S")`.
    fn recorded() -> Vec<(ColumnType, &'static str)> {
        let decimal = |precision, scale| ColumnType::Decimal { precision, scale };
        let array = |item| ColumnType::Array(Box::new(item));
        let named = TableName::parse("S.X y").unwrap();
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
            (ColumnType::Float { precision: Some(10) }, "FLOAT(10)"),
            (ColumnType::Double, "DOUBLE PRECISION"),
            (decimal(None, None), "NUMERIC"),
            (decimal(Some(10), None), "NUMERIC(10)"),
            (decimal(Some(10), Some(2)), "NUMERIC(10, 2)"),
            (decimal(None, Some(2)), "NUMERIC"),
            (ColumnType::Date, "DATE"),
            (ColumnType::Time, "TIME WITHOUT TIME ZONE"),
            (ColumnType::Datetime, "TIMESTAMP WITHOUT TIME ZONE"),
            (ColumnType::Datetimetz, "TIMESTAMP WITH TIME ZONE"),
            (ColumnType::Interval, "INTERVAL"),
            (ColumnType::Binary { length: None }, "BYTEA"),
            (ColumnType::Binary { length: Some(5) }, "BYTEA"),
            (ColumnType::Json, "JSON"),
            (ColumnType::Uuid, "UUID"),
            (ColumnType::Enum { name: Some(named), values: vec!["open".to_owned()] }, "\"S\".\"X y\""),
            (array(ColumnType::Integer), "INTEGER[]"),
            (array(ColumnType::String { length: Some(20) }), "VARCHAR(20)[]"),
            (array(array(ColumnType::Integer)), "INTEGER[][]"),
        ]
    }

    #[test]
    fn each_type_has_the_text_that_sqlalchemy_gives_it() {
        for (ty, text) in recorded() {
            assert_eq!(type_name(&ty), text, "{ty:?}");
        }
        let covered: BTreeSet<TypeKind> = recorded().iter().map(|(ty, _)| ty.into()).collect();
        // A native type and a variant say it themselves.
        let own = [TypeKind::Native, TypeKind::Variant];
        let all = <TypeKind as strum::IntoEnumIterator>::iter();
        let left: Vec<TypeKind> = all.filter(|kind| !covered.contains(kind) && !own.contains(kind)).collect();
        assert!(left.is_empty(), "{left:?}");
        let native = ColumnType::Native(RawSql::new("vector(3)"));
        assert_eq!(type_name(&native), "vector(3)");
        let variants = [(NAME.to_owned(), native)].into();
        assert_eq!(
            type_name(&ColumnType::Variant { base: Box::new(ColumnType::Json), variants }),
            "vector(3)"
        );
    }
}
