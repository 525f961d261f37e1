//! A column as its text has it.

use limbeck_core::column_type::ColumnType;
use limbeck_core::literal::{Literal, RawSql, Value};
use limbeck_core::schema::{Column, Generated, GeneratedStorage};

use super::{default, types};
use crate::ddl::tree::{ColumnDef, ColumnRuleKind, Span, Storage, StorageWord};
use crate::ddl::{Unreadable, meaningful};

/// Returns the model of a column. Where SQLite reads a rule twice, the last one counts.
pub(super) fn project(definition: &ColumnDef, sql: &str) -> Result<Column, Unreadable> {
    let mut column = Column::new(definition.name.ident()?, read_type(definition.ty, sql));
    for rule in &definition.rules {
        match &rule.kind {
            ColumnRuleKind::NotNull { .. } => column.nullable = false,
            ColumnRuleKind::Default(given) => column.default = Some(read_default(given.span.of(sql))),
            ColumnRuleKind::Collate { collation } => column.collation = Some(collation.ident()?),
            ColumnRuleKind::Generated { expression, storage } => {
                let storage = match storage {
                    Some(StorageWord { storage: Storage::Stored, .. }) => GeneratedStorage::Stored,
                    Some(StorageWord { storage: Storage::Virtual, .. }) | None => GeneratedStorage::Virtual,
                };
                column.generated = Some(Generated { sql: RawSql::new(expression.of(sql)), storage });
            }
            ColumnRuleKind::PrimaryKey { .. }
            | ColumnRuleKind::Null { .. }
            | ColumnRuleKind::Unique { .. }
            | ColumnRuleKind::Check { .. }
            | ColumnRuleKind::References(_)
            | ColumnRuleKind::Deferral(_)
            | ColumnRuleKind::Nothing => {}
        }
    }
    Ok(column)
}

fn read_type(span: Option<Span>, sql: &str) -> ColumnType {
    types::read(span.map_or("", |span| span.of(sql)))
}

fn read_default(text: &str) -> Value {
    match meaningful(text).as_slice() {
        // A lone name is a text there (parse.y of SQLite 3.53, `DEFAULT id`).
        [one] if !default::is_bare(one.text) => Value::Literal(Literal::text(one.name().unwrap_or_default())),
        _ => default::value(text),
    }
}
