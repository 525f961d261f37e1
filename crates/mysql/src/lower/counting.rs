//! Which column of a table counts up by itself.

use limbeck_core::column_type::ColumnType;
use limbeck_core::schema::{Column, Table};

use super::column::Counting;
use crate::dialect::NAME;

/// Says whether a column counts up: where it is said or asked for as an identity, and else, as SQLAlchemy has it, a
/// lone primary key of whole numbers that has no default and points nowhere. That it is of whole numbers here alone does not
/// count.
pub(crate) fn counts_up(column: &Column, table: &Table) -> bool {
    if column.generated.is_some() || column.default.is_some() {
        return false;
    }
    let is_key = table.primary_key().is_some_and(|key| key.columns == [column.name.clone()]);
    match (column.autoincrement, &column.identity) {
        (Some(asked), _) => asked,
        (None, Some(_)) => is_key,
        (None, None) => {
            let points = table.foreign_keys().any(|key| key.columns.contains(&column.name));
            is_key && !points && is_whole(column.ty.base()) && is_whole(column.ty.on(NAME))
        }
    }
}

/// Returns how a column of the table is written.
pub(super) fn counting(column: &Column, table: &Table) -> Counting {
    if counts_up(column, table) { Counting::Up } else { Counting::No }
}

fn is_whole(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Smallint | ColumnType::Integer | ColumnType::Bigint => true,
        ColumnType::Native(raw) => {
            let text = raw.as_str().trim_start().to_ascii_lowercase();
            let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            matches!(word, "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" | "serial")
        }
        _ => false,
    }
}
