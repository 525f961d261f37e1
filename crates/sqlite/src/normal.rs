//! What SQLite can hold of a schema, in one spelling, so that two schemas can be compared by their meaning to it.

use std::collections::BTreeSet;

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{RawSql, Value};
use limbeck_core::name::Ident;
use limbeck_core::schema::{Constraint, IndexKey, Schema, Table};

use crate::{ddl, lower};

/// Returns the schema as it would be read back from a database that was made from it.
///
/// Types become the one that is read for their text, comments and named enums go, and expressions lose their spaces
/// and the quotes around names. The letter case of types, collations and names says nothing, nor do the spaces in a type
/// (sqlite.org/lang_keywords.html, sqlite.org/datatype3.html). A table that SQLite cannot hold stays as it is.
pub fn normal_form(schema: &Schema) -> Schema {
    let mut normal = Schema { views: schema.views.clone(), ..Schema::new() };
    let names = names_of(schema);
    for view in normal.views.values_mut() {
        view.sql = expression(&view.sql, &names);
    }
    for (name, table) in &schema.tables {
        let mut table = read_back(table, schema).unwrap_or_else(|| table.clone());
        spell(&mut table, &names);
        normal.tables.insert(name.clone(), table);
    }
    normal
}

fn read_back(table: &Table, schema: &Schema) -> Option<Table> {
    let text = lower::definition(table, &table.name, &schema.enums).ok()?;
    let mut read = ddl::read_table(&text).ok()?;
    for index in &table.indexes {
        let text = lower::index_definition(&table.name, index).ok()?;
        read.indexes.push(ddl::read_index(&text, &read).ok()?);
    }
    Some(read)
}

fn spell(table: &mut Table, names: &BTreeSet<String>) {
    let expression = |sql: &RawSql| expression(sql, names);
    for column in &mut table.columns {
        column.ty = type_of(&column.ty);
        lower(&mut column.collation);
        if let Some(generated) = &mut column.generated {
            generated.sql = expression(&generated.sql);
        }
        if let Some(Value::Sql(sql)) = &mut column.default {
            *sql = expression(&*sql);
        }
    }
    for constraint in &mut table.constraints {
        if let Constraint::Check(check) = constraint {
            check.sql = expression(&check.sql);
        }
    }
    for index in &mut table.indexes {
        index.filter = index.filter.as_ref().map(expression);
        for column in &mut index.columns {
            lower(&mut column.collation);
            if let IndexKey::Sql(sql) = &mut column.key {
                *sql = expression(&*sql);
            }
        }
    }
}

/// Returns the names of tables and columns in small letters.
fn names_of(schema: &Schema) -> BTreeSet<String> {
    let columns = schema.tables.values().flat_map(|table| &table.columns).map(|column| &column.name);
    let objects = schema.tables.keys().chain(schema.views.keys()).map(|name| &name.name);
    columns.chain(objects).map(|name| name.as_str().to_ascii_lowercase()).collect()
}

fn lower(collation: &mut Option<Ident>) {
    let small = collation.as_ref().map(|name| name.as_str().to_ascii_lowercase());
    *collation = small.and_then(|name| Ident::new(&name).ok());
}

/// Reads a type that is written in another way than the one that it is lowered to.
fn type_of(ty: &ColumnType) -> ColumnType {
    let ColumnType::Native(raw) = ty else { return ty.clone() };
    let mut text = String::new();
    for token in ddl::meaningful(raw.as_str()) {
        let joins =
            matches!(token.text, "(" | ")" | ",") || text.is_empty() || text.ends_with(['(', '-', '+']);
        if !joins {
            text.push(' ');
        }
        match token.kind {
            ddl::TokenKind::Quoted => text.push_str(token.text),
            _ => text.push_str(&token.text.to_ascii_uppercase()),
        }
    }
    ddl::read_type(&text)
}

/// Returns the words of an expression, one space between them. Texts stay as they are, and so do names in quotes that no table or
/// column has, as SQLite takes them for texts.
fn expression(sql: &RawSql, names: &BTreeSet<String>) -> RawSql {
    let tokens = ddl::meaningful(sql.as_str());
    let words = tokens.iter().map(|token| match token.kind {
        ddl::TokenKind::Quoted => {
            let name = token.name().unwrap_or_default();
            let small = name.to_ascii_lowercase();
            if names.contains(&small) { small } else { name }
        }
        ddl::TokenKind::Text => token.text.to_owned(),
        _ => token.text.to_ascii_lowercase(),
    });
    RawSql::new(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use limbeck_core::diff::diff;
    use limbeck_core::raw::{Effect, cut, effect};

    use super::*;

    fn schema(sql: &str) -> Schema {
        let mut schema = Schema::new();
        for part in cut(sql, "sqlite") {
            let Effect::Operations(operations) = effect(part.text(sql), &schema, "sqlite") else {
                panic!("{sql}")
            };
            use limbeck_core::op::Change;
            operations.iter().for_each(|operation| operation.apply(&mut schema).unwrap());
        }
        schema
    }

    fn differ(one: &str, other: &str) -> bool {
        !diff(&schema(one), &schema(other), normal_form).is_empty()
    }

    #[test]
    fn another_spelling_is_no_difference() {
        let plain = "CREATE TABLE t (a VARCHAR(10), b NUMERIC(10, 2), c DOUBLE PRECISION DEFAULT CURRENT_TIMESTAMP, d TEXT COLLATE NOCASE, \
            CHECK (a <> 'X' AND lower(d) <> a)); CREATE INDEX ix ON t (a COLLATE RTRIM) WHERE a > 1; CREATE VIEW v AS SELECT a FROM t";
        let other = "CREATE TABLE t (a varchar( 10 ), b Numeric(10,2), c double  precision DEFAULT current_timestamp, d text COLLATE nocase, \
            CHECK (\"A\" <> 'X' and LOWER(D) <> A)); CREATE INDEX ix ON t (a COLLATE rtrim) WHERE A>1; CREATE VIEW v AS select \"A\" from T";
        assert!(!differ(plain, other));
    }

    #[test]
    fn another_meaning_is_one() {
        for (one, other) in [
            ("CREATE TABLE t (a VARCHAR(10))", "CREATE TABLE t (a VARCHAR(11))"),
            ("CREATE TABLE t (a INT)", "CREATE TABLE t (a BIGINT)"),
            ("CREATE TABLE t (a TEXT DEFAULT 'x')", "CREATE TABLE t (a TEXT DEFAULT 'X')"),
            ("CREATE TABLE t (a TEXT CHECK (a <> 'x'))", "CREATE TABLE t (a TEXT CHECK (a <> 'X'))"),
            ("CREATE TABLE t (a TEXT CHECK (a <> \"x\"))", "CREATE TABLE t (a TEXT CHECK (a <> \"X\"))"),
        ] {
            assert!(differ(one, other), "{one} and {other}");
        }
    }
}
