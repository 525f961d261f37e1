//! What SQLite can hold of a schema, in one spelling, so that two schemas can be compared by their meaning to it.

use limbeck_core::literal::{RawSql, Value};
use limbeck_core::schema::{Constraint, IndexKey, Schema, Table};

use crate::{ddl, lower};

/// Returns the schema as it would be read back from a database that was made from it.
///
/// Types become the one that is read for their text, comments and named enums go, and expressions lose their spaces
/// and the quotes around names. A table that SQLite cannot hold stays as it is.
pub fn normal_form(schema: &Schema) -> Schema {
    let mut normal = Schema { views: schema.views.clone(), ..Schema::new() };
    for view in normal.views.values_mut() {
        view.sql = expression(&view.sql);
    }
    for (name, table) in &schema.tables {
        let mut table = read_back(table, schema).unwrap_or_else(|| table.clone());
        spell(&mut table);
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

fn spell(table: &mut Table) {
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            generated.sql = expression(&generated.sql);
        }
        if let Some(Value::Sql(sql)) = &mut column.default {
            *sql = expression(sql);
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
            if let IndexKey::Sql(sql) = &mut column.key {
                *sql = expression(sql);
            }
        }
    }
}

fn expression(sql: &RawSql) -> RawSql {
    let tokens = ddl::meaningful(sql.as_str());
    let words = tokens.iter().map(|token| match token.kind {
        ddl::TokenKind::Quoted => token.name().unwrap_or_default(),
        _ => token.text.to_owned(),
    });
    RawSql::new(words.collect::<Vec<_>>().join(" "))
}
